#ifndef CHAPTER6_NETWORK_FLAGS_H_
#define CHAPTER6_NETWORK_FLAGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/activations.h"

// The values of flags that describe a network, for experiments whose defaults differ. An error names
// the flag.
namespace dlfs {

// --hidden_sizes: {"100", "50"} -> {100, 50}
absl::StatusOr<std::vector<size_t>> ReadHiddenSizes(const std::vector<std::string>& flag);
std::vector<std::string> HiddenSizesFlag(const std::vector<size_t>& sizes);  // and back

// --hidden_sizes and --batch_size: network and mini-batch fit into memory.
absl::Status CheckNetworkFits(const std::vector<size_t>& hidden, int batch_size);

// --init_std: {"1", "0.01"} -> {1, 0.01}, each at least 0 and at most once
absl::StatusOr<std::vector<double>> ReadInitStds(const std::vector<std::string>& flag);

// --inits: initial weights (initialization.h), each at most once, and at least one.
absl::Status CheckInits(const std::vector<std::string>& inits);

// --<flag>: "relu", "sigmoid", "tanh".
absl::StatusOr<ActivationKind> ReadActivation(absl::string_view flag, absl::string_view name);

// --<flag>: an optimizer (optimizers.h).
absl::Status CheckOptimizer(absl::string_view flag, absl::string_view name);

// --<flag>: a positive number; a number of at least 0.
absl::Status CheckPositive(absl::string_view flag, double value);
absl::Status CheckNotNegative(absl::string_view flag, double value);

// --dropout_ratio: from 0 to below 1.
absl::Status CheckDropoutRatio(double ratio);

// --<flag>: a list of names, each once, and at least one.
absl::Status CheckNames(absl::string_view flag, const std::vector<std::string>& names);

}  // namespace dlfs

#endif  // CHAPTER6_NETWORK_FLAGS_H_
