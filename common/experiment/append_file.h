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

  // Another one of the same open file. A lock is held until both are gone.
  Descriptor Duplicate() const;

 private:
  int fd_;
};

// A file that grows by whole pieces: however a program ends and whether or not the disk is full,
// there is no half of a line in it. An error says which file and why: also where something else is
// at its place, such as a link, which is never followed.
class AppendFile {
 public:
  // Takes over a file that is open for appending.
  AppendFile(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}

  // Creates the file, and locks it: an error where another program is writing it. A file that is
  // there becomes <path>.previous; where that, too, is there, the run that made the newer one was
  // not finished, and the newer one goes.
  static absl::StatusOr<AppendFile> Create(const std::string& path);

  // Opens a file that exists.
  static absl::StatusOr<AppendFile> Open(const std::string& path);

  // Replaces the file by this text, or leaves it as it is: writes <path>.new, and renames it.
  static absl::StatusOr<AppendFile> Replace(const std::string& path, absl::string_view text);

  const std::string& path() const { return path_; }
  const Descriptor& descriptor() const { return file_; }

  // Appends all of the text, or nothing. An error, too, where the file is no longer at its path,
  // and so lost with all that is in it.
  absl::Status Append(absl::string_view text);

 private:
  std::string path_;
  Descriptor file_;
  absl::Status broken_;  // why there is half of a text at the end of the file
};

// What follows the name of a file: the one before it, until the run that makes it is finished; and
// one that is not complete.
inline constexpr absl::string_view kPrevious = ".previous", kNew = ".new";

// "<path>: cannot write: <what errno says>"
absl::Status WriteError(absl::string_view path, int error);

// Locks a file or directory against other programs, for as long as it is open. False where one of
// them has locked it; a file system that knows no locks is taken as it is.
bool Lock(const Descriptor& file);

// Whether the file or directory that is open is the one at the path.
bool IsAt(const Descriptor& file, const std::string& path);

// That there is a file at the path, or nothing: "<path>: expected a file, found a link; ..."
absl::Status ExpectFileOrNothing(const std::string& path);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_APPEND_FILE_H_
