#include "datasets/idx.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace dlfs {
namespace {

constexpr uint32_t kImagesMagic = 0x803;  // unsigned bytes, 3 dimensions
constexpr uint32_t kLabelsMagic = 0x801;  // unsigned bytes, 1 dimension

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// A regular file, and what it was when it was opened.
struct OpenFile {
  std::unique_ptr<std::FILE, CloseFile> stream;
  struct stat status;
  std::filesystem::file_time_type written;
};

// What a file says it holds: its dimensions, and the bytes behind the header.
struct Idx {
  std::vector<size_t> dimensions;
  std::vector<uint8_t> data;
  OpenFile file;
};

absl::Status Bad(const std::string& path, absl::string_view expected, absl::string_view found) {
  return absl::DataLossError(absl::StrCat(path, ": expected ", expected, ", found ", found));
}

uint32_t BigEndian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

absl::StatusOr<OpenFile> Open(const std::string& path) {
  OpenFile file;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe does not block us
  if (fd >= 0) file.stream.reset(fdopen(fd, "rb"));
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    std::error_code error;
    const bool zipped = std::filesystem::exists(path + ".gz", error);
    return absl::NotFoundError(
        absl::StrCat(path, ": no such file",
                     zipped ? absl::StrCat("; decompress it first: gunzip '", path, ".gz'") : ""));
  }
  if (fd < 0 || fstat(fd, &file.status) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(path, ": cannot read: ", std::strerror(errno)));
  }
  if (!S_ISREG(file.status.st_mode)) return Bad(path, "a file", "something else");
  std::error_code error;
  file.written = std::filesystem::last_write_time(path, error);
  return file;
}

// Whether the file at `path` is still the one that was opened, and nobody has written to it since.
absl::Status CheckUnchanged(const std::string& path, const OpenFile& file) {
  const struct stat& opened = file.status;
  struct stat now;
  std::error_code error;
  if (stat(path.c_str(), &now) == 0 && now.st_dev == opened.st_dev && now.st_ino == opened.st_ino &&
      now.st_size == opened.st_size &&
      std::filesystem::last_write_time(path, error) == file.written) {
    return absl::OkStatus();
  }
  return absl::AbortedError(absl::StrCat(path, ": changed while it was read; run it again"));
}

absl::StatusOr<Idx> Read(const std::string& path, uint32_t magic, absl::string_view kind) {
  absl::StatusOr<OpenFile> file = Open(path);
  if (!file.ok()) return file.status();
  const auto file_size = static_cast<uint64_t>(file->status.st_size);

  uint8_t header[16];
  const size_t dimensions = magic & 0xff;
  const size_t header_size = 4 + 4 * dimensions;
  const size_t got = std::fread(header, 1, header_size, file->stream.get());
  if (got >= 2 && header[0] == 0x1f && header[1] == 0x8b) {
    return Bad(path, "a decompressed IDX file",
               "a gzip-compressed one; decompress it first: gunzip " + path +
                   (path.ends_with(".gz") ? "" : " (rename it to end in .gz)"));
  }
  if (got < header_size) {
    return Bad(path, absl::StrCat("an IDX header of ", header_size, " bytes"),
               absl::StrCat("a file of ", got, " bytes"));
  }
  if (BigEndian(header) != magic) {
    return Bad(path, absl::StrFormat("the magic number 0x%08x of an IDX file of %s", magic, kind),
               absl::StrFormat("0x%08x", BigEndian(header)));
  }

  Idx idx;
  std::string shape;
  uint64_t size = 1;
  for (size_t d = 0; d < dimensions; ++d) {
    const uint64_t dimension = BigEndian(header + 4 + 4 * d);
    idx.dimensions.push_back(dimension);
    absl::StrAppend(&shape, d == 0 ? "" : " x ", dimension);
    // No further than beyond the file: a header may claim more than 64 bits hold.
    size = dimension == 0 ? 0 : size > file_size ? size : size * dimension;
  }
  if (size == 0) return Bad(path, absl::StrCat("at least one of the ", kind), shape);
  if (file_size - header_size != size) {
    return Bad(path, absl::StrCat(shape, " bytes behind the header, as it says"),
               absl::StrCat(file_size - header_size, file_size - header_size < size
                                                         ? " bytes (the file is cut off)"
                                                         : " bytes (something follows them)"));
  }
  idx.data.resize(size);
  if (std::fread(idx.data.data(), 1, size, file->stream.get()) != size) {
    return Bad(path, absl::StrCat(size, " bytes behind the header"), "fewer");
  }
  idx.file = *std::move(file);
  return idx;
}

}  // namespace

absl::StatusOr<ImageDataset> ReadIdx(const std::string& images_path,
                                     const std::string& labels_path) {
  absl::StatusOr<Idx> images = Read(images_path, kImagesMagic, "images");
  if (!images.ok()) return images.status();
  absl::StatusOr<Idx> labels = Read(labels_path, kLabelsMagic, "labels");
  if (!labels.ok()) return labels.status();
  // So the images and the labels belong together.
  if (auto s = CheckUnchanged(images_path, images->file); !s.ok()) return s;
  if (auto s = CheckUnchanged(labels_path, labels->file); !s.ok()) return s;

  if (labels->data.size() != images->dimensions[0]) {
    return Bad(labels_path,
               absl::StrCat(images->dimensions[0], " labels, as many as images in ", images_path),
               absl::StrCat(labels->data.size()));
  }
  const auto bad_label = std::find_if(labels->data.begin(), labels->data.end(),
                                      [](uint8_t label) { return label >= kClasses; });
  if (bad_label != labels->data.end()) {
    return Bad(
        labels_path, "labels from 0 to 9",
        absl::StrCat("label ", int{*bad_label}, " of image ", bad_label - labels->data.begin()));
  }
  return ImageDataset{.height = images->dimensions[1],
                      .width = images->dimensions[2],
                      .pixels = std::move(images->data),
                      .labels = std::move(labels->data)};
}

}  // namespace dlfs
