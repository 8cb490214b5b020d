#ifndef CHAPTER6_WEIGHT_INIT_ACTIVATION_HISTOGRAM_H_
#define CHAPTER6_WEIGHT_INIT_ACTIVATION_HISTOGRAM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/layer_signals.h"
#include "common/activations.h"
#include "common/experiment.h"

// 6.2.2 and 6.2.3, figures 6-10 to 6-14: what the initial weights do to the activations of the
// layers, and to the gradient on its way back.
namespace dlfs {

struct ActivationHistogramConfig {
  std::vector<ActivationKind> activations = {ActivationKind::kSigmoid, ActivationKind::kTanh,
                                             ActivationKind::kRelu};
  std::vector<std::string> inits = {"std=1", "std=0.01", "xavier", "he"};  // initialization.h
  LayerStack stack = {};
  int bins = 30;
};

// How many values are in each of `bins` equal intervals of [low, high]; those outside count in the
// first or last, NaN nowhere.
std::vector<size_t> Histogram(const std::vector<double>& values, double low, double high,
                              size_t bins);

// Writes, for each activation function, initial weights and layer,
//   weight_init_activation_histogram.csv           activation,init,layer,bin_low,bin_high,count
//       over [0, 1] for sigmoid, [-1, 1] for tanh, and up to the largest activation of any layer for
//       ReLU, so that every value is seen
//   weight_init_activation_histogram_gradient.csv  with the same columns: bins of log10 |∂L/∂a|
//   weight_init_activation_histogram_summary.csv
//       activation,init,layer,mean,std,saturated,dead,gradient_std
// and one figure of all, and two for each activation function. Counts of several seeds add up.
absl::Status RunActivationHistogram(const ActivationHistogramConfig& config,
                                    Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_WEIGHT_INIT_ACTIVATION_HISTOGRAM_H_
