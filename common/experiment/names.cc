#include "common/experiment/names.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dlfs {

absl::StatusOr<size_t> FindName(absl::string_view what, absl::string_view name,
                                std::span<const absl::string_view> names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  return absl::InvalidArgumentError(absl::StrCat("expected ", what, what.empty() ? "" : ", ",
                                                 "one of ", absl::StrJoin(names, ", "), "; found '",
                                                 name, "'"));
}

absl::StatusOr<size_t> FindName(absl::string_view what, absl::string_view name,
                                std::span<const char* const> names) {
  return FindName(what, name, std::vector<absl::string_view>(names.begin(), names.end()));
}

}  // namespace dlfs
