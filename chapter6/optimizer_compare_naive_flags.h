#ifndef CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_
#define CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_

#include "absl/status/status.h"
#include "common/experiment.h"

namespace dlfs {

// Runs the experiment of optimizer_compare_naive.h with the configuration that the command line
// describes.
absl::Status RunOptimizerCompareNaiveFromFlags(Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_COMPARE_NAIVE_FLAGS_H_
