#ifndef TESTS_CHAPTER6_INITIALIZED_NETWORK_H_
#define TESTS_CHAPTER6_INITIALIZED_NETWORK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/settings.h"
#include "common/matrix/random.h"

namespace dlfs {

// A network with initial weights as in initialization.h, from seed 0.
inline MultiLayerNetwork<float> InitializedNetwork(const NetworkConfig& config, size_t max_batch,
                                                   const std::string& init = "he") {
  MultiLayerNetwork<float> network(config, max_batch);
  InitializeWeights(WeightInitFromName(init).value(), Random(0, kWeightStream), network.arena());
  return network;
}

// All parameters of a network, with their padding.
inline std::vector<float> Values(const MultiLayerNetwork<float>& network) {
  return {network.arena().values().begin(), network.arena().values().end()};
}

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_INITIALIZED_NETWORK_H_
