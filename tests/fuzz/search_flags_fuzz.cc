// The settings of 6.5, and what its ranges of the hyper-parameters are good for. An input is lines of
// "name=value".
#include <cmath>
#include <string>

#include "absl/flags/reflection.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/settings.h"
#include "common/matrix/check.h"
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/settings_checks.h"

namespace dlfs {
namespace {

bool IsIn(double value, const SearchRange& range) {
  return range.low <= value && value <= range.high;
}

void CheckRange(const std::string& text, Scale scale) {
  const auto read = SearchRangeFromText(text, scale);
  DLFS_CHECK(read.ok());
  const SearchRange range = *read;
  DLFS_CHECK(std::isfinite(range.low) && std::isfinite(range.high));
  DLFS_CHECK(0 <= range.low && range.low < range.high);
  DLFS_CHECK(range.scale != Scale::kLog || range.low > 0);
  const auto again = SearchRangeFromText(SearchRangeText(range), range.scale);
  DLFS_CHECK(again.ok() && *again == range);
  for (const double u : {0.0, 0.1, 0.5, 0.9, 1.0}) DLFS_CHECK(IsIn(range.At(u), range));

  const double best[] = {range.At(0.4), range.At(0.5)};
  const SearchRange narrow = NarrowRange(range, best);
  DLFS_CHECK(narrow.low < narrow.high && IsIn(narrow.low, range) && IsIn(narrow.high, range));
  DLFS_CHECK(IsIn(best[0], narrow) && IsIn(best[1], narrow));
}

std::string ValueOf(const char* flag) { return absl::FindCommandLineFlag(flag)->CurrentValue(); }

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dlfs;
  const FlagsInput flags(data, size);
  if (!SettingsAreRight()) return 0;
  const Scale scale = ValueOf("scale") == "log" ? Scale::kLog : Scale::kUniform;
  CheckRange(ValueOf("learning_rate_range"), scale);
  CheckRange(ValueOf("weight_decay_range"), scale);
  return 0;
}
