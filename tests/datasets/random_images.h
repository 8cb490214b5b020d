#ifndef TESTS_DATASETS_RANDOM_IMAGES_H_
#define TESTS_DATASETS_RANDOM_IMAGES_H_

#include <cstddef>
#include <cstdint>

#include "common/matrix/random.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// Images whose pixels and labels are random numbers, decided by the seed; there is nothing to learn
// but each by heart.
inline ImageDataset RandomImages(size_t count, size_t height, size_t width, uint64_t seed = 0) {
  Random random(seed, kInputStream);
  ImageDataset images{.height = height, .width = width, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    for (size_t p = 0; p < height * width; ++p) {
      images.pixels.push_back(static_cast<uint8_t>(random.UniformInt(256)));
    }
    images.labels.push_back(static_cast<uint8_t>(random.UniformInt(kClasses)));
  }
  return images;
}

}  // namespace dlfs

#endif  // TESTS_DATASETS_RANDOM_IMAGES_H_
