#ifndef DATASETS_MNIST_H_
#define DATASETS_MNIST_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "datasets/image_dataset.h"

namespace dlfs {

struct Mnist {
  ImageDataset train;  // 60,000 images
  ImageDataset test;   // 10,000 images
};

inline constexpr size_t kMnistSide = 28;                         // pixels
inline constexpr size_t kMnistPixels = kMnistSide * kMnistSide;  // 784

// Loads MNIST, or a data set of the same form, from the four files
//   train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
//   t10k-labels-idx1-ubyte
// in `directory`; from this repository's own copy where that is empty, whose checksums have to be
// right. Images of another size than 28 x 28 are an error: they do not fit the chapter's networks.
absl::StatusOr<Mnist> LoadMnist(const std::string& directory);

}  // namespace dlfs

#endif  // DATASETS_MNIST_H_
