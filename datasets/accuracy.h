#ifndef DATASETS_ACCURACY_H_
#define DATASETS_ACCURACY_H_

#include "common/layers/network.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// The share of images that the network classifies correctly, in [0, 1]; NaN where it has diverged.
// They may be more than the network's largest batch.
template <typename T>
double Accuracy(Network<T>& network, const ImageDataset& dataset);
template <typename T>
double Accuracy(Network<T>& network, const Batch<T>& images);

}  // namespace dlfs

#endif  // DATASETS_ACCURACY_H_
