#ifndef CHAPTER6_LOSS_CURVE_TRAINING_H_
#define CHAPTER6_LOSS_CURVE_TRAINING_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/loss_curves.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/experiment.h"
#include "common/progress.h"
#include "datasets/mnist.h"

// How a network learns MNIST in 6.1.8 and 6.2.4.
namespace dlfs {

struct LossCurveTraining {
  std::vector<size_t> hidden = {100, 100, 100, 100};  // neurons of each hidden layer
  int batch_size = 128;
  int iterations = 2000;
};

// "batch_size=128 iterations=2000", for the comments of a CSV.
std::string Describe(const LossCurveTraining& training);

// "hidden layers: 100, 100, 100, 100; mini-batches of 128; seed 0", for a figure.
std::string Caption(const LossCurveTraining& training, const Experiment& experiment);

// Whether it can be run on this data set: the mini-batch is not larger than it, and network and
// mini-batch fit into memory. An error names the flag.
absl::Status CheckTraining(const LossCurveTraining& training, const Mnist& mnist);

// Trains the network on random mini-batches, decided by the curve's seed, and fills in the rest of
// the curve; recorded is the loss of each mini-batch after its update. Before the update of each
// iteration t it calls before_update(t). After an interrupt it stops early.
void TrainLossCurve(
    const LossCurveTraining& training, const Mnist& mnist, MultiLayerNetwork<float>& network,
    Optimizer<float>& optimizer, LossCurve& curve, Progress& progress,
    const std::function<void(int t)>& before_update = [](int) {});

}  // namespace dlfs

#endif  // CHAPTER6_LOSS_CURVE_TRAINING_H_
