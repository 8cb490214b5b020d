#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/weight_init_flags.h"
#include "chapter6/weight_init_symmetry.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(int, interval, dlfs::WeightInitSymmetryConfig().interval,
          "iterations from one look at the weights to the next");

namespace dlfs {

WeightInitCompareConfig BookWeightInit() { return WeightInitSymmetryConfig().learning; }

}  // namespace dlfs

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  const auto learning = dlfs::WeightInitConfigFromFlags();
  if (!learning.ok()) return learning.status();
  const int interval = absl::GetFlag(FLAGS_interval);
  if (auto s = dlfs::CheckFlagInRange("interval", interval, 1); !s.ok()) return s;

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::RunWeightInitSymmetry({*learning, interval}, *mnist, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.2.1: why initial weights must not be equal: networks whose neurons start as copies of one "
      "stay that.",
      Run);
}
