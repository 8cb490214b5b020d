#ifndef CHAPTER6_GRADIENT_CHECK_H_
#define CHAPTER6_GRADIENT_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/experiment/experiment.h"
#include "datasets/image_dataset.h"

// Back-propagation through a network with batch normalisation (6.3), compared with central
// differences, in double precision, for every element of every parameter.
namespace dlfs {

// Whether central differences stay away from the kinks of ReLU: where a unit is on different sides
// of 0 for +h and −h, they are taken again with h / 10, as often as it takes (up to 5 times).
enum class Kinks { kAvoid, kIgnore };

struct GradientCheck {
  std::vector<size_t> hidden = {100, 100};  // at most 8 layers; ReLU, He's initial weights
  size_t samples;                           // the first images
  double h;                                 // of the central differences
  Kinks kinks;
};

// What became of one parameter, W1 say.
struct CheckedParameter {
  std::string name = {};
  size_t size = 0;              // elements of the parameter
  size_t elements = 0;          // that were compared; fewer after an interrupt
  double largest_gradient = 0;  // by back-propagation, in absolute value
  // Σ |difference between back-propagation and central differences|
  double sum_of_differences = 0;
  // The largest of |difference| / max(|gradient|, |central difference|, 1e-6): below that, the
  // rounding errors of the differences, about 1e-11, would be all that the ratio says.
  double max_relative_error = 0;
  size_t at_kinks = 0;  // elements for which h had to become smaller

  // Puts together what was found on different elements, or with different seeds.
  void Add(const CheckedParameter& other);
};

// Compares in parallel. The running statistics stay as they are. -> the parameters in their order
absl::StatusOr<std::vector<CheckedParameter>> CheckGradients(const GradientCheck& check,
                                                             const ImageDataset& images,
                                                             uint64_t seed,
                                                             const Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_GRADIENT_CHECK_H_
