#ifndef CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_
#define CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/optimizer_flags.h"
#include "common/experiment.h"

// 6.1.8, figure 6-9: optimizers on MNIST.
namespace dlfs {

struct OptimizerCompareMnistConfig {
  std::vector<OptimizerChoice> optimizers = {
      {"sgd", 0.01}, {"momentum", 0.01}, {"adagrad", 0.01}, {"adam", 0.001}};
  double learning_rate_decay = 0;
  std::vector<size_t> hidden = {100, 100, 100, 100};  // ReLU, He's initial weights
  int batch_size = 128;
  int iterations = 2000;
};

// Trains one network for each optimizer and seed. All networks of a seed start from the same
// weights and see the same mini-batches; they are trained in parallel. Recorded is the loss of the
// mini-batch after its update.
//
// Writes optimizer_compare_mnist.csv (seed,optimizer,iteration,loss,smoothed_loss), a network's
// rows as soon as it and the ones before it are trained; optimizer_compare_mnist_summary.csv
// (optimizer,iteration,mean,std of the smoothed loss over the seeds), and the figure. Prints loss,
// test accuracy and speed.
absl::Status RunOptimizerCompareMnist(const OptimizerCompareMnistConfig& config,
                                      Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_COMPARE_MNIST_H_
