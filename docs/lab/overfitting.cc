// What the page calls for 6.4: one network that learns the first 300 images of MNIST by heart, or is
// kept from it, as those of overfit_weight_decay, overfit_dropout and overfit_compare with seed 0.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "docs/lab/export.h"
#include "docs/lab/mnist.h"

namespace dlfs {
namespace {

constexpr int kImages = 300, kBatchSize = 100;
constexpr uint64_t kSeed = 0;

struct Learner {
  Learner(const Penalty& penalty, const DropoutChoice& dropout, bool batch_norm, const char* name,
          double eta, int epochs, int evaluation_interval)
      : penalty(penalty),
        epochs(epochs),
        evaluation_interval(evaluation_interval),
        images(FirstImages(TrainingImages(), kImages)),
        network({.hidden = {100, 100, 100, 100, 100, 100},
                 .batch_norm = batch_norm,
                 .dropout = dropout,
                 .dropout_seed = kSeed},
                kBatchSize),
        optimizer(MakeOptimizer<float>(name, eta, network.arena().values().size())),
        batches(images, kBatchSize, Random(kSeed, kBatchStream)) {
    InitializeWeights({WeightInit::Kind::kHe}, Random(kSeed, kWeightStream), network.arena());
  }

  Penalty penalty;
  int epochs, evaluation_interval;
  ImageDataset images;
  MultiLayerNetwork<float> network;
  std::unique_ptr<Optimizer<float>> optimizer;
  BatchSampler<float> batches;
  int64_t iteration = 0;
};
std::optional<Learner> learner;

}  // namespace

// L2 weight decay with `lambda`, none where it is 0; dropout: an index of kDropoutNames.
// Requires: the images are there.
EXPORT(BeginOverfitting)
void BeginOverfitting(double lambda, int dropout, double ratio, int batch_norm, int optimizer,
                      double eta, int epochs, int evaluation_interval) {
  const auto penalty = lambda > 0 ? Penalty::Kind::kL2 : Penalty::Kind::kNone;
  learner.emplace(Penalty{penalty, lambda},
                  DropoutChoice{static_cast<DropoutChoice::Kind>(dropout), ratio}, batch_norm != 0,
                  OptimizerNames()[static_cast<size_t>(optimizer)], eta, epochs,
                  evaluation_interval);
}

// Learns until the next evaluation -> epoch, training accuracy, test accuracy; nothing at the end.
EXPORT(LearnUntilEvaluation) const double* LearnUntilEvaluation() {
  static std::array<double, 3> accuracies;
  const int64_t per_epoch = IterationsPerEpoch(kImages, kBatchSize);
  while (learner->iteration < IterationsOf(learner->epochs, per_epoch)) {
    const Batch<float> batch = learner->batches.Next();
    learner->network.Gradient(batch.x, batch.labels);
    AddPenaltyGradient(learner->penalty, learner->network.arena());
    learner->optimizer->Step(learner->network.arena().values(),
                             learner->network.arena().gradients());
    const int64_t i = learner->iteration++, epoch = i / per_epoch;
    if (i % per_epoch == 0 && IsEvaluated(epoch, learner->epochs, learner->evaluation_interval)) {
      accuracies = {static_cast<double>(epoch), *Accuracy(learner->network, learner->images),
                    *Accuracy(learner->network, TestImages())};
      return accuracies.data();
    }
  }
  return nullptr;
}

}  // namespace dlfs
