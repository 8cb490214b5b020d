// Quirks of the book's code, measured: what they do to accuracies.
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "common/experiment/mean_and_std.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gtest/gtest.h"
#include "tests/chapter6/book_quirks.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/chapter6/train_on_batch.h"

namespace dlfs::book_quirks {
namespace {

// --- Mini-batches with replacement ---

double TestAccuracy(const ImageDataset& images, int epochs, bool shuffled, uint64_t seed) {
  Learner learner("adam", "he", seed);
  BatchSampler<float> with_replacement(images, kBatch, Random(seed, kBatchStream));
  BatchBuffer<float> buffer(images, kBatch);
  Random random(seed, kShuffleStream);
  std::vector<uint32_t> order(images.size()), keys(images.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::ranges::generate(keys, [&] { return random.Bits32(); });
    std::ranges::sort(order, {}, [&](uint32_t row) { return std::pair(keys[row], row); });
    for (size_t begin = 0; begin + kBatch <= images.size(); begin += kBatch) {
      TrainOnBatch(learner.network, *learner.optimizer,
                   shuffled ? buffer.Gather(std::span(order).subspan(begin, kBatch))
                            : with_replacement.Next());
    }
  }
  return *Accuracy(learner.network, SharedMnist().test);
}

TEST(BookQuirksTest, ShuffledEpochsChangeLessThanAnotherSeed) {
  struct Setting {
    size_t images;
    int epochs;
    double at_least;
  };
  absl::PrintF("test accuracy, Adam, %d seeds\n%-23s %16s %16s %16s\n", kSeeds, "",
               "with replacement", "shuffled epochs", "difference");
  for (const auto& [count, epochs, at_least] : {Setting{60000, 1, 0.94}, Setting{1000, 20, 0.86}}) {
    const ImageDataset images = FirstImages(SharedMnist().train, count);
    const auto accuracies = [&, epochs = epochs](bool shuffled) {
      return OfSeeds([&](uint64_t seed) { return TestAccuracy(images, epochs, shuffled, seed); });
    };
    const std::vector<double> drawn = accuracies(false), shuffled = accuracies(true);
    const auto difference = OfSeeds([&](uint64_t seed) { return shuffled[seed] - drawn[seed]; });
    absl::PrintF("%5d images, %2d %-6s %s %s %s\n", count, epochs, epochs == 1 ? "epoch" : "epochs",
                 TableCell(drawn), TableCell(shuffled), TableCell(difference));
    EXPECT_GT(MeanAndStd(drawn).mean, at_least);
    EXPECT_LT(std::abs(MeanAndStd(difference).mean), MeanAndStd(drawn).std);
  }
}

// --- Running statistics that start at 0 ---

constexpr size_t kFewImages = 1000;  // of 6.3.2

// A network of 6.3.2, which learns for some epochs. Calls evaluate(network) after the first
// iteration, an epoch later, and so on.
template <std::invocable<MultiLayerNetwork<float>&> F>
void Learn(const NetworkConfig& batch_norm, double init_std, uint64_t seed, int epochs,
           const ImageDataset& images, F&& evaluate) {
  constexpr int kFewBatch = 100, kIterationsOfAnEpoch = kFewImages / kFewBatch;
  NetworkConfig config = batch_norm;
  config.hidden = {100, 100, 100, 100, 100};
  MultiLayerNetwork<float> network(config, kFewBatch);
  InitializeWeights({WeightInit::Kind::kNormal, init_std}, Random(seed, kWeightStream),
                    network.arena());
  const auto sgd = MakeOptimizer<float>("sgd", 0.01, network.arena().values().size());
  BatchSampler<float> batches(images, kFewBatch, Random(seed, kBatchStream));
  for (int i = 0; i <= (epochs - 1) * kIterationsOfAnEpoch; ++i) {
    TrainOnBatch(network, *sgd, batches.Next());
    if (i % kIterationsOfAnEpoch == 0) evaluate(network);
  }
}

TEST(BookQuirksTest, RunningStatisticsFromZeroUnderrateTheFirstEpochs) {
  constexpr int kEpochs = 6;
  constexpr double kInitStd = 0.013593563908785255;  // 10^(-28 / 15), of figure 6-19
  const ImageDataset images = FirstImages(SharedMnist().train, kFewImages);
  BatchBuffer<float> buffer(images, kFewImages);
  const Batch<float> all = buffer.GatherAll();
  struct Curve {
    std::vector<double> accuracy;  // of each epoch
    std::vector<float> last_parameters;
  };
  const auto learn = [&](double momentum, uint64_t seed) {
    Curve curve;
    Learn({.batch_norm = true, .batch_norm_momentum = momentum}, kInitStd, seed, kEpochs, images,
          [&](MultiLayerNetwork<float>& network) {
            curve.accuracy.push_back(*Accuracy(network, all));
            curve.last_parameters = Values(network);
          });
    return curve;
  };
  std::vector<Curve> from_zero, of_last_batch;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    from_zero.push_back(learn(0.9, seed));
    of_last_batch.push_back(learn(0, seed));
    EXPECT_EQ(from_zero[seed].last_parameters, of_last_batch[seed].last_parameters);
  }

