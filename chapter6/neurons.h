#ifndef CHAPTER6_NEURONS_H_
#define CHAPTER6_NEURONS_H_

#include "chapter6/network.h"
#include "common/matrix/matrix.h"

// 6.2.1: how far the neurons of a layer are copies of each other.
namespace dlfs {

// How different the neurons of a layer are, whose weights w_j are the columns of W: [n_in, n_out]:
//   √(Σ_j |w_j − w̄|² / Σ_j |w_j|²), where w̄ is the mean of the columns
// 0: all are the same; 1: they have nothing in common. 0 also where W is 0, NaN where it is not
// finite.
double NeuronSpread(ConstMatrixView<float> W);

// The network with one neuron in each hidden layer that computes what `network` would if each of
// its neurons were a copy of the first of its layer. Requires: at least one hidden layer, no batch
// norm.
MultiLayerNetwork<float> FirstNeurons(const Network<float>& network, const NetworkConfig& config);

}  // namespace dlfs

#endif  // CHAPTER6_NEURONS_H_
