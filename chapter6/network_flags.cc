#include "chapter6/network_flags.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/initialization.h"
#include "chapter6/optimizers.h"
#include "common/csv.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

namespace dlfs {
namespace {

constexpr size_t kMaxHiddenSize = 10000;

}  // namespace

absl::StatusOr<std::vector<size_t>> ReadHiddenSizes(const std::vector<std::string>& flag) {
  std::vector<size_t> sizes;
  for (const std::string& item : flag) {
    size_t size;
    if (!absl::SimpleAtoi(item, &size) || size < 1 || size > kMaxHiddenSize) {
      return FlagError("hidden_sizes", absl::StrCat("numbers from 1 to ", kMaxHiddenSize),
                       absl::StrCat("'", item, "'"));
    }
    sizes.push_back(size);
  }
  return sizes;
}

std::vector<std::string> HiddenSizesFlag(const std::vector<size_t>& sizes) {
  std::vector<std::string> flag;
  for (size_t size : sizes) flag.push_back(absl::StrCat(size));
  return flag;
}

absl::StatusOr<std::vector<double>> ReadInitStds(const std::vector<std::string>& flag) {
  std::vector<double> stds;
  for (const std::string& item : flag) {
    double std;
    if (!absl::SimpleAtod(item, &std) || !std::isfinite(std) || std < 0) {
      return FlagError("init_std", "numbers of at least 0", absl::StrCat("'", item, "'"));
    }
    if (std::find(stds.begin(), stds.end(), std) != stds.end()) {
      return FlagError("init_std", "each once", absl::StrCat("'", item, "' twice"));
    }
    stds.push_back(std);
  }
  return stds;
}

absl::Status CheckNetworkFits(const std::vector<size_t>& hidden, int batch_size) {
  // Of each parameter the value, the gradient, and two numbers of Adam's; of each neuron and image
  // the outputs of at most four layers, and their gradients.
  double parameters = 0, neurons = 0, inputs = kMnistPixels;
  for (size_t outputs : hidden) {
    parameters += inputs * static_cast<double>(outputs);
    neurons += static_cast<double>(outputs);
    inputs = static_cast<double>(outputs);
  }
  const double gibibytes =
      (4 * parameters + batch_size * (kMnistPixels + 8 * neurons)) * sizeof(float) / (1 << 30);
  constexpr double kMost = 2;
  if (gibibytes <= kMost) return absl::OkStatus();
  return FlagError("hidden_sizes",
                   absl::StrFormat("a network that takes at most %g GiB with --batch_size=%d",
                                   kMost, batch_size),
                   absl::StrFormat("one of %.1f GiB", gibibytes));
}

absl::Status CheckNames(absl::string_view flag, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      return FlagError(flag, "each once", absl::StrCat("'", name, "' twice"));
    }
  }
  return names.empty() ? FlagError(flag, "at least one", "none") : absl::OkStatus();
}

absl::Status CheckInits(const std::vector<std::string>& inits) {
  for (const std::string& name : inits) {
    if (const auto init = WeightInitFromName(name); !init.ok()) {
      return OfFlag("inits", init.status());
    }
  }
  return CheckNames("inits", inits);
}

absl::StatusOr<ActivationKind> ReadActivation(absl::string_view flag, absl::string_view name) {
  const auto activation = ActivationFromName(name);
  return activation.ok() ? activation : OfFlag(flag, activation.status());
}

absl::Status CheckOptimizer(absl::string_view flag, absl::string_view name) {
  const auto made = MakeOptimizer<float>(name, 1, 0);
  return made.ok() ? absl::OkStatus() : OfFlag(flag, made.status());
}

absl::Status CheckPositive(absl::string_view flag, double value) {
  return std::isfinite(value) && value > 0
             ? absl::OkStatus()
             : FlagError(flag, "a positive number", ShortestDecimal(value));
}

absl::Status CheckNotNegative(absl::string_view flag, double value) {
  return std::isfinite(value) && value >= 0
             ? absl::OkStatus()
             : FlagError(flag, "a number of at least 0", ShortestDecimal(value));
}

absl::Status CheckDropoutRatio(double ratio) {
  return ratio >= 0 && ratio < 1
             ? absl::OkStatus()
             : FlagError("dropout_ratio", "a number from 0 to below 1", ShortestDecimal(ratio));
}

}  // namespace dlfs
