#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/loss_curve_flags.h"
#include "chapter6/network_flags.h"
#include "chapter6/weight_init_compare.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(std::vector<std::string>, inits, dlfs::WeightInitCompareConfig().inits,
          "which initial weights to compare: a list of zero, constant=NUMBER, std=NUMBER, xavier, "
          "glorot, he");
ABSL_FLAG(std::string, activation, "relu", "the activation function: relu, sigmoid or tanh");
ABSL_FLAG(double, learning_rate, dlfs::WeightInitCompareConfig().learning_rate,
          "the learning rate of SGD");

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::WeightInitCompareConfig config;
  config.inits = absl::GetFlag(FLAGS_inits);
  if (absl::Status status = dlfs::CheckInits(config.inits); !status.ok()) return status;
  const auto activation = dlfs::ReadActivation("activation", absl::GetFlag(FLAGS_activation));
  if (!activation.ok()) return activation.status();
  config.activation = *activation;
  config.learning_rate = absl::GetFlag(FLAGS_learning_rate);
  if (auto s = dlfs::CheckPositive("learning_rate", config.learning_rate); !s.ok()) return s;
  const auto training = dlfs::LossCurveTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::RunWeightInitCompare(config, *mnist, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.2.4, figure 6-15: how fast networks learn MNIST from different initial weights.", Run);
}
