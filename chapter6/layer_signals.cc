#include "chapter6/layer_signals.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>

#include "common/layers/affine.h"
#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/elementary.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"

namespace dlfs {
namespace {

void FillNormal(Random& random, MatrixView<float> x) {
  for (size_t i = 0; i < x.rows(); ++i) {
    for (float& x_ij : x.row(i)) x_ij = static_cast<float>(random.Normal());
  }
}

std::vector<double> Elements(ConstMatrixView<float> x) {
  std::vector<double> elements;
  elements.reserve(x.rows() * x.cols());
  for (size_t i = 0; i < x.rows(); ++i) {
    elements.insert(elements.end(), x.row(i).begin(), x.row(i).end());
  }
  return elements;
}

// h'(a) from y = h(a), divided by its largest value.
double RelativeDerivative(ActivationKind activation, double y) {
  switch (activation) {
    case ActivationKind::kSigmoid:
      return 4 * y * (1 - y);
    case ActivationKind::kTanh:
      return 1 - y * y;
    case ActivationKind::kRelu:
      return y > 0 ? 1 : 0;
  }
  return 0;
}

void CountSaturated(ActivationKind activation, ConstMatrixView<float> y, LayerSignal& signal) {
  size_t saturated = 0, dead = 0;
  for (size_t j = 0; j < y.cols(); ++j) {
    size_t samples = 0;
    for (size_t i = 0; i < y.rows(); ++i) samples += RelativeDerivative(activation, y(i, j)) < 0.1;
    saturated += samples;
    dead += samples == y.rows();
  }
  signal.saturated = static_cast<double>(saturated) / static_cast<double>(y.rows() * y.cols());
  signal.dead = static_cast<double>(dead) / static_cast<double>(y.cols());
}

}  // namespace

std::vector<LayerSignal> Signals(ActivationKind activation, const WeightInit& init,
                                 const LayerStack& stack, uint64_t seed) {
  const size_t samples = stack.samples, nodes = stack.nodes;
  std::vector<ParameterShape> shapes;
  for (int l = 1; l <= stack.layers; ++l) {
    shapes.push_back({"W" + std::to_string(l), nodes, nodes, ParameterKind::kWeight});
    shapes.push_back({"b" + std::to_string(l), 1, nodes, ParameterKind::kBias});
  }
  ParameterArena<float> arena(shapes);
  InitializeWeights(init, Random(seed, kWeightStream), arena);

  // Forward: y_l = h(y_(l−1) W_l)
  Random inputs(seed, kInputStream);
  Matrix<float> x(samples, nodes);
  FillNormal(inputs, x);
  std::vector<std::unique_ptr<Layer<float>>> affine, h;
  std::vector<LayerSignal> signals(stack.layers);
  ConstMatrixView<float> y = x;
  for (int l = 0; l < stack.layers; ++l) {
    affine.push_back(std::make_unique<Affine<float>>(arena["W" + std::to_string(l + 1)],
                                                     arena["b" + std::to_string(l + 1)], samples));
    h.push_back(MakeActivation<float>(activation, samples, nodes));
    y = h[l]->Forward(affine[l]->Forward(y, Mode::kTraining), Mode::kTraining);
    signals[l].activations = Elements(y);
    CountSaturated(activation, y, signals[l]);
  }

  // Backward, from ∂L/∂y ~ N(0, 1) of the last layer
  Matrix<float> dy_last(samples, nodes);
  FillNormal(inputs, dy_last);
  ConstMatrixView<float> dy = dy_last;
  for (int l = stack.layers - 1; l >= 0; --l) {
    const ConstMatrixView<float> da = h[l]->Backward(dy);
    signals[l].gradients = Elements(da);
    dy = affine[l]->Backward(da);
  }
  return signals;
}

std::vector<size_t> Histogram(const std::vector<double>& values, double low, double high,
                              size_t bins) {
  std::vector<size_t> counts(bins);
  for (double value : values) {
    if (std::isnan(value)) continue;
    const double bin = (value - low) / (high - low) * static_cast<double>(bins);
    ++counts[static_cast<size_t>(std::clamp(bin, 0.0, static_cast<double>(bins - 1)))];
  }
  return counts;
}

double BinEdge(double low, double high, size_t bins, size_t b) {
  return b == bins ? high : low + b * ((high - low) / bins);
}

Range ActivationRange(ActivationKind activation, const std::vector<LayerSignal>& signals) {
  if (activation != ActivationKind::kRelu) {
    return {activation == ActivationKind::kTanh ? -1.0 : 0.0, 1};
  }
  double largest = 0;
  for (const LayerSignal& signal : signals) {
    for (const double y : signal.activations) {
      if (std::isfinite(y)) largest = std::max(largest, y);
    }
  }
  return {0, largest > 0 ? largest : 1};
}

std::vector<double> LogGradients(const LayerSignal& signal) {
  std::vector<double> logs;
  logs.reserve(signal.gradients.size());
  for (const double g : signal.gradients) {
    logs.push_back(elementary::Log(std::abs(g)) / std::numbers::ln10);
  }
  return logs;
}

}  // namespace dlfs
