#include "chapter6/epoch_training.h"

#include <signal.h>
#include <stdlib.h>

#include <ostream>
#include <string>
#include <vector>

#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/common/progress_text.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kImages = 20;

EpochTraining Training(int epochs, int batch_size) {
  return {.hidden = {5}, .train_size = kImages, .epochs = epochs, .batch_size = batch_size};
}

// Counts its steps. Like SGD with the learning rate 1/8.
class CountingOptimizer final : public Optimizer<float> {
 public:
  explicit CountingOptimizer(size_t size) : Optimizer<float>(size, 0.125) {}
  int steps() const { return steps_; }

 private:
  void Update(const float* dW, float* W) override {
    for (size_t i = 0; i < size_; ++i) W[i] -= 0.125f * dW[i];
    ++steps_;
  }

  int steps_ = 0;
};

// One network that learns, and what it is like at each evaluation.
struct Learning {
  Learning(const EpochTraining& training, uint64_t seed, Progress& progress) {
    TrainForEpochs(training, images, seed, network, optimizer, progress, [this](int epoch) {
      epochs.push_back(epoch);
      steps.push_back(optimizer.steps());
      values.push_back(Values(network));
    });
  }
  explicit Learning(const EpochTraining& training, uint64_t seed = 0)
      : Learning(training, seed, SilentProgress()) {}

  static Progress& SilentProgress() {
    static Progress* progress = new Progress("", 0, "");
    return *progress;
  }

  const ImageDataset images = RandomImages(kImages, 3, 4);
  MultiLayerNetwork<float> network = InitializedNetwork({.inputs = 12, .hidden = {5}}, 3 * kImages);
  CountingOptimizer optimizer{network.arena().values().size()};
  std::vector<int> epochs, steps;
  std::vector<std::vector<float>> values;
};

struct Evaluations {
  int batch_size;
  std::vector<int> steps;  // at the evaluation of epoch 0, 1, ...
};
void PrintTo(const Evaluations& evaluations, std::ostream* out) { *out << evaluations.batch_size; }

class EvaluationsTest : public testing::TestWithParam<Evaluations> {};

INSTANTIATE_TEST_SUITE_P(
    BatchSize, EvaluationsTest,
    testing::Values(Evaluations{1, {1, 21, 41, 61}}, Evaluations{5, {1, 5, 9, 13}},
                    Evaluations{6, {1, 4, 7, 10}}, Evaluations{11, {1, 2, 3, 4}},
                    Evaluations{20, {1, 2, 3, 4}}, Evaluations{50, {1, 2, 3, 4}}),
    testing::PrintToStringParamName());

TEST_P(EvaluationsTest, ComeAfterTheFirstUpdateAndEachEpochLater) {
  const Learning learning(Training(4, GetParam().batch_size));
  EXPECT_EQ(learning.steps, GetParam().steps);
  EXPECT_THAT(learning.epochs, ElementsAre(0, 1, 2, 3));
}

TEST_P(EvaluationsTest, AreOfANetworkThatLearnsBatchAfterBatchAndEndsWithTheLast) {
  constexpr uint64_t kSeed = 3;
  const Learning learning(Training(4, GetParam().batch_size), kSeed);

  MultiLayerNetwork<float> network = InitializedNetwork({.inputs = 12, .hidden = {5}}, 3 * kImages);
  CountingOptimizer optimizer(network.arena().values().size());
  BatchSampler<float> batches(learning.images, GetParam().batch_size, Random(kSeed, kBatchStream));
  for (int epoch = 0; epoch < 4; ++epoch) {
    while (optimizer.steps() < GetParam().steps[epoch]) {
      TrainOnBatch(network, optimizer, batches.Next());
    }
    EXPECT_EQ(learning.values[epoch], Values(network));
  }
  EXPECT_EQ(Values(learning.network), Values(network));
}

TEST(TrainForEpochsTest, SeedDecidesTheBatches) {
  const Learning learning(Training(3, 6), 1), same(Training(3, 6), 1), other(Training(3, 6), 2);
  EXPECT_EQ(learning.values, same.values);
  for (size_t epoch = 0; epoch < 3; ++epoch) EXPECT_NE(learning.values[epoch], other.values[epoch]);
}

TEST(TrainForEpochsTest, NoEpochsLearnNothing) {
  const Learning learning(Training(0, 6));
  EXPECT_THAT(learning.epochs, IsEmpty());
  EXPECT_EQ(learning.optimizer.steps(), 0);
}

TEST(TrainForEpochsTest, ProgressCountsEpochs) {
  EXPECT_EQ(ProgressText(8, [](Progress& progress) { Learning(Training(4, 5), 0, progress); }),
            "run: 4 of 8 steps (50 %)\n");
}

TEST(TrainForEpochsDeathTest, StopsAfterAnInterrupt) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        MultiLayerNetwork<float> network = InitializedNetwork({.inputs = 12, .hidden = {5}}, 6);
        CountingOptimizer optimizer(network.arena().values().size());
        TrainForEpochs(Training(4, 6), RandomImages(kImages, 3, 4), 0, network, optimizer,
                       Learning::SilentProgress(), [](int epoch) {
                         if (epoch == 1) raise(SIGTERM);
                       });
        exit(optimizer.steps());
      },
      testing::ExitedWithCode(4), "");
}

TEST(IsEvaluatedTest, AfterEveryNthEpochAndTheLast) {
  EpochTraining training = Training(8, 5);
  training.evaluation_interval = 3;
  std::vector<int> evaluated;
  for (int epoch = 0; epoch < 8; ++epoch) {
    if (IsEvaluated(training, epoch)) evaluated.push_back(epoch);
  }
  EXPECT_THAT(evaluated, ElementsAre(0, 3, 6, 7));
  training.epochs = 1;
  EXPECT_TRUE(IsEvaluated(training, 0));
}

TEST(EpochTrainingTest, IsDescribed) {
  EXPECT_EQ(Describe({.hidden = {5, 7},
                      .train_size = 300,
                      .epochs = 201,
                      .batch_size = 50,
                      .optimizer = "adam",
                      .learning_rate = 0.5,
                      .evaluation_interval = 2}),
            "hidden=5,7 train_size=300 batch_size=50 epochs=201 evaluation_interval=2 "
            "optimizer=adam");
}

TEST(EpochTrainingTest, EvaluatesEveryNthEpochAndTheLast) {
  const auto evaluated = [](int interval) {
    EpochTraining training = Training(6, kImages);
    training.evaluation_interval = interval;
    return Learning(training).epochs;
  };
  EXPECT_THAT(evaluated(1), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(evaluated(2), ElementsAre(0, 2, 4, 5));
  EXPECT_THAT(evaluated(5), ElementsAre(0, 5));
  EXPECT_THAT(evaluated(9), ElementsAre(0, 5));
}

TEST(EpochTrainingTest, MoreImagesThanThereAreIsAnErrorOfTheFlag) {
  const Mnist mnist = {.train = RandomImages(kImages, 28, 28), .test = RandomImages(1, 28, 28)};
  EXPECT_TRUE(CheckTraining(Training(1, 50), mnist).ok());
  EpochTraining training = Training(1, 50);
  for (const int size : {0, kImages + 1}) {
    training.train_size = size;
    EXPECT_THAT(std::string(CheckTraining(training, mnist).message()),
                HasSubstr("--train_size: expected a number from 1 to 20"));
  }
}

}  // namespace
}  // namespace dlfs