  absl::PrintF("training accuracy with batch norm, std %.4f, %d seeds\n%5s %7s %15s %16s %16s\n",
               kInitStd, kSeeds, "epoch", "updates", "1 - 0.9^updates", "from 0", "last batch's");
  std::vector<double> underrated;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    const auto accuracies = [&](const std::vector<Curve>& curves) {
      return OfSeeds([&](uint64_t seed) { return curves[seed].accuracy[epoch]; });
    };
    const std::vector<double> zero = accuracies(from_zero), last = accuracies(of_last_batch);
    const int updates = 1 + 10 * epoch;
    absl::PrintF("%5d %7d %15.3f %s %s\n", epoch, updates, 1 - std::pow(0.9, updates),
                 TableCell(zero), TableCell(last));
    underrated.push_back(MeanAndStd(last).mean - MeanAndStd(zero).mean);
  }
  EXPECT_GT(underrated[0], 0.02);
  EXPECT_GT(underrated[1], 0.1);
  EXPECT_NEAR(underrated[5], 0, 0.04);
}

// --- NaN counted as class 0 ---

// As np.argmax: NaN is larger than anything, and the first of several is taken.
size_t NumPyArgmax(std::span<const float> y) {
  const auto nan = std::ranges::find_if(y, [](float y_j) { return std::isnan(y_j); });
  return (nan != y.end() ? nan : std::ranges::max_element(y)) - y.begin();
}

TEST(BookQuirksTest, ADivergedNetworkScoresTheShareOfZeros) {
  const ImageDataset images = FirstImages(SharedMnist().train, kFewImages);
  BatchBuffer<float> buffer(images, kFewImages);
  const Batch<float> all = buffer.GatherAll();
  const auto zeros = std::ranges::count(all.labels, 0);
  absl::PrintF("zeros among the first %d labels: %d\n", kFewImages, zeros);
  double ours = 0;
  int book = 0;
  int epoch = 0;
  Learn({}, 1, 0, 2, images, [&](MultiLayerNetwork<float>& network) {
    ours = *Accuracy(network, all);
    book = 0;
    for (size_t i = 0; i < kFewImages; ++i) {
      const auto y = network.Predict(all.x.Rows(i, 1)).row(0);
      book += NumPyArgmax(y) == all.labels[i];
    }
    absl::PrintF("std 1, epoch %d: accuracy %.3f, with NumPy's argmax %.3f\n", epoch++, ours,
                 static_cast<double>(book) / kFewImages);
  });
  EXPECT_TRUE(std::isnan(ours));
  EXPECT_EQ(book, zeros);
  EXPECT_EQ(zeros, 97);
}

}  // namespace
}  // namespace dlfs::book_quirks
