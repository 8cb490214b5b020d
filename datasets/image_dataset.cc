#include "datasets/image_dataset.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/matrix/check.h"

namespace dlfs {

uint64_t Checksum(std::span<const uint8_t> bytes, uint64_t checksum) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t size = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), size);
    checksum = std::rotl((checksum ^ word) * kOdd, 32);
    bytes = bytes.subspan(size);
  }
  return checksum;
}

ImageDataset FirstImages(const ImageDataset& dataset, size_t count) {
  DLFS_CHECK(count <= dataset.size());
  const auto pixels = static_cast<std::ptrdiff_t>(count * dataset.pixels_per_image());
  return {.height = dataset.height,
          .width = dataset.width,
          .pixels = {dataset.pixels.begin(), dataset.pixels.begin() + pixels},
          .labels = {dataset.labels.begin(),
                     dataset.labels.begin() + static_cast<std::ptrdiff_t>(count)}};
}

ImageDataset SelectImages(const ImageDataset& dataset, std::span<const uint32_t> rows) {
  ImageDataset selected = {
      .height = dataset.height, .width = dataset.width, .pixels = {}, .labels = {}};
  for (const uint32_t row : rows) {
    DLFS_CHECK(row < dataset.size());
    const std::span<const uint8_t> image = dataset.image(row);
    selected.pixels.insert(selected.pixels.end(), image.begin(), image.end());
    selected.labels.push_back(dataset.labels[row]);
  }
  return selected;
}

}  // namespace dlfs
