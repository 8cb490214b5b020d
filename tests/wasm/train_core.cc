#include "tests/wasm/train_core.h"

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"

namespace dlfs {
namespace {

ImageDataset RandomImages(size_t count) {
  Random random(0, kInputStream);
  ImageDataset images{.height = 5, .width = 7, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    for (size_t p = 0; p < images.pixels_per_image(); ++p) {
      images.pixels.push_back(static_cast<uint8_t>(random.UniformInt(256)));
    }
    images.labels.push_back(static_cast<uint8_t>(random.UniformInt(kClasses)));
  }
  return images;
}

}  // namespace
}  // namespace dlfs

extern "C" double LossAfter(int steps, int optimizer_index) {
  using namespace dlfs;
  constexpr size_t kBatch = 21;
  constexpr Penalty kPenalty = {Penalty::Kind::kL2, 0.01};
  const ImageDataset images = RandomImages(50);
  MultiLayerNetwork<float> network({.inputs = images.pixels_per_image(),
                                    .hidden = {33, 18},
                                    .activation = ActivationKind::kSigmoid,
                                    .batch_norm = true,
                                    .dropout = {DropoutChoice::Kind::kStandard, 0.1}},
                                   kBatch);
  ParameterArena<float>& parameters = network.arena();
  InitializeWeights({.kind = WeightInit::Kind::kHe}, Random(0, kWeightStream), parameters);
  const auto optimizer = MakeOptimizer<float>(
      OptimizerNames()[static_cast<size_t>(optimizer_index)], 0.01, parameters.values().size());
  BatchSampler<float> batches(images, kBatch, Random(0, kBatchStream));
  double loss = 0;
  for (int step = 0; step < steps; ++step) {
    const Batch<float> batch = batches.Next();
    network.Gradient(batch.x, batch.labels);
    AddPenaltyGradient(kPenalty, parameters);
    optimizer->Step(parameters.values(), parameters.gradients());
    loss = network.Loss(batch.x, batch.labels) + PenaltyLoss(kPenalty, parameters);
  }
  return loss + *Accuracy(network, images);
}
