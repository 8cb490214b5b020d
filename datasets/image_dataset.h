#ifndef DATASETS_IMAGE_DATASET_H_
#define DATASETS_IMAGE_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dlfs {

// Images of one byte a pixel, each with a label from 0 to 9. Pixels stay bytes in memory, a quarter
// of what floats take; a batch is converted on its way into the network (batch.h).
struct ImageDataset {
  size_t height = 0;
  size_t width = 0;
  std::vector<uint8_t> pixels;  // [size(), height * width], row-major
  std::vector<uint8_t> labels;  // [size()]

  size_t size() const { return labels.size(); }
  size_t pixels_per_image() const { return height * width; }
  std::span<const uint8_t> image(size_t i) const {
    return {pixels.data() + i * pixels_per_image(), pixels_per_image()};
  }
};

inline constexpr size_t kClasses = 10;

// The first `count` images. Requires: there are so many.
ImageDataset FirstImages(const ImageDataset& dataset, size_t count);

// The images `rows`, in this order. Requires: each is below dataset.size()
ImageDataset SelectImages(const ImageDataset& dataset, std::span<const uint32_t> rows);

// Xors 8 bytes at a time into the checksum, multiplies and rotates it. Each step can be undone, so
// no change within 8 bytes goes unnoticed, least of all that of a single bit. `checksum`: of what
// comes before the bytes
uint64_t Checksum(std::span<const uint8_t> bytes, uint64_t checksum = 0);

}  // namespace dlfs

#endif  // DATASETS_IMAGE_DATASET_H_
