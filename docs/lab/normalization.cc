// What the page calls for 6.3.2: one network that learns the first 1000 images of MNIST without or
// with batch normalisation, as those of batch_norm_compare do with seed 0.
#include <cstdint>
#include <memory>
#include <optional>

#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "docs/lab/export.h"
#include "docs/lab/mnist.h"

namespace dlfs {
namespace {

constexpr int kImages = 1000, kBatchSize = 100;
constexpr uint64_t kSeed = 0;

struct Pupil {
  Pupil(double std, bool batch_norm)
      : images(FirstImages(TrainingImages(), kImages)),
        network({.hidden = {100, 100, 100, 100, 100}, .batch_norm = batch_norm}, kBatchSize),
        optimizer(MakeOptimizer<float>("sgd", DefaultLearningRate("sgd"),
                                       network.arena().values().size())),
        batches(images, kBatchSize, Random(kSeed, kBatchStream)) {
    InitializeWeights({WeightInit::Kind::kNormal, std}, Random(kSeed, kWeightStream),
                      network.arena());
  }

  ImageDataset images;
  MultiLayerNetwork<float> network;
  std::unique_ptr<Optimizer<float>> optimizer;
  BatchSampler<float> batches;
  int64_t iteration = 0;
};
std::optional<Pupil> pupil;

}  // namespace

// The standard deviations of figure 6-19: [16]
EXPORT(BookStds) const double* BookStds() { return kBookStds.data(); }

// Requires: the images are there.
EXPORT(BeginNormalization) void BeginNormalization(double std, int batch_norm) {
  pupil.emplace(std, batch_norm != 0);
}

// One epoch -> the training accuracy after it; NaN where the network has diverged. The first is one
// iteration only, as in the book.
EXPORT(LearnEpoch) double LearnEpoch() {
  const int64_t per_epoch = IterationsPerEpoch(kImages, kBatchSize);
  do {
    const Batch<float> batch = pupil->batches.Next();
    pupil->network.Gradient(batch.x, batch.labels);
    pupil->optimizer->Step(pupil->network.arena().values(), pupil->network.arena().gradients());
  } while (pupil->iteration++ % per_epoch != 0);
  return *Accuracy(pupil->network, pupil->images);
}

}  // namespace dlfs
