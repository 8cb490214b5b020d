// What the page calls for 6.2.2 and 6.2.3: the activations of the layers of one stack, and the
// gradient on its way back, as weight_init_activation_histogram shows them with seed 0.
#include <cstddef>
#include <string>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/layer_signals.h"
#include "common/experiment/mean_and_std.h"
#include "common/layers/activations.h"
#include "docs/lab/export.h"

namespace dlfs {
namespace {

constexpr size_t kActivationBins = 30;

std::vector<LayerSignal> signals;
Range activation_range;

void Append(const std::vector<size_t>& counts, std::vector<double>& to) {
  to.insert(to.end(), counts.begin(), counts.end());
}

// Where each bin begins, and where the last one ends: [bins + 1]
std::vector<double> Edges(Range range, size_t bins) {
  std::vector<double> edges;
  for (size_t b = 0; b <= bins; ++b) edges.push_back(BinEdge(range.low, range.high, bins, b));
  return edges;
}

}  // namespace

// The names of the activation functions, with a space between them.
EXPORT(ActivationNames) const char* ActivationNames() {
  static std::string names;
  names.clear();
  for (const char* name : kActivationNames) names += (names.empty() ? "" : " ") + std::string(name);
  return names.c_str();
}

// The standard deviation of the weights from an index of WeightInit::Kind other than kNormal's.
EXPORT(StdOfInit) double StdOfInit(int init) {
  const auto nodes = static_cast<size_t>(LayerStack().nodes);
  return WeightStd({static_cast<WeightInit::Kind>(init)}, nodes, nodes);
}

// Computes what the functions below return. `init`: an index of WeightInit::Kind; `std`: of kNormal
EXPORT(ComputeSignals)
void ComputeSignals(int activation, int init, double std, int layers) {
  const auto kind = static_cast<ActivationKind>(activation);
  signals = Signals(kind, {static_cast<WeightInit::Kind>(init), std}, {.layers = layers}, 0);
  activation_range = ActivationRange(kind, signals);
}

// The histograms of y: [layers, kActivationBins], and the edges of their bins.
EXPORT(ActivationCounts) const double* ActivationCounts() {
  static std::vector<double> counts;
  counts.clear();
  const auto [low, high] = activation_range;
  for (const LayerSignal& signal : signals) {
    Append(Histogram(signal.activations, low, high, kActivationBins), counts);
  }
  return counts.data();
}
EXPORT(ActivationEdges) const double* ActivationEdges() {
  static std::vector<double> edges;
  edges = Edges(activation_range, kActivationBins);
  return edges.data();
}

// The histograms of log10 |∂L/∂a|: [layers, kLogBins], and the edges of their bins.
EXPORT(GradientCounts) const double* GradientCounts() {
  static std::vector<double> counts;
  counts.clear();
  for (const LayerSignal& signal : signals) {
    Append(Histogram(LogGradients(signal), kLogRange.low, kLogRange.high, kLogBins), counts);
  }
  return counts.data();
}
EXPORT(GradientEdges) const double* GradientEdges() {
  static std::vector<double> edges;
  edges = Edges(kLogRange, kLogBins);
  return edges.data();
}

// Of each layer the mean and the standard deviation of y, the shares that are saturated and dead, and
// the standard deviation of ∂L/∂a: [layers, 5]
EXPORT(SignalSummary) const double* SignalSummary() {
  static std::vector<double> summary;
  summary.clear();
  for (const LayerSignal& signal : signals) {
    const MeanAndStd y(signal.activations), gradient(signal.gradients);
    summary.insert(summary.end(), {y.mean, y.std, signal.saturated, signal.dead, gradient.std});
  }
  return summary.data();
}

}  // namespace dlfs
