#include "chapter6/search_trial.h"

#include <algorithm>
#include <span>

#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/regularization.h"
#include "datasets/accuracy.h"

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
      iterations_per_epoch_(
          IterationsPerEpoch(static_cast<int>(images.size()), settings.batch_size)),
      weight_random_(seed, kWeightStream),
      batch_random_(seed, kBatchStream) {}

int64_t TrialNetwork::IterationsUntil(int epochs) const {
  return IterationsOf(epochs, iterations_per_epoch_) - iteration_;
}

void TrialNetwork::Learn() {
  if (network_ == nullptr) WakeUp();
  const Batch<float> batch = batches_->Next();
  network_->Gradient(batch.x, batch.labels);
  AddPenaltyGradient(Penalty{Penalty::Kind::kL2, weight_decay_}, network_->arena());
  optimizer_->Step(network_->arena().values(), network_->arena().gradients());
  ++iteration_;
}

bool TrialNetwork::IsToBeEvaluated() const {
  const int64_t learned = iteration_ - 1;
  return learned % iterations_per_epoch_ == 0 &&
         IsEvaluated(learned / iterations_per_epoch_, settings_.epochs,
                     settings_.evaluation_interval);
}

void TrialNetwork::Evaluate(const SearchImages& images, Trial& trial, bool (*stop)()) {
  const auto validation = Accuracy(*network_, images.validation, stop);
  const auto train = Accuracy(*network_, images.train, stop);
  if (!validation || !train) return;
  trial.validation.push_back(*validation);
  trial.train.push_back(*train);
}

void TrialNetwork::WakeUp() {
  const auto batch_size = static_cast<size_t>(settings_.batch_size);
  network_ = std::make_unique<MultiLayerNetwork<float>>(NetworkConfig{.hidden = settings_.hidden},
                                                        batch_size);
  batches_ = std::make_unique<BatchSampler<float>>(images_, batch_size, batch_random_);
  const std::span<float> weights = network_->arena().values();
  if (iteration_ == 0) {
    InitializeWeights({WeightInit::Kind::kHe}, weight_random_, network_->arena());
    optimizer_ = MakeOptimizer<float>(settings_.optimizer, learning_rate_, weights.size());
  } else {
    std::copy(weights_.begin(), weights_.end(), weights.begin());
  }
}

void TrialNetwork::Rest() {
  if (network_ == nullptr) return;
  const std::span<float> weights = network_->arena().values();
  weights_.assign(weights.begin(), weights.end());
  batch_random_ = batches_->random();
  network_.reset();
  batches_.reset();
}

}  // namespace dlfs
