#include "chapter6/learning_rate_flag.h"

#include <optional>

#include "absl/flags/flag.h"
#include "chapter6/network_flags.h"
#include "chapter6/optimizers.h"

ABSL_FLAG(std::optional<double>, learning_rate, std::nullopt,
          "the learning rate; default: 0.01, and 0.001 for adam");

namespace dlfs {

absl::Status ReadLearningRateFlag(EpochTraining& training) {
  training.learning_rate =
      absl::GetFlag(FLAGS_learning_rate).value_or(DefaultLearningRate(training.optimizer));
  return CheckPositive("learning_rate", training.learning_rate);
}

}  // namespace dlfs
