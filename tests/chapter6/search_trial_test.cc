#include "chapter6/search_trial.h"

#include <signal.h>
#include <stdlib.h>

#include <cmath>
#include <cstdint>
#include <thread>
#include <vector>

#include "chapter6/epoch_training.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/interrupt.h"
#include "common/parameter_arena.h"
#include "common/progress.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/common/progress_text.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsNan;
using ::testing::Lt;

constexpr size_t kValidation = 20;
constexpr Hyperparameters kTried = {.learning_rate = 0.003, .weight_decay = 0.02};

// Nothing to learn but each image by heart: quickly, and of no use for the images of validation.
EpochTraining Training(int epochs = 30) {
  return {.hidden = {30},
          .train_size = 60,
          .epochs = epochs,
          .batch_size = 7,
          .optimizer = "momentum",
          .learning_rate = 1e9};
}

const SearchData& Data() {
  static const auto& data = *new SearchData(RandomImages(60, 28, 28), kValidation, 5);
  return data;
}

ImageDataset ValidationImages() { return FirstImages(Data().all(), kValidation); }

Progress& Silent() {
  static Progress* progress = new Progress("", 0, "");
  return *progress;
}

TrialCurve Curve(const Hyperparameters& tried = kTried, uint64_t seed = 0,
                 const EpochTraining& training = Training()) {
  return RunTrial(training, tried, Data(), seed, Silent());
}

// The same by hand, with the gradient λ W of the penalty added to that of the network. Calls
// evaluate(network) after the first iteration, and then after each epoch.
template <typename F>
void LearnByHand(const Hyperparameters& tried, const ImageDataset& images, F evaluate) {
  const EpochTraining training = Training();
  MultiLayerNetwork<float> network = InitializedNetwork({.hidden = training.hidden}, 100);
  ParameterArena<float>& arena = network.arena();
  Momentum<float> optimizer(arena.values().size(), tried.learning_rate);
  BatchSampler<float> batches(images, training.batch_size, Random(0, kBatchStream));
  const size_t iterations = images.size() / training.batch_size;
  for (size_t i = 0; i <= iterations * (training.epochs - 1); ++i) {
    const Batch<float> batch = batches.Next();
    network.Gradient(batch.x, batch.labels);
    for (const Parameter<float>& parameter : arena.parameters()) {
      if (parameter.kind != ParameterKind::kWeight) continue;
      for (size_t row = 0; row < parameter.value.rows(); ++row) {
        for (size_t col = 0; col < parameter.value.cols(); ++col) {
          parameter.gradient(row, col) +=
              static_cast<float>(tried.weight_decay) * parameter.value(row, col);
        }
      }
    }
    optimizer.Step(arena.values(), arena.gradients());
    if (i % iterations == 0) evaluate(network);
  }
}

TEST(RunTrialTest, IsTheCurveOfANetworkTrainedByHand) {
  for (const Hyperparameters tried :
       {kTried, Hyperparameters{0.002, 0}, Hyperparameters{0.001, 0.3}}) {
    const TrialCurve curve = Curve(tried);
    TrialCurve expected;
    LearnByHand(tried, Data().train(), [&](MultiLayerNetwork<float>& network) {
      expected.validation.push_back(Accuracy(network, ValidationImages()));
      expected.train.push_back(Accuracy(network, Data().train()));
    });
    EXPECT_EQ(curve.validation, expected.validation);
    EXPECT_EQ(curve.train, expected.train);
    EXPECT_EQ(curve.epochs, EvaluatedEpochs(Training()));
  }
}

TEST(RunTrialTest, LearnsTheTrainingImagesAndNotThoseOfValidation) {
  const TrialCurve curve = Curve({.learning_rate = 0.003, .weight_decay = 0}, 0, Training(60));
  EXPECT_GT(curve.train.back(), 0.95);
  EXPECT_THAT(curve.validation, Each(Lt(0.5)));
}

TEST(RunTrialTest, SameSettingsAndSeedAreTheSameBitsOnEveryThread) {
  const TrialCurve expected = Curve();
  std::vector<TrialCurve> curves(3);
  std::vector<std::thread> threads;
  for (TrialCurve& curve : curves) threads.emplace_back([&] { curve = Curve(); });
  for (std::thread& thread : threads) thread.join();
  for (const TrialCurve& curve : curves) {
    EXPECT_EQ(curve.validation, expected.validation);
    EXPECT_EQ(curve.train, expected.train);
  }
}

