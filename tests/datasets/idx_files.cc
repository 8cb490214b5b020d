#include "tests/datasets/idx_files.h"

#include <cstddef>

#include "tests/files.h"

namespace dlfs {
namespace {

std::string Counting(size_t size, size_t modulus) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % modulus);
  return bytes;
}

}  // namespace

std::string Idx(uint32_t magic, const std::vector<uint32_t>& dimensions, std::string_view data) {
  std::string bytes;
  const auto append = [&bytes](uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<char>(number >> shift));
  };
  append(magic);
  for (uint32_t dimension : dimensions) append(dimension);
  return bytes.append(data);
}

std::string IdxImages(uint32_t count, uint32_t height, uint32_t width) {
  return Idx(kIdxImages, {count, height, width}, Counting(size_t{count} * height * width, 256));
}

std::string IdxLabels(uint32_t count) { return Idx(kIdxLabels, {count}, Counting(count, 10)); }

std::string SmallMnistDirectory() {
  const std::string directory = FreshDirectory();
  WriteFile(directory + "/train-images-idx3-ubyte", IdxImages(kSmallTrain, 28, 28));
  WriteFile(directory + "/train-labels-idx1-ubyte", IdxLabels(kSmallTrain));
  WriteFile(directory + "/t10k-images-idx3-ubyte", IdxImages(kSmallTest, 28, 28));
  WriteFile(directory + "/t10k-labels-idx1-ubyte", IdxLabels(kSmallTest));
  return directory;
}

}  // namespace dlfs
