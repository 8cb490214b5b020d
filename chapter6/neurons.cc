#include "chapter6/neurons.h"

#include <algorithm>
#include <cmath>

#include "common/layers/parameter_arena.h"
#include "common/matrix/check.h"

namespace dlfs {

double NeuronSpread(ConstMatrixView<float> W) {
  const double n_out = static_cast<double>(W.cols());
  double from_mean = 0, from_0 = 0;
  for (size_t i = 0; i < W.rows(); ++i) {
    // Σ_j (w_ij − w̄_i)², relative to the first neuron, so that equal neurons give exactly 0.
    double sum = 0, squares = 0;
    for (float w : W.row(i)) {
      const double difference = double{w} - W(i, 0);
      sum += difference;
      squares += difference * difference;
      from_0 += double{w} * w;
    }
    from_mean += squares - sum * sum / n_out;
  }
  return from_0 == 0 ? 0 : std::sqrt(std::max(from_mean, 0.0) / from_0);
}

// Where the inputs of a layer are copies of one, its weights for them add up.
MultiLayerNetwork<float> FirstNeurons(const Network<float>& network, const NetworkConfig& config) {
  DLFS_CHECK(!config.hidden.empty() && !config.batch_norm);
  NetworkConfig one_neuron = config;
  std::fill(one_neuron.hidden.begin(), one_neuron.hidden.end(), 1);
  MultiLayerNetwork<float> first(one_neuron, network.max_batch());
  for (const Parameter<float>& to : first.arena().parameters()) {
    const MatrixView<float> from = network.arena()[to.name].value;
    DLFS_CHECK(to.value.rows() == from.rows() || to.value.rows() == 1);
    DLFS_CHECK(to.value.cols() == from.cols() || to.value.cols() == 1);
    for (size_t i = 0; i < from.rows(); ++i) {
      for (size_t j = 0; j < to.value.cols(); ++j) {
        to.value(std::min(i, to.value.rows() - 1), j) += from(i, j);
      }
    }
  }
  return first;
}

}  // namespace dlfs
