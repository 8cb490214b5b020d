// 6.2.4, figure 6-15: how fast networks learn MNIST from different initial weights.
//
//   bazel run //chapter6:weight_init_compare
//
// Writes weight_init_compare.csv (seed,init,iteration,loss,smoothed_loss) and
// weight_init_compare_summary.csv (init,iteration,mean,std), and the figure. Prints loss, test
// accuracy and speed.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

SETTING(std::vector<std::string>, inits, std::vector<std::string>({"std=0.01", "xavier", "he"}),
        dlfs::ListOf{dlfs::InitName},
        absl::StrCat("which initial weights to compare: a list of ", dlfs::WeightInitList()));
SETTING(std::string, activation, "relu", dlfs::ActivationFromName,
        absl::StrCat("the activation function, one of ", dlfs::ActivationList()));
SETTING(double, learning_rate, 0.01, dlfs::Positive(), "the learning rate of SGD");
SETTING(int, batch_size, 128, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(int, iterations, 2000, dlfs::Between(1, 10000000),
        "mini-batches that a network learns from");
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer");

namespace dlfs {
namespace {

MNIST_EXPERIMENT(weight_init_compare,
                 "6.2.4, figure 6-15: how fast networks learn MNIST from different initial "
                 "weights.") {
  ComparisonOptions options = {.columns = {"init"}, .iterations = iterations};
  for (const NamedInit& init : *inits) options.methods.push_back({init.name});
  Comparison comparison(experiment, options);

  // All networks of a seed start from the same random numbers, differently scaled, and see the same
  // mini-batches.
  const absl::Status status = comparison.ForEach([&](Run& run) {
    MultiLayerNetwork<float> network({.hidden = hidden_sizes, .activation = activation},
                                     batch_size);
    InitializeWeights((*inits)[run.method()].init, Random(run.seed(), kWeightStream),
                      network.arena());
    const auto sgd = MakeOptimizer<float>("sgd", learning_rate, network.arena().values().size());
    BatchSampler<float> batches(mnist.train, batch_size, Random(run.seed(), kBatchStream));

    for (const int64_t t : run.Iterations(iterations)) {
      const Batch<float> batch = batches.Next();
      network.Gradient(batch.x, batch.labels);
      sgd->Step(network.arena().values(), network.arena().gradients());
      run.Record(t, network.Loss(batch.x, batch.labels));  // after the update, as in the book
    }
    run.Result("test accuracy", Accuracy(network, mnist.test, StopRequested));
    run.set_flops_per_iteration(
        static_cast<double>((network.GradientFlops() + network.ForwardFlops()) * batch_size));
  });
  if (!status.ok()) return status;
  comparison.PrintLosses();
  return comparison.DrawLosses(
      {{"figure_title",
        Translate("%sinitial weights on MNIST, %s",
                  FigureNumber(activation.IsDefault() ? "6-15" : ""), ActivationName(activation))},
       {"caption", LossCaption(hidden_sizes, batch_size, experiment)},
       {"largest_loss", 2.5}});
}

}  // namespace
}  // namespace dlfs
