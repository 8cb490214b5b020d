#ifndef CHAPTER6_HYPERPARAMETER_OPTIMIZATION_FLAGS_H_
#define CHAPTER6_HYPERPARAMETER_OPTIMIZATION_FLAGS_H_

#include "absl/status/statusor.h"
#include "chapter6/search_round.h"
#include "common/experiment.h"

namespace dlfs {

// The configuration that the command line describes.
absl::StatusOr<HyperparameterOptimizationConfig> HyperparameterOptimizationConfigFromFlags(
    const Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_HYPERPARAMETER_OPTIMIZATION_FLAGS_H_
