#ifndef CHAPTER6_WEIGHT_INIT_SYMMETRY_H_
#define CHAPTER6_WEIGHT_INIT_SYMMETRY_H_

#include "absl/status/status.h"
#include "chapter6/network.h"
#include "chapter6/weight_init_compare.h"
#include "common/experiment.h"
#include "common/matrix.h"
#include "datasets/mnist.h"

// 6.2.1: why initial weights must not be equal. Neurons of a layer that start with the same weights
// get the same gradient and stay the same for ever: the network is one with a single neuron a layer.
namespace dlfs {

struct WeightInitSymmetryConfig {
  WeightInitCompareConfig learning = {.inits = {"zero", "constant=0.01", "he"}};
  int interval = 20;  // iterations from one look at the weights to the next
};

// How different the neurons of a layer are, whose weights w_j are the columns of W: [n_in, n_out]:
//   √(Σ_j |w_j − w̄|² / Σ_j |w_j|²), where w̄ is the mean of the columns
// 0: all are the same; 1: they have nothing in common. 0 also where W is 0, NaN where it is not
// finite.
double NeuronSpread(ConstMatrixView<float> W);

// The network with one neuron in each hidden layer that computes what `network` would if each of its
// neurons were a copy of the first of its layer. Requires: at least one hidden layer, no batch norm.
MultiLayerNetwork<float> FirstNeurons(const MultiLayerNetwork<float>& network,
                                      const NetworkConfig& config);

// Trains the same network from each of the initial weights, on the same mini-batches, as
// weight_init_compare does. Writes
//   weight_init_symmetry.csv          seed,init,iteration,loss,smoothed_loss
//   weight_init_symmetry_summary.csv  init,iteration,mean,std
//   weight_init_symmetry_layers.csv   seed,init,iteration,layer,spread,rank
// the last with NeuronSpread and the numerical rank (common/matrix_rank.h) of each layer's W after
// `iteration` updates, and the figure. Prints the test accuracy of each network, and of its
// FirstNeurons.
absl::Status RunWeightInitSymmetry(const WeightInitSymmetryConfig& config, const Mnist& mnist,
                                   Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_WEIGHT_INIT_SYMMETRY_H_
