#include "chapter6/optimizer_compare_naive_flags.h"

#include <cmath>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "chapter6/optimizer_compare_naive.h"
#include "chapter6/optimizer_flags.h"

ABSL_FLAG(double, start_x, -7, "where the paths begin on x²/20 + y²");
ABSL_FLAG(double, start_y, 2, "where the paths begin on x²/20 + y²");
ABSL_FLAG(int, points, 30,
          "how many points of a path on x²/20 + y² are recorded, the start included");

namespace dlfs {

absl::StatusOr<OptimizerCompareNaiveConfig> OptimizerCompareNaiveConfigFromFlags() {
  OptimizerCompareNaiveConfig config;
  auto optimizers = OptimizersFromFlags(NaiveLearningRate);
  if (!optimizers.ok()) return optimizers.status();
  config.optimizers = *std::move(optimizers);
  const auto decay = LearningRateDecayFromFlag();
  if (!decay.ok()) return decay.status();
  config.learning_rate_decay = *decay;

  config.start = {absl::GetFlag(FLAGS_start_x), absl::GetFlag(FLAGS_start_y)};
  if (!std::isfinite(config.start.x))
    return FlagError("start_x", "a number", absl::StrCat(config.start.x));
  if (!std::isfinite(config.start.y))
    return FlagError("start_y", "a number", absl::StrCat(config.start.y));
  config.points = absl::GetFlag(FLAGS_points);
  if (auto s = CheckFlagInRange("points", config.points, 1, 1000000); !s.ok()) return s;
  return config;
}

}  // namespace dlfs
