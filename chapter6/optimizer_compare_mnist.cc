// 6.1.8, figure 6-9: how fast networks learn MNIST with different optimizers.
//
//   bazel run //chapter6:optimizer_compare_mnist
//
// Writes optimizer_compare_mnist.csv (seed,optimizer,iteration,loss,smoothed_loss) and
// optimizer_compare_mnist_summary.csv (optimizer,iteration,mean,std), and the figure. Prints loss,
// test accuracy and speed.

#include <string>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizer_settings.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

SETTING(int, batch_size, 128, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(int, iterations, 2000, dlfs::Between(1, 10000000),
        "mini-batches that a network learns from");
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer of the network for MNIST");

namespace dlfs {
namespace {

MNIST_EXPERIMENT(optimizer_compare_mnist,
                 "6.1.8, figure 6-9: how fast networks learn MNIST with different optimizers.") {
  const std::vector<OptimizerChoice> optimizers = ChosenOptimizers(DefaultLearningRate, experiment);
  ComparisonOptions options = {.columns = {"optimizer"}, .iterations = iterations};
  for (const OptimizerChoice& choice : optimizers) options.methods.push_back({choice.name});
  Comparison comparison(experiment, options);

  // All networks of a seed start from the same weights and see the same mini-batches.
  const absl::Status status = comparison.ForEach([&](Run& run) {
    const OptimizerChoice& choice = optimizers[run.method()];
    MultiLayerNetwork<float> network({.hidden = hidden_sizes}, batch_size);
    InitializeWeights({WeightInit::Kind::kHe}, Random(run.seed(), kWeightStream), network.arena());
    const auto optimizer =
        MakeOptimizer<float>(choice.name, choice.learning_rate, network.arena().values().size());
    BatchSampler<float> batches(mnist.train, batch_size, Random(run.seed(), kBatchStream));

    for (const int64_t t : run.Iterations(iterations)) {
      const Batch<float> batch = batches.Next();
      network.Gradient(batch.x, batch.labels);
      optimizer->set_learning_rate(choice.LearningRate(t));
      optimizer->Step(network.arena().values(), network.arena().gradients());
      run.Record(t, network.Loss(batch.x, batch.labels));  // after the update, as in the book
    }
    run.Result("test accuracy", Accuracy(network, mnist.test, StopRequested));
    run.set_flops_per_iteration(
        static_cast<double>((network.GradientFlops() + network.ForwardFlops()) * batch_size));
  });
  if (!status.ok()) return status;
  comparison.PrintLosses();
  return comparison.DrawLosses({{"figure_title", Translate("Figure 6-9: optimizers on MNIST")},
                                {"caption", LossCaption(hidden_sizes, batch_size, experiment)},
                                {"largest_loss", 1.0}});
}

}  // namespace
}  // namespace dlfs
