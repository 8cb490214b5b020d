#ifndef COMMON_LAYERS_SOFTMAX_WITH_LOSS_H_
#define COMMON_LAYERS_SOFTMAX_WITH_LOSS_H_

#include <cstdint>
#include <span>

#include "common/matrix/matrix.h"

namespace dlfs {

// The end of a classifying network: softmax, then the mean cross entropy of a mini-batch
// (book: 5.6.3).
//   y_ij = e^(a_ij − max_k a_ik) / Σ_k e^(a_ik − max_k a_ik)    a: the last layer's output
//   L = −1/N Σ_i ln(y_i,t_i + 1e-7)                             t_i: the label of row i
//   da = (y − onehot(t)) / N
// The 1e-7 is the book's guard against ln 0; its gradient does not know of it, nor does ours.
template <typename T>
class SoftmaxWithLoss {
 public:
  SoftmaxWithLoss(size_t max_batch, size_t classes)
      : exp_(max_batch, classes), y_(max_batch, classes), da_(max_batch, classes) {}

  // Returns L; NaN where an element of a is not finite: the network has diverged. The labels have to
  // stay as they are until Backward has been called. a: [N, classes], labels: [N], each below classes
  double Forward(ConstMatrixView<T> a, std::span<const uint8_t> labels);

  // For the last Forward; valid until the next Backward. -> da: [N, classes]
  ConstMatrixView<T> Backward();

 private:
  std::span<const uint8_t> labels_;
  Matrix<double> exp_;  // e^(a_ij − max_k a_ik). [max_batch, classes]
  Matrix<T> y_;         // [max_batch, classes]
  Matrix<T> da_;        // [max_batch, classes]
};

}  // namespace dlfs

#endif  // COMMON_LAYERS_SOFTMAX_WITH_LOSS_H_
