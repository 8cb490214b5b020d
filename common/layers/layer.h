#ifndef COMMON_LAYERS_LAYER_H_
#define COMMON_LAYERS_LAYER_H_

#include "common/matrix/matrix.h"

namespace dlfs {

// Some layers (batch normalisation, dropout) do one thing while a network learns and another when
// it is used.
enum class Mode { kTraining, kEvaluation };

// One step of a network's computation and its derivative, for a mini-batch x: [N, inputs] and
// y: [N, outputs].
//
// A layer keeps what Backward needs, and its output, in buffers of its own that are as large as the
// largest batch it was made for: after construction it allocates nothing. It refers to its input
// rather than copying it.
template <typename T>
class Layer {
 public:
  virtual ~Layer() = default;

  // y = f(x). The result is valid until the next Forward; x has to stay as it is until Backward has
  // been called.
  // x: [N, inputs] -> y: [N, outputs]
  virtual ConstMatrixView<T> Forward(ConstMatrixView<T> x, Mode mode) = 0;

  // dx = ∂L/∂x from dy = ∂L/∂y, for the x of the last Forward; stores the gradients of the layer's
  // parameters. The result is valid until the next Backward.
  // dy: [N, outputs] -> dx: [N, inputs]
  virtual ConstMatrixView<T> Backward(ConstMatrixView<T> dy) = 0;
};

}  // namespace dlfs

#endif  // COMMON_LAYERS_LAYER_H_
