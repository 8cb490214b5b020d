#ifndef CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_
#define CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/experiment.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"

// 6.3: is back-propagation through batch normalisation right? It is compared with central
// differences, in double precision, for every parameter of a network 784-100-100-10.
//
// The book compares on one sample. There x − mu is 0, and so is every gradient through batch norm, on
// both sides: nothing is checked. And each ReLU stands exactly at its kink, so that central
// differences see half a slope where back-propagation sees none: beta2 differs. The check on several
// samples is one that means something.
namespace dlfs {

struct GradientCheckConfig {
  std::vector<size_t> hidden = {100, 100};  // ReLU, He's initial weights
  int samples = 10;                         // of the check that means something; at least 2
  // Of the central differences on several samples: at the book's 1e-4 the error h² f''' / 6 of the
  // smallest gradients would be above the rounding errors.
  double h = 1e-5;
};

// What became of one parameter, W1 say.
struct CheckedParameter {
  std::string name;
  double largest_gradient = 0;     // by back-propagation, in absolute value
  double mean_abs_difference = 0;  // between back-propagation and central differences
  // The largest of |difference| / max(|gradient|, |central difference|, 1e-6): below that, both are
  // rounding errors.
  double max_relative_error = 0;
  size_t elements = 0;
  size_t at_kinks = 0;  // elements for which h had to become smaller
};

// Whether central differences stay away from the kinks of ReLU: where a unit is on different sides
// of 0 for +h and −h, they are taken again with h / 10, as often as it takes (up to 5 times).
enum class Kinks { kAvoid, kIgnore };

// h of the book, for its check on one sample.
inline constexpr double kBookH = 1e-4;

// Compares on the first `samples` of the images, in parallel. -> the parameters in their order
absl::StatusOr<std::vector<CheckedParameter>> CheckGradients(const GradientCheckConfig& config,
                                                             size_t samples, Kinks kinks,
                                                             const ImageDataset& images,
                                                             uint64_t seed,
                                                             const Experiment& experiment);

// Checks on config.samples, and on 1 as the book does. Writes
//   batch_norm_gradient_check.csv  parameter,samples,mean_abs_difference,max_relative_error
//   batch_norm_gradient_check_summary.csv  parameter,samples,largest_gradient,mean_abs_difference
// and the figure, and prints both. Of several seeds it takes the mean and the largest.
absl::Status RunGradientCheck(const GradientCheckConfig& config, const Mnist& mnist,
                              Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_BATCH_NORM_GRADIENT_CHECK_H_
