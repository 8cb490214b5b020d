#ifndef CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_
#define CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_

#include "absl/status/status.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.3: is back-propagation through batch normalisation right? The gradients of a network
// 784-100-100-10 against central differences.
//
// The book compares on one sample. There x − mu is 0, and so is every gradient through batch norm, on
// both sides: nothing is checked. And each ReLU stands exactly at its kink, so that central
// differences see half a slope where back-propagation sees none: beta2 differs. The check on several
// samples is one that means something, but for b1 and b2, whose gradients are 0 there, too: batch norm
// subtracts what a bias adds.
namespace dlfs {

struct BatchNormGradientCheckConfig {
  int samples = 10;  // of the check that means something; at least 2
  // At the book's 1e-4, the error h² f''' / 6 of the smallest gradients would be above the rounding
  // errors.
  double h = 1e-5;
};

// Checks on config.samples, away from kinks, and on 1 as the book does. Writes
//   batch_norm_gradient_check.csv          parameter,samples,mean_abs_difference,max_relative_error
//   batch_norm_gradient_check_summary.csv  parameter,samples,largest_gradient,mean_abs_difference
// and the figure, and prints both. Of several seeds it takes the mean and the largest. On several
// samples a relative error above kLargestError is an error: back-propagation is wrong.
inline constexpr double kLargestError = 0.01;
absl::Status RunBatchNormGradientCheck(const BatchNormGradientCheckConfig& config,
                                       const Mnist& mnist, Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_
