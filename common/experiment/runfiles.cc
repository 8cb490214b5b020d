#include "common/experiment/runfiles.h"

#if defined(__APPLE__)
#include <limits.h>
#include <mach-o/dyld.h>
#endif

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace dlfs {
namespace {

namespace fs = std::filesystem;

// The value of an environment variable, or a default where it is not set or empty.
std::string Environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string CurrentDirectory() {
  std::error_code error;
  const fs::path current = fs::current_path(error);
  return error ? "." : current.string();
}

// Where the running program is; empty if nobody knows.
fs::path ProgramPath() {
#if defined(__APPLE__)
  char path[PATH_MAX];
  uint32_t size = sizeof(path);
  return _NSGetExecutablePath(path, &size) == 0 ? path : "";
#else
  // A link that leads out of bazel-bin's tree only if Bazel made one there, which it does not.
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
#endif
}

}  // namespace

std::string FindRunfile(absl::string_view path) {
  std::error_code error;
  std::vector<fs::path> roots;
  for (const char* variable : {"RUNFILES_DIR", "TEST_SRCDIR"}) {
    if (const std::string root = Environment(variable, ""); !root.empty()) roots.push_back(root);
  }
  if (const fs::path program = ProgramPath(); !program.empty()) {
    roots.push_back(program.string() + ".runfiles");
  }
  for (const fs::path& root : roots) {
    // The workspace's name in WORKSPACE, and what it is called where MODULE.bazel is used.
    for (const char* workspace : {"deep_learning_from_scratch_6", "_main"}) {
      const fs::path candidate = root / workspace / std::string(path);
      if (fs::exists(candidate, error)) return candidate.string();
    }
  }
  return fs::exists(std::string(path), error) ? std::string(path) : "";
}

std::string FromWorkingDirectory(absl::string_view path) {
  // An absolute path replaces what it is appended to.
  const fs::path base = Environment("BUILD_WORKING_DIRECTORY", CurrentDirectory());
  return (base / std::string(path)).lexically_normal().string();
}

std::string WorkspaceDirectory() {
  return Environment("BUILD_WORKSPACE_DIRECTORY", CurrentDirectory());
}

}  // namespace dlfs
