#ifndef CHAPTER6_EPOCH_TRAINING_H_
#define CHAPTER6_EPOCH_TRAINING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/progress.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"

// How a network learns from few images, in 6.3.2, 6.4 and 6.5.
namespace dlfs {

struct EpochTraining {
  std::vector<size_t> hidden;  // neurons of each hidden layer
  int train_size;              // the first images of the training data
  int epochs;
  int batch_size = 100;
  std::string optimizer = "sgd";  // as in optimizers.h
  double learning_rate = 0.01;
  int evaluation_interval = 1;  // epochs from one evaluation to the next

  bool operator==(const EpochTraining&) const = default;
};

// "hidden=100,100 train_size=300 ... optimizer=sgd", for the comments of a CSV; without the learning
// rate, which is not always one.
std::string Describe(const EpochTraining& training);

// Whether it can be run on this data set. An error names the flag.
absl::Status CheckTraining(const EpochTraining& training, const Mnist& mnist);

// Whether the network is evaluated after this epoch, of 0 ... epochs - 1.
bool IsEvaluated(const EpochTraining& training, int epoch);

// Trains the network on random mini-batches of `images`, decided by the seed. An epoch is as many
// iterations as mini-batches fit into the images, at least one. As the book does, it calls
// evaluate(0) after the first iteration, evaluate(1) an epoch later, ..., evaluate(epochs - 1), and
// then ends; with an interval of n, every n-th of these and the last. The progress counts epochs.
// After an interrupt it stops early.
void TrainForEpochs(const EpochTraining& training, const ImageDataset& images, uint64_t seed,
                    MultiLayerNetwork<float>& network, Optimizer<float>& optimizer,
                    Progress& progress, const std::function<void(int epoch)>& evaluate);

// Makes the network, with training.hidden and with initial weights that the seed decides, and the
// optimizer, and trains it as above.
void TrainNewNetwork(
    const EpochTraining& training, NetworkConfig config, const WeightInit& init,
    const ImageDataset& images, uint64_t seed, Progress& progress,
    const std::function<void(MultiLayerNetwork<float>& network, int epoch)>& evaluate);

}  // namespace dlfs

#endif  // CHAPTER6_EPOCH_TRAINING_H_
