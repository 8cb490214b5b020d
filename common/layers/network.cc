#include "common/layers/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dlfs {

template <typename T>
Network<T>::Network(const std::vector<ParameterShape>& shapes, size_t max_batch, size_t classes)
    : max_batch_(max_batch), arena_(shapes), softmax_with_loss_(max_batch, classes) {}

template <typename T>
void Network<T>::Add(std::unique_ptr<Layer<T>> layer) {
  layers_.push_back(std::move(layer));
}

template <typename T>
ConstMatrixView<T> Network<T>::Predict(ConstMatrixView<T> x, Mode mode) {
  for (const auto& layer : layers_) x = layer->Forward(x, mode);
  return x;
}

template <typename T>
double Network<T>::Loss(ConstMatrixView<T> x, std::span<const uint8_t> labels, Mode mode) {
  return softmax_with_loss_.Forward(Predict(x, mode), labels);
}

template <typename T>
double Network<T>::Gradient(ConstMatrixView<T> x, std::span<const uint8_t> labels) {
  const double loss = Loss(x, labels, Mode::kTraining);
  ConstMatrixView<T> dout = softmax_with_loss_.Backward();
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    dout = (*layer)->Backward(dout);
  }
  return loss;
}

template <typename T>
std::optional<size_t> Network<T>::CountCorrect(ConstMatrixView<T> x,
                                               std::span<const uint8_t> labels) {
  const ConstMatrixView<T> y = Predict(x);
  size_t correct = 0;
  for (size_t i = 0; i < y.rows(); ++i) {
    const std::span<const T> y_i = y.row(i);
    if (!std::all_of(y_i.begin(), y_i.end(), [](T v) { return std::isfinite(v); })) return {};
    correct += std::max_element(y_i.begin(), y_i.end()) - y_i.begin() == labels[i];
  }
  return correct;
}

template <typename T>
size_t Network<T>::ForwardFlops() const {
  size_t flops = 0;
  for (const Parameter<T>& parameter : arena_.parameters()) {
    const MatrixView<T> W = parameter.value;
    if (parameter.kind == ParameterKind::kWeight) flops += 2 * W.rows() * W.cols();
  }
  return flops;
}

// Forward, dW = xᵀ dy, and dx = dy Wᵀ, each as much as forward; there is no dx of the first layer.
template <typename T>
size_t Network<T>::GradientFlops() const {
  const auto first =
      std::find_if(arena_.parameters().begin(), arena_.parameters().end(),
                   [](const auto& parameter) { return parameter.kind == ParameterKind::kWeight; });
  return 3 * ForwardFlops() - 2 * first->value.rows() * first->value.cols();
}

template class Network<float>;
template class Network<double>;

}  // namespace dlfs
