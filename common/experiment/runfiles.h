#ifndef COMMON_EXPERIMENT_RUNFILES_H_
#define COMMON_EXPERIMENT_RUNFILES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dlfs {

// Where a file or directory of this repository that Bazel put beside the running program is
// ("datasets/mnist"): under `bazel run`, `bazel test`, and where the program is started by its path
// in bazel-bin. Empty if it is nowhere.
std::string FindRunfile(absl::string_view path);

// `path` as seen from where the user typed the command; `bazel run` starts a program elsewhere.
std::string FromWorkingDirectory(absl::string_view path);

// The directory of the workspace under `bazel run`, otherwise the current one.
std::string WorkspaceDirectory();

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_RUNFILES_H_
