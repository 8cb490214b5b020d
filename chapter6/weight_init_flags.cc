#include "chapter6/weight_init_flags.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "chapter6/loss_curve_flags.h"
#include "chapter6/network_flags.h"
#include "common/activations.h"

ABSL_FLAG(std::vector<std::string>, inits, dlfs::BookWeightInit().inits,
          "which initial weights to compare: a list of zero, constant=NUMBER, std=NUMBER, xavier, "
          "glorot, he");
ABSL_FLAG(std::string, activation,
          std::string(dlfs::ActivationName(dlfs::BookWeightInit().activation)),
          "the activation function: relu, sigmoid or tanh");
ABSL_FLAG(double, learning_rate, dlfs::BookWeightInit().learning_rate, "the learning rate of SGD");

namespace dlfs {

absl::StatusOr<WeightInitCompareConfig> WeightInitConfigFromFlags() {
  WeightInitCompareConfig config;
  config.inits = absl::GetFlag(FLAGS_inits);
  if (absl::Status status = CheckInits(config.inits); !status.ok()) return status;
  const auto activation = ReadActivation("activation", absl::GetFlag(FLAGS_activation));
  if (!activation.ok()) return activation.status();
  config.activation = *activation;
  config.learning_rate = absl::GetFlag(FLAGS_learning_rate);
  if (auto s = CheckPositive("learning_rate", config.learning_rate); !s.ok()) return s;
  const auto training = LossCurveTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;
  return config;
}

}  // namespace dlfs
