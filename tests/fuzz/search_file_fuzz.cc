// The file that a search goes on from. An input is its text. It is read as that of a search of three
// trials, and as that of one that goes on from it with ten.
#include <cmath>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chapter6/search_file.h"
#include "common/matrix/check.h"
#include "tests/chapter6/example_search.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/one_line.h"

namespace dlfs {
namespace {

bool IsAccuracy(double x) { return std::isnan(x) || (x >= 0 && x <= 1); }

void Read(std::string_view input, const SearchFileFormat& format) {
  const MemoryFile file(input);
  std::string text, torn;
  const absl::StatusOr<Trials> trials = ReadTrials(file.path(), format, text, torn);
  DLFS_CHECK(text == input);
  DLFS_CHECK(torn.empty() || IsOneAsciiLine(torn));
  if (!trials.ok()) {
    DLFS_CHECK(IsOneAsciiLine(trials.status().message()));
    return;
  }
  for (const auto& [number, trial] : *trials) {
    DLFS_CHECK(number == trial.number && number < format.trials);
    DLFS_CHECK(trial.validation.size() == format.epochs.size());
    DLFS_CHECK(trial.train.size() == format.epochs.size());
    for (const double accuracy : trial.validation) DLFS_CHECK(IsAccuracy(accuracy));
    for (const double accuracy : trial.train) DLFS_CHECK(IsAccuracy(accuracy));
  }
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  dlfs::Read(text, dlfs::ExampleFormat());
  dlfs::Read(text, dlfs::ExampleFormat(10, true));
  return 0;
}