TEST(RunTrialTest, EverySettingAndTheSeedMatter) {
  const std::vector<double> train = Curve().train;
  EXPECT_NE(train, Curve({0.002, kTried.weight_decay}).train);
  EXPECT_NE(train, Curve({kTried.learning_rate, 0.2}).train);
  EXPECT_NE(train, Curve(kTried, 1).train);
}

TEST(RunTrialTest, LearningRateOfTheTrainingIsNotUsed) {
  EpochTraining training = Training();
  training.learning_rate = 0;
  EXPECT_EQ(Curve().train, Curve(kTried, 0, training).train);
}

TEST(RunTrialTest, DivergesWithALearningRateThatIsMuchTooLarge) {
  const TrialCurve curve = Curve({.learning_rate = 1e9, .weight_decay = 0.1});
  EXPECT_THAT(curve.validation.back(), IsNan());
  EXPECT_THAT(curve.train.back(), IsNan());
  EXPECT_THAT(Score(curve).mean_validation, IsNan());
}

TEST(RunTrialTest, IsEvaluatedWithTheInterval) {
  EpochTraining training = Training(6);
  const TrialCurve each = Curve(kTried, 0, training);
  training.evaluation_interval = 2;
  const TrialCurve curve = Curve(kTried, 0, training);
  EXPECT_THAT(curve.epochs, ElementsAre(0, 2, 4, 5));
  EXPECT_THAT(curve.train, ElementsAre(each.train[0], each.train[2], each.train[4], each.train[5]));
  EXPECT_EQ(curve.validation.size(), 4);
}

TEST(RunTrialTest, ProgressCountsEpochs) {
  const auto run = [](Progress& progress) { RunTrial(Training(4), kTried, Data(), 0, progress); };
  EXPECT_EQ(ProgressText(8, run), "run: 4 of 8 steps (50 %)\n");
}

TEST(RunTrialDeathTest, IsShorterAfterAnInterrupt) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        raise(SIGTERM);
        const bool none = Curve().epochs.empty();
        const double accuracy =
            TestAccuracy(Training(), kTried, Data(), ValidationImages(), 0, Silent());
        exit(none && std::isnan(accuracy) ? 3 : 4);
      },
      testing::ExitedWithCode(3), "");
}

TEST(EvaluatedEpochsTest, AreEveryNthAndTheLast) {
  const auto evaluated = [](int epochs, int interval) {
    EpochTraining training = Training(epochs);
    training.evaluation_interval = interval;
    return EvaluatedEpochs(training);
  };
  EXPECT_THAT(evaluated(1, 1), ElementsAre(0));
  EXPECT_THAT(evaluated(4, 1), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(evaluated(7, 3), ElementsAre(0, 3, 6));
  EXPECT_THAT(evaluated(8, 3), ElementsAre(0, 3, 6, 7));
  EXPECT_THAT(evaluated(3, 50), ElementsAre(0, 2));
}

TEST(ScoreTest, IsTheLastAndTheMean) {
  const TrialCurve curve = {
      .epochs = {0, 5, 9}, .validation = {0.25, 0.75, 0.5}, .train = {0.5, 1, 0.875}};
  EXPECT_EQ(Score(curve), (TrialScore{.validation = 0.5, .train = 0.875, .mean_validation = 0.5}));
  const TrialCurve one = {.epochs = {0}, .validation = {0.25}, .train = {0.5}};
  EXPECT_EQ(Score(one), (TrialScore{.validation = 0.25, .train = 0.5, .mean_validation = 0.25}));
}

TEST(TestAccuracyTest, IsThatOfANetworkTrainedByHandOnAllImages) {
  const ImageDataset test = RandomImages(40, 28, 28, 77);
  double last = -1;
  std::vector<double> of_validation;
  LearnByHand(kTried, Data().all(), [&](MultiLayerNetwork<float>& network) {
    last = Accuracy(network, test);
    of_validation.push_back(Accuracy(network, ValidationImages()));
  });
  EXPECT_EQ(TestAccuracy(Training(), kTried, Data(), test, 0, Silent()), last);
  // These it has learned too.
  const double learned = TestAccuracy(Training(), kTried, Data(), ValidationImages(), 0, Silent());
  EXPECT_EQ(learned, of_validation.back());
  EXPECT_GT(learned, 0.9);
  EpochTraining training = Training();
  training.evaluation_interval = 1000;
  EXPECT_EQ(TestAccuracy(training, kTried, Data(), test, 0, Silent()), last);
}

}  // namespace
}  // namespace dlfs
