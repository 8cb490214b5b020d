#ifndef COMMON_EXPERIMENT_NAMES_H_
#define COMMON_EXPERIMENT_NAMES_H_

#include <cstddef>
#include <span>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dlfs {

// The index of a name among `names`. An error lists them: "expected <what>, one of ...", where `what`
// may be empty.
absl::StatusOr<size_t> FindName(absl::string_view what, absl::string_view name,
                                std::span<const absl::string_view> names);
absl::StatusOr<size_t> FindName(absl::string_view what, absl::string_view name,
                                std::span<const char* const> names);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_NAMES_H_
