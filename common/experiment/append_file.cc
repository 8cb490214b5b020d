#include "common/experiment/append_file.h"

#include <fcntl.h>
#include <sys/file.h>
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

// For appending. Neither follows a link nor waits for the other end of a pipe.
Descriptor OpenFile(const std::string& path, int flags) {
  return Descriptor(
      open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0666));
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Descriptor Descriptor::Duplicate() const { return Descriptor(fcntl(fd_, F_DUPFD_CLOEXEC, 0)); }

absl::StatusOr<AppendFile> AppendFile::Create(const std::string& path) {
  const std::string previous = absl::StrCat(path, kPrevious);
  for (const std::string& file : {path, previous}) {
    if (absl::Status status = ExpectFileOrNothing(file); !status.ok()) return status;
  }
  const absl::Status in_use = absl::FailedPreconditionError(
      absl::StrCat(path,
                   ": another run is writing this file; wait for its end, or choose another "
                   "--output_dir"));
  const Descriptor before = OpenFile(path, 0);
  if (before.get() < 0 && errno != ENOENT) return WriteError(path, errno);
  if (before.get() >= 0) {
    if (!Lock(before) || !IsAt(before, path)) return in_use;
    struct stat ignored;
    const bool unfinished = lstat(previous.c_str(), &ignored) == 0;
    if ((unfinished ? unlink(path.c_str()) : std::rename(path.c_str(), previous.c_str())) != 0) {
      return WriteError(path, errno);
    }
  }
  Descriptor file = OpenFile(path, O_CREAT | O_EXCL);
  if (file.get() < 0) return errno == EEXIST ? in_use : WriteError(path, errno);
  if (!Lock(file)) return in_use;
  return AppendFile(path, std::move(file));
}

absl::StatusOr<AppendFile> AppendFile::Open(const std::string& path) {
  if (absl::Status status = ExpectFileOrNothing(path); !status.ok()) return status;
  Descriptor file = OpenFile(path, 0);
  if (file.get() < 0) return WriteError(path, errno);
  return AppendFile(path, std::move(file));
}

absl::StatusOr<AppendFile> AppendFile::Replace(const std::string& path, absl::string_view text) {
  const std::string unfinished = absl::StrCat(path, kNew);
  for (const std::string& file : {path, unfinished}) {
    if (absl::Status status = ExpectFileOrNothing(file); !status.ok()) return status;
  }
  unlink(unfinished.c_str());  // of a program that was killed
  Descriptor descriptor = OpenFile(unfinished, O_CREAT | O_EXCL);
  if (descriptor.get() < 0) return WriteError(unfinished, errno);
  AppendFile file(unfinished, std::move(descriptor));
  absl::Status status = file.Append(text);
  if (status.ok() && std::rename(unfinished.c_str(), path.c_str()) != 0) {
    status = WriteError(path, errno);
  }
  if (!status.ok()) {
    unlink(unfinished.c_str());
    return status;
  }
  file.path_ = path;
  return file;
}

absl::Status AppendFile::Append(absl::string_view text) {
  if (!broken_.ok()) return broken_;
  const off_t size = lseek(file_.get(), 0, SEEK_END);
  const int error = WriteAll(file_.get(), text);
  if (error != 0) {
    if (size < 0 || ftruncate(file_.get(), size) != 0) broken_ = WriteError(path_, error);
    return WriteError(path_, error);
  }
  if (!IsAt(file_, path_)) {
    return absl::DataLossError(
        absl::StrCat(path_, ": was removed or replaced while the program wrote to it"));
  }
  return absl::OkStatus();
}

absl::Status WriteError(absl::string_view path, int error) {
  return absl::UnavailableError(absl::StrCat(path, ": cannot write: ", std::strerror(error)));
}

bool Lock(const Descriptor& file) {
  return flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

bool IsAt(const Descriptor& file, const std::string& path) {
  struct stat open_file, at_path;
  return fstat(file.get(), &open_file) == 0 && stat(path.c_str(), &at_path) == 0 &&
         open_file.st_dev == at_path.st_dev && open_file.st_ino == at_path.st_ino;
}

absl::Status ExpectFileOrNothing(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(path, ": expected a file, or none; found ",
                                                    S_ISLNK(status.st_mode)    ? "a link"
                                                    : S_ISDIR(status.st_mode)  ? "a directory"
                                                    : S_ISFIFO(status.st_mode) ? "a pipe"
                                                                               : "something else",
                                                    "; remove it, or choose another --output_dir"));
}

}  // namespace dlfs
