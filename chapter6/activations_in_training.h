#ifndef CHAPTER6_ACTIVATIONS_IN_TRAINING_H_
#define CHAPTER6_ACTIVATIONS_IN_TRAINING_H_

#include <vector>

#include "absl/status/status.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/layers/activations.h"

namespace dlfs {

struct ActivationsInTraining {
  ActivationKind activation;
  NamedInit init;
  int samples;  // images, the first ones of the training data
  std::vector<size_t> hidden;
  int bins;
  int iterations;  // mini-batches that a network learns from
};

// 6.2.2 and 6.3.1 in one picture: histograms of the activations of each layer while two networks
// learn MNIST, without and with batch normalisation, from the same weights and mini-batches. The
// images are one mini-batch in training mode. Counts of several seeds add up.
//
// Writes <name>_training.csv
//     activation,init,batch_norm,iteration,layer,bin_low,bin_high,count
// over [0, 1] for sigmoid, [-1, 1] for tanh and [0, 4] for ReLU, where the last bin also holds all
// that are larger; and the figure: the histograms of a few iterations, or as a gif of all.
absl::Status RunActivationsInTraining(const ActivationsInTraining& options, const Mnist& mnist,
                                      Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_ACTIVATIONS_IN_TRAINING_H_
