#ifndef CHAPTER6_NETWORK_H_
#define CHAPTER6_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chapter6/regularization.h"
#include "common/layers/activations.h"
#include "common/layers/network.h"

namespace dlfs {

struct NetworkConfig {
  size_t inputs = 784;
  std::vector<size_t> hidden = {};  // neurons of each hidden layer
  size_t outputs = 10;              // classes
  ActivationKind activation = ActivationKind::kRelu;

  bool batch_norm = false;           // 6.3
  double batch_norm_momentum = 0.9;  // of the running statistics
  DropoutChoice dropout = {};        // 6.4.3
  uint64_t dropout_seed = 0;
};

// A fully connected network that classifies, the book's MultiLayerNet and MultiLayerNetExtend:
//
//   x → [Affine → (batch norm) → activation → (dropout)] × hidden layers → Affine
//     → softmax with loss
//
// Its parameters are W1, b1, (gamma1, beta1), W2, b2, ..., with W_l: [inputs of l, outputs of l] and
// b_l, gamma_l, beta_l: [1, outputs of l] for layer l; the last has no gamma and beta. Every
// parameter is 0 at the start: initialise them. The book's weight decay is not in the network: add
// PenaltyLoss and AddPenaltyGradient (6.4.2) to its loss and gradient.
template <typename T>
class MultiLayerNetwork : public Network<T> {
 public:
  // Batches are of at most batch_size rows, or of kEvaluationBatch where that is more.
  MultiLayerNetwork(const NetworkConfig& config, size_t batch_size);
};

}  // namespace dlfs

#endif  // CHAPTER6_NETWORK_H_
