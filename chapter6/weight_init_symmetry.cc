// 6.2.1: why initial weights must not be equal. Neurons of a layer that start with the same weights
// get the same gradient and stay the same for ever: the network is one with a single neuron a
// layer.
//
//   bazel run //chapter6:weight_init_symmetry
//
// Writes
//   weight_init_symmetry.csv          seed,init,iteration,loss,smoothed_loss
//   weight_init_symmetry_summary.csv  init,iteration,mean,std
//   weight_init_symmetry_layers.csv   seed,init,iteration,layer,spread,rank
// the last with NeuronSpread (neurons.h) and the numerical rank (matrix_rank.h) of each layer's W
// after `iteration` updates, and the figure. Prints the test accuracy of each network, and of its
// FirstNeurons.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/neurons.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/table_cell.h"
#include "common/matrix/matrix_rank.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

SETTING(std::vector<std::string>, inits, std::vector<std::string>({"zero", "constant=0.01", "he"}),
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
SETTING(int, interval, 20, dlfs::AtLeast(1), "iterations from one look at the weights to the next");

namespace dlfs {
namespace {

// A look at the weights of one layer.
struct Look {
  int64_t iteration;
  size_t layer;
  double spread;
  size_t rank;
};

// Of all layers or, where the rank of one was stopped, of none.
void LookAtLayers(const Network<float>& network, int64_t iteration, std::vector<Look>& looks) {
  std::vector<Look> of_layers;
  for (const Parameter<float>& parameter : network.arena().parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    const std::optional<size_t> rank = MatrixRank(parameter.value, StopRequested);
    if (!rank.has_value()) return;
    of_layers.push_back({iteration, of_layers.size() + 1, NeuronSpread(parameter.value), *rank});
  }
  looks.insert(looks.end(), of_layers.begin(), of_layers.end());
}

MNIST_EXPERIMENT(weight_init_symmetry,
                 "6.2.1: why initial weights must not be equal: networks whose neurons start as "
                 "copies of one stay that.") {
  if (hidden_sizes->empty()) {
    return OfFlag("hidden_sizes", Unexpected("at least one hidden layer", "none"));
  }
  ComparisonOptions options = {.columns = {"init"}, .iterations = iterations};
  for (const NamedInit& init : *inits) options.methods.push_back({init.name});
  Comparison comparison(experiment, options);
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv("_layers", {"seed", "init", "iteration", "layer", "spread", "rank"});
  if (!csv.ok()) return csv.status();
  std::vector<std::vector<Look>> looks(comparison.curves().size());

  const absl::Status status = comparison.ForEach(
      [&](Run& run) {
        const NetworkConfig config = {.hidden = hidden_sizes, .activation = activation};
        MultiLayerNetwork<float> network(config, batch_size);
        InitializeWeights((*inits)[run.method()].init, Random(run.seed(), kWeightStream),
                          network.arena());
        const auto sgd =
            MakeOptimizer<float>("sgd", learning_rate, network.arena().values().size());
        BatchSampler<float> batches(mnist.train, batch_size, Random(run.seed(), kBatchStream));

        for (const int64_t t : run.Iterations(iterations)) {
          if (t % interval == 0) LookAtLayers(network, t, looks[run.index()]);
          const Batch<float> batch = batches.Next();
          network.Gradient(batch.x, batch.labels);
          sgd->Step(network.arena().values(), network.arena().gradients());
          run.Record(t, network.Loss(batch.x, batch.labels));
        }
        LookAtLayers(network, run.recorded(), looks[run.index()]);
        MultiLayerNetwork<float> first_neurons = FirstNeurons(network, config);
        run.Result("test accuracy", Accuracy(network, mnist.test, StopRequested));
        run.Result("of first neurons", Accuracy(first_neurons, mnist.test, StopRequested));
        run.set_flops_per_iteration(
            static_cast<double>((network.GradientFlops() + network.ForwardFlops()) * batch_size));
      },
      [&](const Curve& curve) {
        if (curve.steps.empty()) return absl::OkStatus();  // interrupted before it began
        for (const Look& look : looks[comparison.IndexOf(curve)]) {
          csv->Row(curve.seed, (*inits)[curve.method].name, look.iteration, look.layer, look.spread,
                   look.rank);
        }
        return csv->Flush();
      });
  if (!status.ok()) return status;

  comparison.PrintLosses();
  absl::PrintF("\n%-14s %16s %22s %24s\n", absl::StrCat("seed ", experiment.seed), "test accuracy",
               "of its first neurons", "spread and rank of W2");
  for (size_t m = 0; m < inits->size(); ++m) {  // the curves of the first seed are the first
    const Curve& curve = comparison.curves()[m];
    if (curve.steps.empty()) continue;
    const auto W2 = std::find_if(looks[m].rbegin(), looks[m].rend(),  // when it was looked at last
                                 [](const Look& look) { return look.layer == 2; });
    absl::PrintF("%-14s %s %22s %24s\n", (*inits)[m].name, TableCell(curve.Result("test accuracy")),
                 TableCell(curve.Result("of first neurons")),
                 W2 == looks[m].rend() ? "-" : absl::StrFormat("%.4f %5d", W2->spread, W2->rank));
  }
  return comparison.DrawLosses(
      {{"figure_title", Translate("6.2.1: MNIST from equal and from random weights, %s",
                                  ActivationName(activation))},
       {"caption", LossCaption(hidden_sizes, batch_size, experiment)},
       {"largest_loss", 2.5},
       {"hidden_layers", static_cast<double>(hidden_sizes->size())},
       {"first_seed", absl::StrCat(experiment.seed)}});
}

}  // namespace
}  // namespace dlfs
