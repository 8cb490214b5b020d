#ifndef CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_
#define CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_

#include <vector>

#include "absl/status/status.h"
#include "chapter6/loss_curve_training.h"
#include "chapter6/optimizer_flags.h"
#include "chapter6/optimizers.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.1.8, figure 6-9: optimizers on MNIST.
namespace dlfs {

struct OptimizerCompareMnistConfig {
  std::vector<OptimizerChoice> optimizers = BookOptimizers(DefaultLearningRate);
  double learning_rate_decay = 0;
  LossCurveTraining training = {};  // ReLU, He's initial weights
};

// Trains one network for each optimizer and seed. All networks of a seed start from the same weights
// and see the same mini-batches; they are trained in parallel. Recorded is the loss of the
// mini-batch after its update.
//
// Writes optimizer_compare_mnist.csv (seed,optimizer,iteration,loss,smoothed_loss) and
// optimizer_compare_mnist_summary.csv as loss_curves.h says, and the figure. Prints loss, test
// accuracy and speed.
absl::Status RunOptimizerCompareMnist(const OptimizerCompareMnistConfig& config, const Mnist& mnist,
                                      Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_
