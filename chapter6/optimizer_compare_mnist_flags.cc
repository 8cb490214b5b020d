#include "chapter6/optimizer_compare_mnist_flags.h"

#include "chapter6/loss_curve_flags.h"
#include "chapter6/optimizer_flags.h"
#include "chapter6/optimizers.h"

namespace dlfs {

absl::StatusOr<OptimizerCompareMnistConfig> OptimizerCompareMnistConfigFromFlags() {
  OptimizerCompareMnistConfig config;
  if (absl::Status status =
          ReadOptimizerFlags(DefaultLearningRate, config.optimizers, config.learning_rate_decay);
      !status.ok()) {
    return status;
  }
  const auto training = LossCurveTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;
  return config;
}

}  // namespace dlfs
