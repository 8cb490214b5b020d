#include "docs/lab/mnist.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "docs/lab/export.h"

namespace dlfs {
namespace {

ImageDataset training = {.height = 28, .width = 28, .pixels = {}, .labels = {}};
ImageDataset test = training;

}  // namespace

const ImageDataset& TrainingImages() { return training; }
const ImageDataset& TestImages() { return test; }

// Room for the bytes of the four files of MNIST, behind their headers.
EXPORT(Room) uint8_t* Room(int of_test, int of_labels, int bytes) {
  ImageDataset& images = of_test ? test : training;
  std::vector<uint8_t>& room = of_labels ? images.labels : images.pixels;
  room.resize(static_cast<size_t>(bytes));
  return room.data();
}

}  // namespace dlfs
