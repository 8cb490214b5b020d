#include "chapter6/optimizer_compare_naive_flags.h"

#include <cmath>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "chapter6/optimizer_compare_naive.h"
#include "chapter6/optimizer_flags.h"

ABSL_FLAG(double, start_x, dlfs::OptimizerCompareNaiveConfig().start.x,
          "where the paths begin on x²/20 + y²");
ABSL_FLAG(double, start_y, dlfs::OptimizerCompareNaiveConfig().start.y,
          "where the paths begin on x²/20 + y²");
ABSL_FLAG(int, points, dlfs::OptimizerCompareNaiveConfig().points,
          "how many points of a path on x²/20 + y² are recorded, the start included");

namespace dlfs {

constexpr double kLargestStart = 1000;

absl::StatusOr<OptimizerCompareNaiveConfig> OptimizerCompareNaiveConfigFromFlags() {
  OptimizerCompareNaiveConfig config;
  if (absl::Status status =
          ReadOptimizerFlags(NaiveLearningRate, config.optimizers, config.learning_rate_decay);
      !status.ok()) {
    return status;
  }

  config.start = {absl::GetFlag(FLAGS_start_x), absl::GetFlag(FLAGS_start_y)};
  for (const auto& [flag, value] :
       {std::pair("start_x", config.start.x), std::pair("start_y", config.start.y)}) {
    if (!(std::abs(value) <= kLargestStart)) {
      return FlagError(flag, absl::StrCat("a number from -", kLargestStart, " to ", kLargestStart),
                       absl::StrCat(value));
    }
  }
  config.points = absl::GetFlag(FLAGS_points);
  if (auto s = CheckFlagInRange("points", config.points, 1, 1000000); !s.ok()) return s;
  return config;
}

}  // namespace dlfs
