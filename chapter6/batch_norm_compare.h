#ifndef CHAPTER6_BATCH_NORM_COMPARE_H_
#define CHAPTER6_BATCH_NORM_COMPARE_H_

#include <vector>

#include "absl/status/status.h"
#include "chapter6/epoch_training.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.3.2, figures 6-18 and 6-19: learning with and without batch normalisation.
namespace dlfs {

// The 16 standard deviations of figure 6-19, 10^0 to 10^-4 in equal steps of the exponent.
std::vector<double> BookInitStds();

struct BatchNormCompareConfig {
  std::vector<double> init_stds = BookInitStds();  // of the initial weights
  EpochTraining training = {.hidden = {100, 100, 100, 100, 100}, .train_size = 1000, .epochs = 20};
};

// For each standard deviation and seed, trains two networks, with and without batch norm, from the
// same weights on the same mini-batches. A network that diverges is a result: its accuracy is NaN
// from then on, and the panel says so.
//
// Writes batch_norm_compare.csv (seed,init_std,batch_norm,epoch,train_accuracy,diverged) and
// batch_norm_compare_summary.csv as accuracy_curves.h says, and the figure: a panel for each
// standard deviation. Prints the last accuracies.
absl::Status RunBatchNormCompare(const BatchNormCompareConfig& config, const Mnist& mnist,
                                 Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_BATCH_NORM_COMPARE_H_
