#include "common/experiment/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace dlfs {
namespace {

// -> errno, 0 if all is written
int WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

// Whether the file that is open as `fd` is the one at `path`.
bool IsAt(int fd, const std::string& path) {
  struct stat open_file, at_path;
  return fstat(fd, &open_file) == 0 && stat(path.c_str(), &at_path) == 0 &&
         open_file.st_dev == at_path.st_dev && open_file.st_ino == at_path.st_ino;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<AppendFile> AppendFile::Open(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666));
  if (file.get() < 0) return WriteError(path, errno);
  return AppendFile(path, std::move(file));
}

absl::StatusOr<AppendFile> AppendFile::Create(const std::string& path) {
  return Open(path, O_CREAT | O_TRUNC);
}

absl::StatusOr<AppendFile> AppendFile::Open(const std::string& path) { return Open(path, 0); }

absl::Status AppendFile::Append(absl::string_view text) {
  if (!broken_.ok()) return broken_;
  const off_t size = lseek(file_.get(), 0, SEEK_END);
  const int error = WriteAll(file_.get(), text);
  if (error != 0) {
    if (size < 0 || ftruncate(file_.get(), size) != 0) broken_ = WriteError(path_, error);
    return WriteError(path_, error);
  }
  if (!IsAt(file_.get(), path_)) {
    return absl::DataLossError(
        absl::StrCat(path_, ": was removed or replaced while the program wrote to it"));
  }
  return absl::OkStatus();
}

absl::Status AppendFile::Rename(const std::string& path) {
  if (std::rename(path_.c_str(), path.c_str()) != 0) return WriteError(path, errno);
  path_ = path;
  return absl::OkStatus();
}

absl::Status WriteError(absl::string_view path, int error) {
  return absl::UnavailableError(absl::StrCat(path, ": cannot write: ", std::strerror(error)));
}

}  // namespace dlfs
