#include "common/experiment/settings.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace dlfs {
namespace {

std::vector<SettingBase*>& AllSettings() {
  static auto& settings = *new std::vector<SettingBase*>;
  return settings;
}

}  // namespace

SettingBase::SettingBase(const char* name, const char* file) : name_(name), file_(file) {
  AllSettings().push_back(this);
}

const std::vector<SettingBase*>& Settings() { return AllSettings(); }

absl::Status OfFlag(absl::string_view flag, const absl::Status& status) {
  // What is wrong with the data set that a reader asks for is no fault of the flag.
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", status.message()));
}

absl::Status Unexpected(absl::string_view expected, absl::string_view found) {
  return absl::InvalidArgumentError(absl::StrCat("expected ", expected, ", found ", found));
}

std::string OnOneLine(absl::string_view text) {
  std::string line;
  for (const char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&line, absl::CHexEscape(absl::string_view(&c, 1)));
    } else {
      line.push_back(c);
    }
  }
  return line;
}

}  // namespace dlfs
