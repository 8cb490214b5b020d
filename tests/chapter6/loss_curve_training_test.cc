#include "chapter6/loss_curve_training.h"

#include <signal.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "chapter6/loss_curves.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/experiment.h"
#include "common/interrupt.h"
#include "common/parallel.h"
#include "common/progress.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/common/progress_text.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 3;

class LossCurveTrainingTest : public testing::Test {
 protected:
  void Train(
      Progress& progress, const std::function<void(int)>& before_update = [](int) {}) {
    TrainLossCurve(training_, mnist_, network_, adam_, curve_, progress, before_update);
  }

  const LossCurveTraining training_ = {.hidden = {5}, .batch_size = 6, .iterations = 8};
  const Mnist mnist_ = {.train = RandomImages(20, 3, 4, 0), .test = RandomImages(17, 3, 4, 1)};
  MultiLayerNetwork<float> network_ = InitializedNetwork({.inputs = 12, .hidden = {5}}, 6);
  Adam<float> adam_{network_.arena().values().size()};
  LossCurve curve_ = {.seed = kSeed};
  Progress silent_{"", 0, ""};
};

TEST_F(LossCurveTrainingTest, IsALossAfterEachUpdateOfARandomBatch) {
  std::vector<std::vector<float>> before_updates;
  Train(silent_, [&](int) { before_updates.push_back(Values(network_)); });

  MultiLayerNetwork<float> network = InitializedNetwork({.inputs = 12, .hidden = {5}}, 6);
  Adam<float> adam(network.arena().values().size());
  BatchSampler<float> batches(mnist_.train, 6, Random(kSeed, kBatchStream));
  std::vector<double> losses;
  for (int t = 0; t < 8; ++t) {
    ASSERT_LT(t, before_updates.size());
    EXPECT_EQ(before_updates[t], Values(network)) << t;
    const Batch<float> batch = batches.Next();
    TrainOnBatch(network, adam, batch);
    losses.push_back(network.Loss(batch.x, batch.labels));
  }
  EXPECT_EQ(curve_.loss, losses);
  EXPECT_EQ(Values(network_), Values(network));
  EXPECT_EQ(curve_.test_accuracy, Accuracy(network, mnist_.test));
}

TEST_F(LossCurveTrainingTest, CallsBeforeEachUpdate) {
  std::vector<int> calls;
  Train(silent_, [&](int t) { calls.push_back(t); });
  EXPECT_THAT(calls, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST_F(LossCurveTrainingTest, CountsItsOperationsAndSeconds) {
  Train(silent_);
  // Forward 2 (12 x 5 + 5 x 10), twice; backward twice as much but for dx of the first layer.
  const double forward = 2 * (12 * 5 + 5 * 10), backward = 2 * forward - 2 * 12 * 5;
  EXPECT_EQ(curve_.flops, 8 * 6 * (2 * forward + backward));
  EXPECT_GT(curve_.seconds, 0);
}

// Three networks take turns on two threads, which have only twice the time that passed.
TEST_F(LossCurveTrainingTest, SecondsLeaveOutTheWaitForATurn) {
  using Clock = std::chrono::steady_clock;
  std::array<double, 3> seconds;
  const Clock::time_point start = Clock::now();
  RunInOrder(
      3, 2,
      [&](size_t i) {
        MultiLayerNetwork<float> network = InitializedNetwork({.inputs = 12, .hidden = {5}}, 6);
        Sgd<float> sgd(network.arena().values().size());
        LossCurve curve;
        TrainLossCurve(training_, mnist_, network, sgd, curve, silent_,
                       [](int) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); });
        seconds[i] = curve.seconds;
      },
      [](size_t) {}, [] {});
  const std::chrono::duration<double> passed = Clock::now() - start;
  EXPECT_LE(seconds[0] + seconds[1] + seconds[2], 2 * passed.count());
}

TEST_F(LossCurveTrainingTest, ProgressCountsIterations) {
  EXPECT_EQ(ProgressText(16, [this](Progress& progress) { Train(progress); }),
            "run: 8 of 16 steps (50 %)\n");
}

using LossCurveTrainingDeathTest = LossCurveTrainingTest;

TEST_F(LossCurveTrainingDeathTest, StopsAfterAnInterruptAndCountsWhatItDid) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        Train(silent_, [](int t) {
          if (t == 2) raise(SIGTERM);
        });
        const size_t flops = 3 * 6 * (network_.ForwardFlops() + network_.GradientFlops());
        exit(curve_.loss.size() == 3 && curve_.flops == static_cast<double>(flops) ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(LossCurveTrainingTextTest, IsDescribed) {
  const LossCurveTraining training = {.hidden = {50, 20}, .batch_size = 10, .iterations = 30};
  EXPECT_EQ(Describe(training), "batch_size=10 iterations=30");
  Experiment experiment;
  experiment.seed = 3;
  EXPECT_EQ(Caption(training, experiment), "hidden layers: 50, 20; mini-batches of 10; seed 3");
  EXPECT_EQ(Caption({.hidden = {}}, experiment),
            "hidden layers: none; mini-batches of 128; seed 3");
}

TEST(LossCurveTrainingTextTest, ABatchLargerThanTheDataIsAnErrorOfTheFlag) {
  const Mnist mnist = {.train = RandomImages(20, 28, 28), .test = RandomImages(1, 28, 28)};
  EXPECT_TRUE(CheckTraining({.batch_size = 20}, mnist).ok());
  for (const int batch_size : {0, 21}) {
    EXPECT_THAT(std::string(CheckTraining({.batch_size = batch_size}, mnist).message()),
                HasSubstr("--batch_size: expected a number from 1 to 20"));
  }
}

}  // namespace
}  // namespace dlfs
