#include "chapter6/optimizer_compare_mnist_flags.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "chapter6/optimizer_compare_mnist.h"
#include "chapter6/optimizer_flags.h"
#include "chapter6/optimizers.h"

ABSL_FLAG(std::vector<std::string>, hidden_sizes,
          absl::StrSplit(absl::StrJoin(dlfs::OptimizerCompareMnistConfig().hidden, ","), ','),
          "the neurons of each hidden layer of the network for MNIST");
ABSL_FLAG(int, batch_size, dlfs::OptimizerCompareMnistConfig().batch_size,
          "images in a mini-batch");
ABSL_FLAG(int, iterations, dlfs::OptimizerCompareMnistConfig().iterations,
          "mini-batches that a network learns from");

namespace dlfs {
namespace {

constexpr size_t kMaxHiddenSize = 10000;

absl::StatusOr<std::vector<size_t>> HiddenSizesFromFlag() {
  std::vector<size_t> sizes;
  for (const std::string& item : absl::GetFlag(FLAGS_hidden_sizes)) {
    size_t size;
    if (!absl::SimpleAtoi(item, &size) || size < 1 || size > kMaxHiddenSize) {
      return FlagError("hidden_sizes", absl::StrCat("numbers from 1 to ", kMaxHiddenSize),
                       absl::StrCat("'", item, "'"));
    }
    sizes.push_back(size);
  }
  return sizes;
}

}  // namespace

absl::StatusOr<OptimizerCompareMnistConfig> OptimizerCompareMnistConfigFromFlags() {
  OptimizerCompareMnistConfig config;
  if (absl::Status status =
          ReadOptimizerFlags(DefaultLearningRate, config.optimizers, config.learning_rate_decay);
      !status.ok()) {
    return status;
  }
  auto hidden = HiddenSizesFromFlag();
  if (!hidden.ok()) return hidden.status();
  config.hidden = *std::move(hidden);

  // Not more than there are images either, but that shows when they are loaded.
  config.batch_size = absl::GetFlag(FLAGS_batch_size);
  if (auto s = CheckFlagInRange("batch_size", config.batch_size, 1); !s.ok()) return s;
  config.iterations = absl::GetFlag(FLAGS_iterations);
  if (auto s = CheckFlagInRange("iterations", config.iterations, 1, 10000000); !s.ok()) return s;
  return config;
}

}  // namespace dlfs
