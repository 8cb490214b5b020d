#ifndef CHAPTER6_INITIALIZATION_H_
#define CHAPTER6_INITIALIZATION_H_

#include <array>
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

// The standard deviations of figure 6-19, 10^(-4 k / 15) for k = 0, ..., 15, written
// out so that no libm decides the last digits.
inline constexpr std::array<double, 16> kBookStds = {1,
                                                     0.5411695265464637,
                                                     0.2928644564625236,
                                                     0.15848931924611132,
                                                     0.0857695898590894,
                                                     0.046415888336127795,
                                                     0.025118864315095794,
                                                     0.013593563908785255,
                                                     0.007356422544596414,
                                                     0.003981071705534973,
                                                     0.0021544346900318847,
                                                     0.0011659144011798323,
                                                     0.000630957344480193,
                                                     0.00034145488738336003,
                                                     0.00018478497974222906,
                                                     0.0001};

// Gives every weight of the arena, in their order, its initial value; biases and β become 0, γ 1.
// From the same random numbers all but kConstant make the same weights, but for their scale.
template <typename T>
void InitializeWeights(const WeightInit& init, Random random, ParameterArena<T>& arena);

}  // namespace dlfs

#endif  // CHAPTER6_INITIALIZATION_H_
