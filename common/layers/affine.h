#ifndef COMMON_LAYERS_AFFINE_H_
#define COMMON_LAYERS_AFFINE_H_

#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/matrix.h"

namespace dlfs {

// y = x W + b, and backward
//   dx = dy Wᵀ,  dW = xᵀ dy,  db = Σ_rows dy                                        (book: 5.6.2)
template <typename T>
class Affine final : public Layer<T> {
 public:
  // The first layer of a network has nobody who asks for its dx, which would be a fifth of the work
  // of a step.
  enum class InputGradient { kNeeded, kNotNeeded };

  // W: [inputs, outputs], b: [1, outputs]
  Affine(const Parameter<T>& W, const Parameter<T>& b, size_t max_batch,
         InputGradient input_gradient = InputGradient::kNeeded);

  ConstMatrixView<T> Forward(ConstMatrixView<T> x, Mode mode) override;

  // Returns an empty matrix where the input's gradient is not needed.
  ConstMatrixView<T> Backward(ConstMatrixView<T> dy) override;

 private:
  Parameter<T> W_;  // [inputs, outputs]
  Parameter<T> b_;  // [1, outputs]
  ConstMatrixView<T> x_;
  Matrix<T> y_;   // [max_batch, outputs]
  Matrix<T> dx_;  // [max_batch, inputs], or empty
};

}  // namespace dlfs

#endif  // COMMON_LAYERS_AFFINE_H_
