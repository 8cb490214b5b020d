#ifndef CHAPTER6_REGULARIZATION_H_
#define CHAPTER6_REGULARIZATION_H_

#include <array>
#include <cstddef>

#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"

// 6.4 Against overfitting.
namespace dlfs {

// 6.4.2 Weight decay, of all weights W of the network together; not of biases, nor of γ and β. L1
// and L2 are terms of the loss:
//   kL2          ½ λ Σ W²     gradient λ W
//   kL1          λ Σ |W|      gradient λ sign(W), where sign(0) = 0
//   kDecoupled   no term: each step begins with W ← W − η λ W (Loshchilov and Hutter, "Decoupled
//                weight decay regularization", 2019). With SGD that is the step of L2; with Adam,
//                which divides the gradient λ W of L2 by its size, it is AdamW.
struct Penalty {
  enum class Kind { kNone, kL1, kL2, kDecoupled };

  Kind kind = Kind::kNone;
  double lambda = 0;

  bool operator==(const Penalty&) const = default;
};

// "none", "l1", "l2", "decoupled".
const char* PenaltyName(Penalty::Kind kind);

// The term of the loss.
template <typename T>
double PenaltyLoss(const Penalty& penalty, const ParameterArena<T>& arena);

// Adds its gradient to the gradients of the weights.
template <typename T>
void AddPenaltyGradient(const Penalty& penalty, ParameterArena<T>& arena);

// Before a step with the learning rate η: W ← W − η λ W for kDecoupled, nothing for the others.
template <typename T>
void DecayWeights(const Penalty& penalty, double eta, ParameterArena<T>& arena);

// 6.4.3 Dropout (Srivastava et al., "Dropout: a simple way to prevent neural networks from
// overfitting", 2014). `ratio`, in [0, 1), is how many neurons are left out in training, anew for
// every row and step:
//               training                         evaluation
//   kStandard   y = x mask                       y = (1 − ratio) x     as in the book
//   kInverted   y = x mask / (1 − ratio)         y = x                 as in today's frameworks
// with mask = 0 with probability `ratio`, else 1. So with both the expectation of y in training is y
// in evaluation.
struct DropoutChoice {
  enum class Kind { kNone, kStandard, kInverted };

  Kind kind = Kind::kNone;
  double ratio = 0.2;
};

// In the order of the kinds.
inline constexpr std::array<const char*, 3> kDropoutNames = {"none", "standard", "inverted"};

template <typename T>
class Dropout final : public Layer<T> {
 public:
  // Requires: not kNone. The masks are drawn from `random`.
  Dropout(const DropoutChoice& choice, size_t max_batch, size_t units, const Random& random);

  ConstMatrixView<T> Forward(ConstMatrixView<T> x, Mode mode) override;

  // Requires: the last Forward was in training, of as many rows. dx = dy mask, with the mask, and
  // what it is scaled by, of that Forward.
  ConstMatrixView<T> Backward(ConstMatrixView<T> dy) override;

 private:
  void DrawMask(size_t rows);

  DropoutChoice choice_;
  Random random_;
  size_t training_rows_ = 0;  // of the last Forward, if it was in training
  Matrix<T> mask_, y_, dx_;   // [max_batch, units]
};

}  // namespace dlfs

#endif  // CHAPTER6_REGULARIZATION_H_
