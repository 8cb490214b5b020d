#ifndef CHAPTER6_INITIALIZATION_H_
#define CHAPTER6_INITIALIZATION_H_

#include <cstddef>

#include "common/layers/parameter_arena.h"
#include "common/matrix/random.h"

// 6.2 Initial weights.
namespace dlfs {

// A way to choose the initial weights W: [n_in, n_out] of a layer. All but the first draw each
// weight from N(0, std²):
//   kConstant   W = V; all neurons of a layer stay copies of one for ever (6.2.1)
//   kNormal     std = S (6.2.2: 1 and 0.01)
//   kXavier     std = √(1 / n_in), as the book has it (6.2.2). The literature calls it LeCun's
//               (LeCun et al., "Efficient backprop", 1998)
//   kGlorot     std = √(2 / (n_in + n_out)), what Xavier Glorot proposes (Glorot and Bengio,
//               "Understanding the difficulty of training deep feedforward neural networks", 2010)
//   kHe         std = √(2 / n_in), for ReLU (6.2.3; He et al., "Delving deep into rectifiers",
//               2015)
struct WeightInit {
  enum class Kind { kConstant, kNormal, kXavier, kGlorot, kHe };

  Kind kind = Kind::kHe;
  double value = 0;  // kConstant: V; kNormal: S

  bool operator==(const WeightInit&) const = default;
};

// The standard deviation of the weights of a layer; 0 for kConstant.
double WeightStd(const WeightInit& init, size_t n_in, size_t n_out);

// Gives every weight of the arena, in their order, its initial value; biases and β become 0, γ 1.
// From the same random numbers all but kConstant make the same weights, but for their scale.
template <typename T>
void InitializeWeights(const WeightInit& init, Random random, ParameterArena<T>& arena);

}  // namespace dlfs

#endif  // CHAPTER6_INITIALIZATION_H_
