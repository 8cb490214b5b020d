#include "chapter6/search_trial.h"

#include <algorithm>
#include <span>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/regularization.h"
#include "chapter6/settings.h"
#include "common/experiment/interrupt.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

namespace dlfs {

SearchImages::SearchImages(const ImageDataset& images, size_t for_validation, uint64_t seed) {
  const std::vector<uint32_t> order = RandomOrder(images.size(), Random(seed, kShuffleStream));
  all = SelectImages(images, order);
  validation = SelectImages(images, std::span(order).first(for_validation));
  train = SelectImages(images, std::span(order).subspan(for_validation));
}

TrialNetwork::TrialNetwork(const Trial& trial, const TrialSettings& settings,
                           const ImageDataset& images, uint64_t seed)
    : learning_rate_(trial.learning_rate),
      weight_decay_(trial.weight_decay),
      settings_(settings),
      images_(images),
      weight_random_(seed, kWeightStream),
      batch_random_(seed, kBatchStream) {}

void TrialNetwork::LearnUntil(
    int epochs, Task& task,
    const std::function<void(Network<float>& network, int64_t epoch)>& evaluate) {
  MultiLayerNetwork<float> network({.hidden = settings_.hidden},
                                   static_cast<size_t>(settings_.batch_size));
  const std::span<float> weights = network.arena().values();
  if (iteration_ == 0) {
    InitializeWeights({WeightInit::Kind::kHe}, weight_random_, network.arena());
    optimizer_ = MakeOptimizer<float>(settings_.optimizer, learning_rate_, weights.size());
  } else {
    std::ranges::copy(weights_, weights.begin());
  }
  BatchSampler<float> batches(images_, static_cast<size_t>(settings_.batch_size), batch_random_);
  const int64_t per_epoch =
      IterationsPerEpoch(static_cast<int>(images_.size()), settings_.batch_size);

  const int64_t begin = iteration_, end = IterationsOf(epochs, per_epoch);
  for (const int64_t i : task.Iterations(end - begin)) {
    const Batch<float> batch = batches.Next();
    network.Gradient(batch.x, batch.labels);
    AddPenaltyGradient(Penalty{Penalty::Kind::kL2, weight_decay_}, network.arena());
    optimizer_->Step(weights, network.arena().gradients());
    const int64_t epoch = (begin + i) / per_epoch;
    if ((begin + i) % per_epoch == 0 &&
        IsEvaluated(epoch, settings_.epochs, settings_.evaluation_interval)) {
      evaluate(network, epoch);
    }
  }
  iteration_ = end;
  weights_.assign(weights.begin(), weights.end());
  batch_random_ = batches.random();
}

void TrialNetwork::LearnUntil(int epochs, Task& task, const SearchImages& images, Trial& trial) {
  LearnUntil(epochs, task, [&](Network<float>& network, int64_t) {
    const auto validation = Accuracy(network, images.validation, StopRequested);
    const auto train = Accuracy(network, images.train, StopRequested);
    if (!validation || !train) return;
    trial.validation.push_back(*validation);
    trial.train.push_back(*train);
  });
}

}  // namespace dlfs
