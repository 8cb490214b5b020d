// The flags of 6.1: which optimizers are compared, and how. An input is lines of "name=value".
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "chapter6/optimizer_compare_mnist_flags.h"
#include "chapter6/optimizer_compare_naive_flags.h"
#include "chapter6/optimizer_flags.h"
#include "chapter6/optimizers.h"
#include "common/check.h"
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/one_line.h"
#include "tests/fuzz/training_checks.h"

namespace dlfs {
namespace {

void CheckChoices(const std::vector<OptimizerChoice>& choices, double learning_rate_decay) {
  std::set<std::string> names;
  for (const OptimizerChoice& choice : choices) {
    DLFS_CHECK(std::ranges::find(OptimizerNames(), choice.name) != OptimizerNames().end());
    DLFS_CHECK(names.insert(choice.name).second);
    DLFS_CHECK(IsPositive(choice.learning_rate));
  }
  DLFS_CHECK(!choices.empty());
  DLFS_CHECK(IsOneLine(JoinNames(choices)) && IsOneLine(JoinLearningRates(choices)));
  DLFS_CHECK(IsNotNegative(learning_rate_decay));
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dlfs;
  const FlagsInput flags(data, size);
  const auto mnist = OptimizerCompareMnistConfigFromFlags();
  if (IsValue(mnist)) {
    CheckChoices(mnist->optimizers, mnist->learning_rate_decay);
    CheckSizes(mnist->training.hidden, mnist->training.batch_size);
    DLFS_CHECK(mnist->training.iterations >= 1 && mnist->training.iterations <= 10000000);
  }
  const auto naive = OptimizerCompareNaiveConfigFromFlags();
  if (IsValue(naive)) {
    CheckChoices(naive->optimizers, naive->learning_rate_decay);
    DLFS_CHECK(std::abs(naive->start.x) <= 1000 && std::abs(naive->start.y) <= 1000);
    DLFS_CHECK(naive->points >= 1 && naive->points <= 1000000);
  }
  return 0;
}
