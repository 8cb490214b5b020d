// What the page calls for the race of 6.1.8: one network that learns MNIST, as those of
// optimizer_compare_mnist do with seed 0. Each optimizer has a module of its own, in a worker.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/experiment/smooth_curve.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "docs/lab/export.h"
#include "docs/lab/mnist.h"
#include "docs/lab/rule_optimizer.h"

namespace dlfs {
namespace {

constexpr size_t kBatchSize = 128;
constexpr uint64_t kSeed = 0;

struct Racer {
  Racer(int index, double eta)
      : network({.hidden = {100, 100, 100, 100}}, kBatchSize),
        optimizer(MakeOptimizerOrRule<float>(index, eta, network.arena().values().size())),
        batches(TrainingImages(), kBatchSize, Random(kSeed, kBatchStream)) {
    InitializeWeights({WeightInit::Kind::kHe}, Random(kSeed, kWeightStream), network.arena());
  }

  MultiLayerNetwork<float> network;
  std::unique_ptr<Optimizer<float>> optimizer;
  BatchSampler<float> batches;
  std::vector<double> losses;
};
std::optional<Racer> racer;

}  // namespace

// Requires: the images are there.
EXPORT(BeginRace) void BeginRace(int optimizer, double eta) { racer.emplace(optimizer, eta); }

// One iteration -> the loss after it
EXPORT(Learn) double Learn() {
  const Batch<float> batch = racer->batches.Next();
  racer->network.Gradient(batch.x, batch.labels);
  racer->optimizer->Step(racer->network.arena().values(), racer->network.arena().gradients());
  racer->losses.push_back(racer->network.Loss(batch.x, batch.labels));
  return racer->losses.back();
}

// The losses of all iterations until now, smoothed.
EXPORT(SmoothedLosses) const double* SmoothedLosses() {
  static std::vector<double> smoothed;
  smoothed = SmoothCurve(racer->losses);
  return smoothed.data();
}

EXPORT(TestAccuracy) double TestAccuracy() { return *Accuracy(racer->network, TestImages()); }

}  // namespace dlfs
