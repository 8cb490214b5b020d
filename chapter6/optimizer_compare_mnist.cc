#include "chapter6/optimizer_compare_mnist.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/loss_curves.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/csv.h"
#include "common/progress.h"
#include "common/random.h"
#include "datasets/mnist.h"

namespace dlfs {
namespace {

constexpr char kName[] = "optimizer_compare_mnist";

// Trains one network; all of one seed start from the same weights and see the same mini-batches.
void Train(const OptimizerCompareMnistConfig& config, const OptimizerChoice& choice,
           const Mnist& mnist, LossCurve& curve, Progress& progress) {
  const LossCurveTraining& training = config.training;
  MultiLayerNetwork<float> network({.hidden = training.hidden}, training.batch_size);
  Random weights(curve.seed, kWeightStream);
  InitializeWeights({.kind = WeightInit::Kind::kHe}, weights, network.arena());
  const auto optimizer =
      MakeOptimizer<float>(choice.name, choice.learning_rate, network.arena().values().size())
          .value();
  TrainLossCurve(training, mnist, network, *optimizer, curve, progress, [&](int t) {
    optimizer->set_learning_rate(
        DecayedLearningRate(choice.learning_rate, config.learning_rate_decay, t));
  });
}

}  // namespace

absl::Status RunOptimizerCompareMnist(const OptimizerCompareMnistConfig& config, const Mnist& mnist,
                                      Experiment& experiment) {
  if (absl::Status status = CheckTraining(config.training, mnist); !status.ok()) return status;
  LossCurveComparison comparison = {
      .name = kName,
      .method_column = "optimizer",
      .methods = {},
      .configuration = {absl::StrCat("optimizers=", JoinNames(config.optimizers)),
                        absl::StrCat(
                            "learning_rates=", JoinLearningRates(config.optimizers),
                            " learning_rate_decay=", ShortestDecimal(config.learning_rate_decay)),
                        absl::StrCat("hidden=", absl::StrJoin(config.training.hidden, ","),
                                     " activation=relu init=he"),
                        Describe(config.training)},
      .iterations = static_cast<size_t>(config.training.iterations)};
  for (const OptimizerChoice& choice : config.optimizers) comparison.methods.push_back(choice.name);

  const absl::StatusOr<std::vector<LossCurve>> curves =
      CompareLossCurves(comparison, experiment, [&](LossCurve& curve, Progress& progress) {
        const auto choice = std::find_if(config.optimizers.begin(), config.optimizers.end(),
                                         [&](const auto& c) { return c.name == curve.method; });
        Train(config, *choice, mnist, curve, progress);
      });
  if (!curves.ok()) return curves.status();
  return experiment.Draw(LossCurveFigure(comparison, *curves, "Figure 6-9: optimizers on MNIST",
                                         Caption(config.training, experiment), 1));
}

}  // namespace dlfs
