#include "chapter6/weight_init_compare.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/optimizers.h"
#include "common/csv.h"
#include "common/progress.h"
#include "common/random.h"

namespace dlfs {
namespace {

void Train(const WeightInitCompareConfig& config, const Mnist& mnist, LossCurve& curve,
           Progress& progress) {
  MultiLayerNetwork<float> network(
      {.hidden = config.training.hidden, .activation = config.activation},
      config.training.batch_size);
  Random weights(curve.seed, kWeightStream);
  InitializeWeights(WeightInitFromName(curve.method).value(), weights, network.arena());
  Sgd<float> sgd(network.arena().values().size(), config.learning_rate);
  TrainLossCurve(config.training, mnist, network, sgd, curve, progress);
}

}  // namespace

LossCurveComparison WeightInitComparison(const std::string& name,
                                         const WeightInitCompareConfig& config) {
  return {
      .name = name,
      .method_column = "init",
      .methods = config.inits,
      .configuration = {absl::StrCat("inits=", absl::StrJoin(config.inits, " ")),
                        absl::StrCat(
                            "hidden=", absl::StrJoin(config.training.hidden, ","),
                            " activation=", std::string(ActivationName(config.activation)),
                            " optimizer=sgd learning_rate=", ShortestDecimal(config.learning_rate)),
                        Describe(config.training)},
      .iterations = static_cast<size_t>(config.training.iterations)};
}

absl::Status RunWeightInitCompare(const WeightInitCompareConfig& config, const Mnist& mnist,
                                  Experiment& experiment) {
  if (absl::Status status = CheckTraining(config.training, mnist); !status.ok()) return status;
  const LossCurveComparison comparison = WeightInitComparison("weight_init_compare", config);
  const auto curves = CompareLossCurves(
      comparison, experiment,
      [&](LossCurve& curve, Progress& progress) { Train(config, mnist, curve, progress); });
  if (!curves.ok()) return curves.status();
  const std::string title =
      absl::StrCat(config.activation == ActivationKind::kRelu ? "Figure 6-15: " : "",
                   "initial weights on MNIST, ", std::string(ActivationName(config.activation)));
  return experiment.Draw(
      LossCurveFigure(comparison, *curves, title, Caption(config.training, experiment), 2.5));
}

}  // namespace dlfs
