#ifndef DOCS_LAB_MNIST_H_
#define DOCS_LAB_MNIST_H_

#include "datasets/image_dataset.h"

namespace dlfs {

// MNIST, as far as the page has handed it over (Room).
const ImageDataset& TrainingImages();
const ImageDataset& TestImages();

}  // namespace dlfs

#endif  // DOCS_LAB_MNIST_H_
