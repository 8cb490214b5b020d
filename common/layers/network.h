#ifndef COMMON_LAYERS_NETWORK_H_
#define COMMON_LAYERS_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/layers/softmax_with_loss.h"
#include "common/matrix/matrix.h"

namespace dlfs {

// So many images at a time are classified where a network is evaluated (datasets/accuracy.h): enough
// for the matrix products to be fast, and so few that a run that is to stop need not wait long.
inline constexpr size_t kEvaluationBatch = 128;

// A network that classifies: layers, one after the other, and softmax with loss at their end. All
// parameters are in one arena, and 0 at the start: initialise them. No memory is allocated but by
// the constructor and Add.
//
//   Network<float> network({{"W1", 784, 10, ParameterKind::kWeight},
//                           {"b1", 1, 10, ParameterKind::kBias}}, max_batch, 10);
//   network.Add(std::make_unique<Affine<float>>(network.arena()["W1"], network.arena()["b1"],
//                                               max_batch));
template <typename T>
class Network {
 public:
  // Batches are of at most max_batch rows.
  Network(const std::vector<ParameterShape>& shapes, size_t max_batch, size_t classes);

  // Appends a layer. The output of the last one is [N, classes].
  void Add(std::unique_ptr<Layer<T>> layer);

  // The last layer's output, before softmax; valid until the next call.
  // x: [N, inputs] -> [N, classes]
  ConstMatrixView<T> Predict(ConstMatrixView<T> x, Mode mode = Mode::kEvaluation);

  // The mean cross entropy of the batch; NaN where the network has diverged.
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

  // From x to the input of softmax.
  std::span<const std::unique_ptr<Layer<T>>> layers() const { return layers_; }

  size_t max_batch() const { return max_batch_; }

  // Floating-point operations (a multiplication and an addition are two) of the matrix products for
  // one row.
  size_t ForwardFlops() const;
  size_t GradientFlops() const;  // forward and backward

 private:
  size_t max_batch_;
  ParameterArena<T> arena_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  SoftmaxWithLoss<T> softmax_with_loss_;
};

}  // namespace dlfs

#endif  // COMMON_LAYERS_NETWORK_H_
