#ifndef CHAPTER6_NETWORK_H_
#define CHAPTER6_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chapter6/regularization.h"
#include "common/activations.h"
#include "common/layer.h"
#include "common/matrix.h"
#include "common/parameter_arena.h"
#include "common/softmax_with_loss.h"

namespace dlfs {

struct NetworkConfig {
  size_t inputs = 784;
  std::vector<size_t> hidden = {};  // neurons of each hidden layer
  size_t outputs = 10;              // classes
  ActivationKind activation = ActivationKind::kRelu;

  bool batch_norm = false;           // 6.3
  double batch_norm_momentum = 0.9;  // of the running statistics
  Penalty penalty = {};              // 6.4.2
  DropoutChoice dropout = {};        // 6.4.3
  uint64_t dropout_seed = 0;
};

// A fully connected network that classifies, the book's MultiLayerNet and MultiLayerNetExtend:
//
//   x → [Affine → (batch norm) → activation → (dropout)] × hidden layers → Affine
//     → softmax with loss, + penalty
//
// Its parameters are W1, b1, (gamma1, beta1), W2, b2, ..., with W_l: [inputs of l, outputs of l] and
// b_l, gamma_l, beta_l: [1, outputs of l] for layer l; the last has no gamma and beta. All memory is
// allocated by the constructor. Every parameter is 0 at the start: initialise them.
template <typename T>
class MultiLayerNetwork {
 public:
  // Batches are of at most max_batch rows.
  MultiLayerNetwork(const NetworkConfig& config, size_t max_batch);

  // The last layer's output, before softmax; valid until the next call.
  // x: [N, inputs] -> [N, outputs]
  ConstMatrixView<T> Predict(ConstMatrixView<T> x, Mode mode = Mode::kEvaluation);

  // The mean cross entropy of the batch, and the penalty; NaN where the network has diverged.
  // x: [N, inputs], labels: [N]
  double Loss(ConstMatrixView<T> x, std::span<const uint8_t> labels, Mode mode = Mode::kEvaluation);

  // Back-propagation: computes the loss in training mode, and its gradient for every parameter.
  // Returns the loss.
  double Gradient(ConstMatrixView<T> x, std::span<const uint8_t> labels);

  // How many rows have their largest output at their label; nothing where an output is not finite:
  // the network has diverged, and the largest of its outputs means nothing.
  std::optional<size_t> CountCorrect(ConstMatrixView<T> x, std::span<const uint8_t> labels);

  ParameterArena<T>& arena() { return arena_; }
  const ParameterArena<T>& arena() const { return arena_; }

  // The layers, from x to the input of softmax.
  std::span<const std::unique_ptr<Layer<T>>> layers() const { return layers_; }

  size_t max_batch() const { return max_batch_; }

  // Floating-point operations (a multiplication and an addition are two) of the matrix products for
  // one row.
  size_t ForwardFlops() const;
  size_t GradientFlops() const;  // forward and backward

 private:
  size_t max_batch_;
  Penalty penalty_;
  ParameterArena<T> arena_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  SoftmaxWithLoss<T> softmax_with_loss_;
};

}  // namespace dlfs

#endif  // CHAPTER6_NETWORK_H_
