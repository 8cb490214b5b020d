#include "chapter6/epoch_training.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/network_flags.h"
#include "chapter6/trainer.h"
#include "common/experiment.h"
#include "common/interrupt.h"
#include "common/parallel.h"
#include "common/random.h"
#include "datasets/batch.h"

namespace dlfs {

std::string Describe(const EpochTraining& training) {
  return absl::StrCat(
      "hidden=", absl::StrJoin(training.hidden, ","), " train_size=", training.train_size,
      " batch_size=", training.batch_size, " epochs=", training.epochs,
      " evaluation_interval=", training.evaluation_interval, " optimizer=", training.optimizer);
}

absl::Status CheckTraining(const EpochTraining& training, const Mnist& mnist) {
  absl::Status status = CheckFlagInRange("train_size", training.train_size, 1, mnist.train.size());
  if (!status.ok()) return status;
  return CheckNetworkFits(training.hidden, training.batch_size);
}

bool IsEvaluated(const EpochTraining& training, int epoch) {
  return epoch % training.evaluation_interval == 0 || epoch + 1 == training.epochs;
}

void TrainForEpochs(const EpochTraining& training, const ImageDataset& images, uint64_t seed,
                    MultiLayerNetwork<float>& network, Optimizer<float>& optimizer,
                    Progress& progress, const std::function<void(int epoch)>& evaluate) {
  BatchSampler<float> batches(images, training.batch_size, Random(seed, kBatchStream));
  const int64_t iterations_per_epoch =
      std::max<int64_t>(static_cast<int64_t>(images.size()) / training.batch_size, 1);
  int epoch = 0;
  for (int64_t i = 0; epoch < training.epochs && !StopRequested(); ++i) {
    TrainOnBatch(network, optimizer, batches.Next());
    if (i % iterations_per_epoch != 0) continue;
    if (IsEvaluated(training, epoch)) evaluate(epoch);
    ++epoch;
    progress.Add(1);
    TakeTurns();
  }
}

void TrainNewNetwork(
    const EpochTraining& training, NetworkConfig config, const WeightInit& init,
    const ImageDataset& images, uint64_t seed, Progress& progress,
    const std::function<void(MultiLayerNetwork<float>& network, int epoch)>& evaluate) {
  config.hidden = training.hidden;
  MultiLayerNetwork<float> network(config, training.batch_size);
  Random weights(seed, kWeightStream);
  InitializeWeights(init, weights, network.arena());
  const auto optimizer = MakeOptimizer<float>(training.optimizer, training.learning_rate,
                                              network.arena().values().size())
                             .value();
  TrainForEpochs(training, images, seed, network, *optimizer, progress,
                 [&](int epoch) { evaluate(network, epoch); });
}

}  // namespace dlfs
