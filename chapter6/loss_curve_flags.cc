#include "chapter6/loss_curve_flags.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "chapter6/network_flags.h"
#include "common/experiment.h"

ABSL_FLAG(std::vector<std::string>, hidden_sizes,
          dlfs::HiddenSizesFlag(dlfs::LossCurveTraining().hidden),
          "the neurons of each hidden layer of the network for MNIST");
ABSL_FLAG(int, batch_size, dlfs::LossCurveTraining().batch_size, "images in a mini-batch");
ABSL_FLAG(int, iterations, dlfs::LossCurveTraining().iterations,
          "mini-batches that a network learns from");

namespace dlfs {

absl::StatusOr<LossCurveTraining> LossCurveTrainingFromFlags() {
  const auto hidden = ReadHiddenSizes(absl::GetFlag(FLAGS_hidden_sizes));
  if (!hidden.ok()) return hidden.status();
  // Not more than there are images either, but that shows when they are loaded.
  const int batch_size = absl::GetFlag(FLAGS_batch_size);
  if (auto s = CheckFlagInRange("batch_size", batch_size, 1); !s.ok()) return s;
  const int iterations = absl::GetFlag(FLAGS_iterations);
  if (auto s = CheckFlagInRange("iterations", iterations, 1, 10000000); !s.ok()) return s;
  return LossCurveTraining{*hidden, batch_size, iterations};
}

}  // namespace dlfs
