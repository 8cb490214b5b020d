#include "chapter6/optimizer_compare_mnist.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/loss_curves.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/csv.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/mnist.h"

namespace dlfs {
namespace {

constexpr char kName[] = "optimizer_compare_mnist";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/optimizer_compare_mnist.gp.inc"
    ;

// Trains one network; all of one seed start from the same weights and see the same mini-batches.
void Train(const OptimizerCompareMnistConfig& config, const OptimizerChoice& choice,
           const Mnist& mnist, LossCurve& curve, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  MultiLayerNetwork<float> network({.hidden = config.hidden}, config.batch_size);
  Random weights(curve.seed, kWeightStream);
  InitializeWeights({.kind = WeightInit::Kind::kHe}, weights, network.arena());
  const auto optimizer =
      MakeOptimizer<float>(choice.name, choice.learning_rate, network.arena().values().size())
          .value();
  BatchSampler<float> batches(mnist.train, config.batch_size, Random(curve.seed, kBatchStream));

  curve.loss.reserve(config.iterations);
  for (int t = 0; t < config.iterations && InterruptSignal() == 0; ++t) {
    optimizer->set_learning_rate(
        DecayedLearningRate(choice.learning_rate, config.learning_rate_decay, t));
    const Batch<float> batch = batches.Next();
    TrainOnBatch(network, *optimizer, batch);
    curve.loss.push_back(network.Loss(batch.x, batch.labels));  // after the update
    progress.Add(1);
  }

  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  curve.seconds = elapsed.count();
  curve.flops = static_cast<double>((network.GradientFlops() + network.ForwardFlops()) *
                                    config.batch_size * curve.loss.size());
  curve.test_accuracy = Accuracy(network, mnist.test);
}

FigureScript Figure(const OptimizerCompareMnistConfig& config, const std::vector<LossCurve>& curves,
                    const Experiment& experiment) {
  std::string diverged;
  for (const LossCurve& curve : curves) {
    if (curve.Diverged()) absl::StrAppend(&diverged, curve.method, " ");
  }
  return {.name = kName,
          .commands = absl::StrCat(kStyle, kCommands),
          .definitions = {
              {"optimizers", JoinNames(config.optimizers)},
              {"diverged", diverged},
              {"network",
               absl::StrCat("hidden layers: ",
                            config.hidden.empty() ? "none" : absl::StrJoin(config.hidden, ", "),
                            "; mini-batches of ", config.batch_size)},
              {"seeds_text", experiment.seeds == 1 ? absl::StrCat("seed ", experiment.seed)
                                                   : absl::StrCat("mean ± standard deviation of ",
                                                                  experiment.seeds, " seeds")},
              {"marker_interval", std::max(1.0, config.iterations / 8.0)},
          }};
}

}  // namespace

absl::Status CheckOptimizerCompareMnist(const OptimizerCompareMnistConfig& config,
                                        const Mnist& mnist) {
  if (absl::Status status =
          CheckFlagInRange("batch_size", config.batch_size, 1, mnist.train.size());
      !status.ok()) {
    return status;
  }
  // Of each parameter the value, the gradient, and two numbers of Adam's; of each neuron and image
  // the outputs of Affine and ReLU, and their gradients.
  double parameters = 0, neurons = 0, inputs = kMnistPixels;
  for (size_t outputs : config.hidden) {
    parameters += inputs * static_cast<double>(outputs);
    neurons += static_cast<double>(outputs);
    inputs = static_cast<double>(outputs);
  }
  const double gibibytes = (4 * parameters + config.batch_size * (kMnistPixels + 4 * neurons)) *
                           sizeof(float) / (1 << 30);
  constexpr double kMost = 2;
  if (gibibytes <= kMost) return absl::OkStatus();
  return FlagError("hidden_sizes",
                   absl::StrFormat("a network that takes at most %g GiB with --batch_size=%d",
                                   kMost, config.batch_size),
                   absl::StrFormat("one of %.1f GiB", gibibytes));
}

absl::Status RunOptimizerCompareMnist(const OptimizerCompareMnistConfig& config, const Mnist& mnist,
                                      Experiment& experiment) {
  if (absl::Status status = CheckOptimizerCompareMnist(config, mnist); !status.ok()) return status;
  LossCurveComparison comparison = {
      .name = kName,
      .method_column = "optimizer",
      .methods = {},
      .configuration =
          {absl::StrCat("optimizers=", JoinNames(config.optimizers)),
           absl::StrCat("learning_rates=", JoinLearningRates(config.optimizers),
                        " learning_rate_decay=", ShortestDecimal(config.learning_rate_decay)),
           absl::StrCat("hidden=", absl::StrJoin(config.hidden, ","), " activation=relu init=he"),
           absl::StrCat("batch_size=", config.batch_size, " iterations=", config.iterations)},
      .iterations = static_cast<size_t>(config.iterations)};
  for (const OptimizerChoice& choice : config.optimizers) comparison.methods.push_back(choice.name);

  const absl::StatusOr<std::vector<LossCurve>> curves =
      CompareLossCurves(comparison, experiment, [&](LossCurve& curve, Progress& progress) {
        const auto choice = std::find_if(config.optimizers.begin(), config.optimizers.end(),
                                         [&](const auto& c) { return c.name == curve.method; });
        Train(config, *choice, mnist, curve, progress);
      });
  if (!curves.ok()) return curves.status();
  return experiment.Draw(Figure(config, *curves, experiment));
}

}  // namespace dlfs
