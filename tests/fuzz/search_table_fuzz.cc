// The table that a search goes on from. An input is the text of the file. It is read as that of a
// search of three trials, and as that of one that goes on from it with ten.
#include <cmath>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_table.h"
#include "common/check.h"
#include "tests/chapter6/example_search.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/one_line.h"

namespace dlfs {
namespace {

bool IsAccuracy(double x) { return std::isnan(x) || (x >= 0 && x <= 1); }

void CheckTrial(const Trial& trial, const SearchTableFormat& format) {
  DLFS_CHECK(trial.number < format.trials);
  DLFS_CHECK(std::isfinite(trial.tried.learning_rate) && std::isfinite(trial.tried.weight_decay));
  DLFS_CHECK(trial.curve.epochs == format.epochs);
  DLFS_CHECK(trial.curve.validation.size() == format.epochs.size());
  DLFS_CHECK(trial.curve.train.size() == format.epochs.size());
  for (const double accuracy : trial.curve.validation) DLFS_CHECK(IsAccuracy(accuracy));
  for (const double accuracy : trial.curve.train) DLFS_CHECK(IsAccuracy(accuracy));
}

std::string Written(const SearchTable& table, const SearchTableFormat& format) {
  std::string text = SearchTableHead(format);
  for (const auto& [number, trial] : table.trials) text += SearchTableRows(trial);
  return text;
}

// What was read, written, and read again is the same; what is complete and in order, the same text.
void CheckTable(const SearchTable& table, std::string_view text, const SearchTableFormat& format) {
  for (const auto& [number, trial] : table.trials) {
    DLFS_CHECK(number == trial.number);
    CheckTrial(trial, format);
  }
  const std::string written = Written(table, format);
  if (table.in_order && table.torn.empty() && !table.shorter) DLFS_CHECK(written == text);
  const auto again = ReadSearchTable(written, format);
  DLFS_CHECK(again.ok() && again->in_order && again->torn.empty() && !again->shorter);
  DLFS_CHECK(Written(*again, format) == written);
}

void Read(std::string_view text, const SearchTableFormat& format) {
  const auto table = ReadSearchTable(absl::string_view(text.data(), text.size()), format);
  if (table.ok()) {
    CheckTable(*table, text, format);
    DLFS_CHECK(table->torn.empty() || IsOneAsciiLine(table->torn));
  } else {
    DLFS_CHECK(IsOneAsciiLine(table.status().message()));
  }

  // The same text as the file of a part of a search: one that is torn is an error, too.
  const MemoryFile file(text);
  const auto part = ReadPart(file.path(), format);
  DLFS_CHECK(part.ok() == (table.ok() && table->torn.empty()));
  if (part.ok()) {
    DLFS_CHECK(part->size() == table->trials.size());
  } else {
    DLFS_CHECK(IsOneAsciiLine(part.status().message()));
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
