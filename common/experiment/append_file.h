#ifndef COMMON_EXPERIMENT_APPEND_FILE_H_
#define COMMON_EXPERIMENT_APPEND_FILE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dlfs {

// Owns an open file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

// A file that grows by whole pieces: however a program ends and whether or not the disk is full,
// there is no half of a line in it. An error says which file and why.
class AppendFile {
 public:
  // Creates or replaces the file.
  static absl::StatusOr<AppendFile> Create(const std::string& path);

  // Opens a file that exists.
  static absl::StatusOr<AppendFile> Open(const std::string& path);

  const std::string& path() const { return path_; }

  // Appends all of the text, or nothing. An error, too, where the file is no longer at its path,
  // and so lost with all that is in it.
  absl::Status Append(absl::string_view text);

  // Moves the file, in place of one that is there.
  absl::Status Rename(const std::string& path);

 private:
  AppendFile(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  static absl::StatusOr<AppendFile> Open(const std::string& path, int flags);

  std::string path_;
  Descriptor file_;
  absl::Status broken_;  // why there is half of a text at the end of the file
};

// "<path>: cannot write: <what errno says>"
absl::Status WriteError(absl::string_view path, int error);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_APPEND_FILE_H_
