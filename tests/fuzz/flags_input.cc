#include "tests/fuzz/flags_input.h"

#include <string>
#include <utility>

#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/experiment/experiment.h"
#include "common/matrix/check.h"
#include "tests/fuzz/one_line.h"

namespace dlfs {

FlagsInput::FlagsInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  for (const absl::string_view line : absl::StrSplit(input, '\n')) {
    const std::pair<absl::string_view, absl::string_view> name_and_value =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    absl::CommandLineFlag* const flag = absl::FindCommandLineFlag(name_and_value.first);
    if (flag == nullptr || absl::StrContains(flag->Filename(), "absl")) continue;
    std::string error;
    if (flag->ParseFrom(name_and_value.second, &error)) set_.push_back(flag);
  }
}

FlagsInput::~FlagsInput() {
  for (absl::CommandLineFlag* flag : set_) {
    std::string error;
    DLFS_CHECK(flag->ParseFrom(flag->DefaultValue(), &error));
  }
}

void CheckFlagError(const absl::Status& status) {
  DLFS_CHECK(absl::IsInvalidArgument(status));
  const std::string line = ErrorLine(status);
  DLFS_CHECK(IsOneLine(line));
  absl::string_view flag = line;
  DLFS_CHECK(absl::ConsumePrefix(&flag, "--"));
  DLFS_CHECK(absl::FindCommandLineFlag(flag.substr(0, flag.find(": "))) != nullptr);
}

}  // namespace dlfs
