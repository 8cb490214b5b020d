#ifndef CHAPTER6_WEIGHT_INIT_COMPARE_H_
#define CHAPTER6_WEIGHT_INIT_COMPARE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/loss_curve_training.h"
#include "chapter6/loss_curves.h"
#include "chapter6/network.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.2.4, figure 6-15: initial weights on MNIST.
namespace dlfs {

struct WeightInitCompareConfig {
  std::vector<std::string> inits = {"std=0.01", "xavier", "he"};  // as in initialization.h
  ActivationKind activation = ActivationKind::kRelu;
  double learning_rate = 0.01;  // of SGD
  LossCurveTraining training = {};
};

// What the experiment `name` compares with this configuration.
LossCurveComparison WeightInitComparison(const std::string& name,
                                         const WeightInitCompareConfig& config);

// Trains one network for each way to choose the initial weights, and seed. All networks of a seed
// start from the same random numbers, differently scaled, and see the same mini-batches; they are
// trained in parallel. Recorded is the loss of the mini-batch after its update.
//
// Writes weight_init_compare.csv (seed,init,iteration,loss,smoothed_loss) and
// weight_init_compare_summary.csv as loss_curves.h says, and the figure. Prints loss, test accuracy
// and speed.
absl::Status RunWeightInitCompare(const WeightInitCompareConfig& config, const Mnist& mnist,
                                  Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_WEIGHT_INIT_COMPARE_H_
