#ifndef CHAPTER6_OPTIMIZER_FLAGS_H_
#define CHAPTER6_OPTIMIZER_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dlfs {

// An optimizer of a comparison.
struct OptimizerChoice {
  std::string name;  // as in optimizers.h
  double learning_rate;
};

// SGD, Momentum, AdaGrad and Adam, the four that the book compares.
std::vector<OptimizerChoice> BookOptimizers(double (*learning_rate)(absl::string_view name));

// Reads the flags --optimizers, --learning_rate and --learning_rate_decay; `default_rate` of a name
// is the learning rate where the flag says nothing. An error names the flag.
absl::Status ReadOptimizerFlags(double (*default_rate)(absl::string_view name),
                                std::vector<OptimizerChoice>& optimizers,
                                double& learning_rate_decay);

// The names with a space between, and the learning rates: what the figures' scripts go through.
std::string JoinNames(const std::vector<OptimizerChoice>& optimizers);
std::string JoinLearningRates(const std::vector<OptimizerChoice>& optimizers);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_FLAGS_H_
