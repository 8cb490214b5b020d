#include <cstdint>
#include <vector>

#include "chapter6/epoch_training.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/progress.h"
#include "common/random.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

constexpr int kImages = 20;

EpochTraining Training(int epochs) {
  return {.hidden = {5}, .train_size = kImages, .epochs = epochs, .batch_size = 6};
}

Progress& Silent() {
  static Progress* progress = new Progress("", 0, "");
  return *progress;
}

// The parameters of a new network at each evaluation.
std::vector<std::vector<float>> NewNetwork(const EpochTraining& training,
                                           const NetworkConfig& config, const WeightInit& init,
                                           uint64_t seed) {
  std::vector<std::vector<float>> values;
  TrainNewNetwork(training, config, init, RandomImages(kImages, 3, 4), seed, Silent(),
                  [&](MultiLayerNetwork<float>& network, int epoch) {
                    EXPECT_EQ(epoch, values.size());
                    EXPECT_EQ(network.max_batch(), training.batch_size);
                    values.push_back(Values(network));
                  });
  return values;
}

TEST(TrainNewNetworkTest, IsTheNetworkTheWeightsAndTheOptimizerByHand) {
  constexpr uint64_t kSeed = 4;
  const WeightInit init = {.kind = WeightInit::Kind::kXavier};
  for (const char* name : {"sgd", "adam"}) {
    EpochTraining training = Training(3);
    training.optimizer = name;
    training.learning_rate = 0.0625;
    NetworkConfig config = {
        .inputs = 12, .hidden = {7, 7}, .batch_norm = true};  // not those hidden
    const std::vector<std::vector<float>> values = NewNetwork(training, config, init, kSeed);

    config.hidden = {5};
    MultiLayerNetwork<float> network(config, 6);
    Random weights(kSeed, kWeightStream);
    InitializeWeights(init, weights, network.arena());
    const auto optimizer =
        MakeOptimizer<float>(name, 0.0625, network.arena().values().size()).value();
    std::vector<std::vector<float>> expected;
    TrainForEpochs(training, RandomImages(kImages, 3, 4), kSeed, network, *optimizer, Silent(),
                   [&](int) { expected.push_back(Values(network)); });
    EXPECT_EQ(values.size(), 3);
    EXPECT_EQ(values, expected) << name;
  }
}

TEST(TrainNewNetworkTest, SeedDecidesTheWeights) {
  EpochTraining training = Training(1);
  training.learning_rate = 0;
  const auto values = [&](uint64_t seed) {
    return NewNetwork(training, {.inputs = 12}, {.kind = WeightInit::Kind::kHe}, seed);
  };
  EXPECT_EQ(values(1), values(1));
  EXPECT_NE(values(1), values(2));
}

}  // namespace
}  // namespace dlfs
