#include "chapter6/network.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "chapter6/batchnorm.h"
#include "common/affine.h"
#include "common/random.h"

namespace dlfs {
namespace {

// inputs, hidden ..., outputs
std::vector<size_t> LayerSizes(const NetworkConfig& config) {
  std::vector<size_t> sizes = {config.inputs};
  sizes.insert(sizes.end(), config.hidden.begin(), config.hidden.end());
  sizes.push_back(config.outputs);
  return sizes;
}

std::vector<ParameterShape> ParameterShapes(const NetworkConfig& config) {
  const std::vector<size_t> sizes = LayerSizes(config);
  std::vector<ParameterShape> shapes;
  for (size_t l = 1; l < sizes.size(); ++l) {
    shapes.push_back({"W" + std::to_string(l), sizes[l - 1], sizes[l], ParameterKind::kWeight});
    shapes.push_back({"b" + std::to_string(l), 1, sizes[l], ParameterKind::kBias});
    if (config.batch_norm && l < config.hidden.size() + 1) {
      shapes.push_back({"gamma" + std::to_string(l), 1, sizes[l], ParameterKind::kScale});
      shapes.push_back({"beta" + std::to_string(l), 1, sizes[l], ParameterKind::kShift});
    }
  }
  return shapes;
}

}  // namespace

template <typename T>
MultiLayerNetwork<T>::MultiLayerNetwork(const NetworkConfig& config, size_t max_batch)
    : max_batch_(max_batch),
      penalty_(config.penalty),
      arena_(ParameterShapes(config)),
      softmax_with_loss_(max_batch, config.outputs) {
  const size_t last = config.hidden.size() + 1;
  for (size_t l = 1; l <= last; ++l) {
    const std::string number = std::to_string(l);
    layers_.push_back(std::make_unique<Affine<T>>(
        arena_["W" + number], arena_["b" + number], max_batch,
        l == 1 ? Affine<T>::InputGradient::kNotNeeded : Affine<T>::InputGradient::kNeeded));
    if (l == last) break;
    const size_t units = config.hidden[l - 1];
    if (config.batch_norm) {
      layers_.push_back(std::make_unique<BatchNorm<T>>(arena_["gamma" + number],
                                                       arena_["beta" + number], max_batch,
                                                       config.batch_norm_momentum));
    }
    layers_.push_back(MakeActivation<T>(config.activation, max_batch, units));
    if (config.dropout.kind != DropoutChoice::Kind::kNone) {
      layers_.push_back(std::make_unique<Dropout<T>>(
          config.dropout, max_batch, units, Random(config.dropout_seed, kDropoutStream + l)));
    }
  }
}

template <typename T>
ConstMatrixView<T> MultiLayerNetwork<T>::Predict(ConstMatrixView<T> x, Mode mode) {
  for (const auto& layer : layers_) x = layer->Forward(x, mode);
  return x;
}

template <typename T>
double MultiLayerNetwork<T>::Loss(ConstMatrixView<T> x, std::span<const uint8_t> labels,
                                  Mode mode) {
  return softmax_with_loss_.Forward(Predict(x, mode), labels) + PenaltyLoss(penalty_, arena_);
}

template <typename T>
double MultiLayerNetwork<T>::Gradient(ConstMatrixView<T> x, std::span<const uint8_t> labels) {
  const double loss = Loss(x, labels, Mode::kTraining);
  ConstMatrixView<T> dout = softmax_with_loss_.Backward();
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    dout = (*layer)->Backward(dout);
  }
  AddPenaltyGradient(penalty_, arena_);
  return loss;
}

template <typename T>
std::optional<size_t> MultiLayerNetwork<T>::CountCorrect(ConstMatrixView<T> x,
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
size_t MultiLayerNetwork<T>::ForwardFlops() const {
  size_t flops = 0;
  for (const Parameter<T>& parameter : arena_.parameters()) {
    const MatrixView<T> W = parameter.value;
    if (parameter.kind == ParameterKind::kWeight) flops += 2 * W.rows() * W.cols();
  }
  return flops;
}

// Forward, dW = xᵀ dy, and dx = dy Wᵀ, each as much as forward; there is no dx of the first layer.
template <typename T>
size_t MultiLayerNetwork<T>::GradientFlops() const {
  const MatrixView<T> W1 = arena_["W1"].value;
  return 3 * ForwardFlops() - 2 * W1.rows() * W1.cols();
}

template class MultiLayerNetwork<float>;
template class MultiLayerNetwork<double>;

}  // namespace dlfs
