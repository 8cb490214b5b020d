#ifndef CHAPTER6_LAYER_SIGNALS_H_
#define CHAPTER6_LAYER_SIGNALS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chapter6/initialization.h"
#include "common/layers/activations.h"

// 6.2.2 and 6.2.3: what initial weights do to a signal that goes through layers, and to the
// gradient on its way back.
namespace dlfs {

// Layers without biases: y_l = h(y_(l−1) W_l), y_0 = x ~ N(0, 1).
struct LayerStack {
  int samples = 1000;
  int nodes = 100;  // of x, and of each layer
  int layers = 5;
};

// The activations of one layer, and the gradient of the loss that arrives there, for a loss whose
// gradient with respect to the last layer's activations is N(0, 1).
struct LayerSignal {
  std::vector<double> activations;  // [samples * nodes], y = h(a)
  std::vector<double> gradients;    // [samples * nodes], ∂L/∂a, a = x W
  double saturated = 0;  // share of activations where the derivative h' is less than a tenth of its
                         // largest; of ReLU, those that are 0
  double dead = 0;       // share of nodes that are saturated for every sample
};

// Of each layer, the first first. Decided by the seed.
std::vector<LayerSignal> Signals(ActivationKind activation, const WeightInit& init,
                                 const LayerStack& stack, uint64_t seed);

// How many values are in each of `bins` equal intervals of [low, high]; those outside count in the
// first or last, NaN nowhere.
std::vector<size_t> Histogram(const std::vector<double>& values, double low, double high,
                              size_t bins);

// Where the bin b of these begins; for b = bins, where the last one ends.
double BinEdge(double low, double high, size_t bins, size_t b);

struct Range {
  double low, high;
};

// The range of the histograms of y, the same for all layers: [0, 1] for sigmoid and [−1, 1] for tanh;
// for ReLU up to the largest finite one, or to 1 where none is above 0, so that every value is seen.
Range ActivationRange(ActivationKind activation, const std::vector<LayerSignal>& signals);

// log10 |∂L/∂a|, and the range of its histogram, with two bins for each power of 10.
std::vector<double> LogGradients(const LayerSignal& signal);
inline constexpr Range kLogRange = {-12, 6};
inline constexpr size_t kLogBins = 36;

}  // namespace dlfs

#endif  // CHAPTER6_LAYER_SIGNALS_H_
