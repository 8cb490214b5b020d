#ifndef TESTS_CHAPTER6_RECORDED_NETWORKS_H_
#define TESTS_CHAPTER6_RECORDED_NETWORKS_H_

#include <string>
#include <vector>

#include "chapter6/network.h"
#include "chapter6/regularization.h"

namespace dlfs {

// Networks that together have all layers, penalties and optimizers. Most tables show their accuracy,
// which hides a last bit. Of each, tests/golden has a checksum of Learn().
struct RecordedNetwork {
  std::string name;
  std::string optimizer;
  NetworkConfig config;
  Penalty penalty = {};
};
std::vector<RecordedNetwork> RecordedNetworks();

// The losses and parameters of a network that learns, one a line.
template <typename T>
std::string Learn(const RecordedNetwork& recorded);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_RECORDED_NETWORKS_H_
