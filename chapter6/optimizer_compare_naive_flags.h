#ifndef CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_
#define CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_

#include "absl/status/statusor.h"
#include "chapter6/optimizer_compare_naive.h"

namespace dlfs {

// The configuration that the command line describes.
absl::StatusOr<OptimizerCompareNaiveConfig> OptimizerCompareNaiveConfigFromFlags();

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_
