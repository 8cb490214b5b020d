// The reader of IDX files. An input is the file of the images, the line below, and the file of the
// labels; without the line there is no file of labels.
#include <algorithm>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/matrix/check.h"
#include "datasets/idx.h"
#include "datasets/image_dataset.h"
#include "tests/datasets/idx_files.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/one_line.h"

namespace dlfs {
namespace {

constexpr std::string_view kLabelsFollow = "\n--labels--\n";

// What was read is in the files, and nothing else is.
void CheckDataset(const ImageDataset& dataset, std::string_view images, std::string_view labels) {
  DLFS_CHECK(dataset.size() > 0 && dataset.pixels_per_image() > 0);
  DLFS_CHECK(dataset.pixels.size() == dataset.size() * dataset.height * dataset.width);
  DLFS_CHECK(std::ranges::all_of(dataset.labels, [](uint8_t label) { return label < kClasses; }));

  const auto count = static_cast<uint32_t>(dataset.size());
  const std::string_view pixels(reinterpret_cast<const char*>(dataset.pixels.data()),
                                dataset.pixels.size());
  DLFS_CHECK(
      Idx(kIdxImages,
          {count, static_cast<uint32_t>(dataset.height), static_cast<uint32_t>(dataset.width)},
          pixels) == images);
  DLFS_CHECK(Idx(kIdxLabels, {count},
                 {reinterpret_cast<const char*>(dataset.labels.data()), dataset.labels.size()}) ==
             labels);
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dlfs;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find(kLabelsFollow);
  const bool has_labels = line != input.npos;
  const std::string_view images = input.substr(0, line);
  const std::string_view labels =
      has_labels ? input.substr(line + kLabelsFollow.size()) : std::string_view();

  const MemoryFile images_file(images), labels_file(labels);
  const absl::StatusOr<ImageDataset> dataset =
      ReadIdx(images_file.path(), has_labels ? labels_file.path() : "/proc/self/no_such_file");
  if (dataset.ok()) {
    DLFS_CHECK(has_labels);
    CheckDataset(*dataset, images, labels);
  } else {
    DLFS_CHECK(IsOneAsciiLine(dataset.status().message()));
  }
  return 0;
}
