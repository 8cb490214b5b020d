#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/loss_curve_flags.h"
#include "chapter6/network_flags.h"
#include "chapter6/weight_init_symmetry.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(std::vector<std::string>, inits, dlfs::WeightInitSymmetryConfig().inits,
          "which initial weights to compare: a list of zero, constant=NUMBER, std=NUMBER, xavier, "
          "glorot, he");
ABSL_FLAG(std::string, activation, "relu", "the activation function: relu, sigmoid or tanh");
ABSL_FLAG(double, learning_rate, dlfs::WeightInitSymmetryConfig().learning_rate,
          "the learning rate of SGD");
ABSL_FLAG(int, interval, dlfs::WeightInitSymmetryConfig().interval,
          "iterations from one look at the weights to the next");

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::WeightInitSymmetryConfig config;
  config.inits = absl::GetFlag(FLAGS_inits);
  if (absl::Status status = dlfs::CheckInits(config.inits); !status.ok()) return status;
  const auto activation = dlfs::ReadActivation("activation", absl::GetFlag(FLAGS_activation));
  if (!activation.ok()) return activation.status();
  config.activation = *activation;
  config.learning_rate = absl::GetFlag(FLAGS_learning_rate);
  if (auto s = dlfs::CheckPositive("learning_rate", config.learning_rate); !s.ok()) return s;
  config.interval = absl::GetFlag(FLAGS_interval);
  if (auto s = dlfs::CheckFlagInRange("interval", config.interval, 1); !s.ok()) return s;
  const auto training = dlfs::LossCurveTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;
  if (config.training.hidden.empty()) {
    return dlfs::FlagError("hidden_sizes", "at least one hidden layer", "none");
  }

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::RunWeightInitSymmetry(config, *mnist, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.2.1: why initial weights must not be equal: networks whose neurons start as copies of one "
      "stay that.",
      Run);
}
