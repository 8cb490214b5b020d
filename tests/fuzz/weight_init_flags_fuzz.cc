// The flags of 6.2.1 and 6.2.4: which initial weights are compared, and how. An input is lines of
// "name=value".
#include <cmath>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "chapter6/initialization.h"
#include "chapter6/weight_init_flags.h"
#include "common/activations.h"
#include "common/check.h"
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/one_line.h"
#include "tests/fuzz/training_checks.h"

namespace dlfs {

WeightInitCompareConfig BookWeightInit() { return {}; }

namespace {

void CheckInit(const std::string& name) {
  // It becomes a cell of a CSV, and a word of a gnuplot script.
  DLFS_CHECK(IsOneLine(name) && name.find_first_of(" ,\"") == name.npos);
  const auto init = WeightInitFromName(name);
  DLFS_CHECK(init.ok() && std::isfinite(init->value));
  DLFS_CHECK(init->kind != WeightInit::Kind::kNormal || init->value >= 0);
  DLFS_CHECK(IsNotNegative(WeightStd(*init, 784, 100)));
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dlfs;
  const FlagsInput flags(data, size);
  const auto config = WeightInitConfigFromFlags();
  if (!IsValue(config)) return 0;
  DLFS_CHECK(!config->inits.empty());
  for (const std::string& name : config->inits) CheckInit(name);
  const std::set<std::string> different(config->inits.begin(), config->inits.end());
  DLFS_CHECK(different.size() == config->inits.size());
  const auto activation = ActivationFromName(ActivationName(config->activation));
  DLFS_CHECK(activation.ok() && *activation == config->activation);
  DLFS_CHECK(IsPositive(config->learning_rate));
  CheckSizes(config->training.hidden, config->training.batch_size);
  DLFS_CHECK(config->training.iterations >= 1 && config->training.iterations <= 10000000);
  return 0;
}
