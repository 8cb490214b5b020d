#ifndef CHAPTER6_TRAINER_H_
#define CHAPTER6_TRAINER_H_

#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// One iteration of learning: the gradient of the loss of one mini-batch, then one step of the
// optimizer. Returns the loss before the step.
template <typename T>
double TrainOnBatch(MultiLayerNetwork<T>& network, Optimizer<T>& optimizer, const Batch<T>& batch);

// The share of images that the network classifies correctly, in [0, 1]; NaN where it has diverged.
// They may be more than the network's largest batch.
template <typename T>
double Accuracy(MultiLayerNetwork<T>& network, const ImageDataset& dataset);
template <typename T>
double Accuracy(MultiLayerNetwork<T>& network, const Batch<T>& images);

}  // namespace dlfs

#endif  // CHAPTER6_TRAINER_H_
