#ifndef TESTS_CHAPTER6_TRAIN_ON_BATCH_H_
#define TESTS_CHAPTER6_TRAIN_ON_BATCH_H_

#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/layers/network.h"
#include "datasets/batch.h"

namespace dlfs {

// One iteration of learning: the gradient of the loss of one mini-batch, and of the penalty, then one
// step of the optimizer. Returns the loss before the step, with the penalty.
template <typename T>
double TrainOnBatch(Network<T>& network, Optimizer<T>& optimizer, const Batch<T>& batch,
                    const Penalty& penalty = {}) {
  const double loss =
      network.Gradient(batch.x, batch.labels) + PenaltyLoss(penalty, network.arena());
  AddPenaltyGradient(penalty, network.arena());
  optimizer.Step(network.arena().values(), network.arena().gradients());
  return loss;
}

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_TRAIN_ON_BATCH_H_
