#ifndef CHAPTER6_WEIGHT_INIT_FLAGS_H_
#define CHAPTER6_WEIGHT_INIT_FLAGS_H_

#include "absl/status/statusor.h"
#include "chapter6/weight_init_compare.h"

namespace dlfs {

// The values that are the defaults of the flags. To be defined beside the main function of each
// program.
WeightInitCompareConfig BookWeightInit();

// The flags --inits, --activation, --learning_rate, and those of loss_curve_flags.h.
absl::StatusOr<WeightInitCompareConfig> WeightInitConfigFromFlags();

}  // namespace dlfs

#endif  // CHAPTER6_WEIGHT_INIT_FLAGS_H_
