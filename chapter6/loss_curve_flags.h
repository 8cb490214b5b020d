#ifndef CHAPTER6_LOSS_CURVE_FLAGS_H_
#define CHAPTER6_LOSS_CURVE_FLAGS_H_

#include "absl/status/statusor.h"
#include "chapter6/loss_curve_training.h"

namespace dlfs {

// The flags --hidden_sizes, --batch_size and --iterations.
absl::StatusOr<LossCurveTraining> LossCurveTrainingFromFlags();

}  // namespace dlfs

#endif  // CHAPTER6_LOSS_CURVE_FLAGS_H_
