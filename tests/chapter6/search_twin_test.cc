// The networks of 6.5, by hand: what the rows say of them is so.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "chapter6/search_trial.h"
#include "chapter6/trainer.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::SizeIs;

constexpr size_t kImages = 200, kValidationImages = 50, kBatch = 25, kEpochs = 5, kTrials = 4;
constexpr uint64_t kSeed = 3;

const std::vector<std::string> kFlags = {
    "--seed=2", "--seeds=2", "--rounds=2", "--trials=4", "--train_size=200", "--epochs=5",
    "--validation_share=0.25", "--batch_size=25", "--hidden_sizes=20,20",
    // Penalties that are felt.
    "--learning_rate_range=0.05:0.5", "--weight_decay_range=0.01:0.3"};

// A network that learns, epoch by epoch.
class Network {
 public:
  Network(const Row& learning_rate_and_weight_decay, const ImageDataset& images, uint64_t seed)
      : network_(Config(Number(learning_rate_and_weight_decay[1])), kBatch),
        optimizer_(MakeOptimizer<float>("sgd", Number(learning_rate_and_weight_decay[0]),
                                        network_.arena().values().size())
                       .value()),
        iterations_(images.size() / kBatch),
        batches_(images, kBatch, Random(seed, kBatchStream)) {
    Random weights(seed, kWeightStream);
    InitializeWeights({.kind = WeightInit::Kind::kHe}, weights, network_.arena());
  }

  // The first evaluation is after one iteration, the next ones an epoch later.
  void Learn(size_t epoch) {
    for (size_t i = 0; i < (epoch == 0 ? 1 : iterations_); ++i) {
      TrainOnBatch(network_, *optimizer_, batches_.Next());
    }
  }

  double AccuracyOn(const ImageDataset& images) { return Accuracy(network_, images); }

 private:
  static NetworkConfig Config(double weight_decay) {
    NetworkConfig config = {.penalty = {Penalty::Kind::kL2, weight_decay}};
    config.hidden = {20, 20};
    return config;
  }

  MultiLayerNetwork<float> network_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  size_t iterations_;
  BatchSampler<float> batches_;
};

// The images of the second seed, as they are parted: the first ones are for validation.
struct Images {
  Images() : mnist(LoadMnist("").value()) {
    const SearchData data(FirstImages(mnist.train, kImages), kValidationImages, kSeed);
    all = data.all();
    std::vector<uint32_t> first(kValidationImages), others(kImages - kValidationImages);
    std::iota(first.begin(), first.end(), 0u);
    std::iota(others.begin(), others.end(), static_cast<uint32_t>(kValidationImages));
    validation = SelectImages(all, first);
    train = SelectImages(all, others);
  }
  Mnist mnist;
  ImageDataset all, validation, train;
};

TEST(SearchTwinTest, TrialsLearnAsTheirRowsSay) {
  const CsvTable table = ReadCsv(Tables(kSearch, kFlags) + ".csv");
  const Images images;
  for (size_t of_seed : {0, 3, 4, 6}) {  // two trials of each round
    SCOPED_TRACE(of_seed);
    const std::vector<Row> rows = RowsOf(table, {absl::StrCat(2 * kTrials + of_seed)});
    ASSERT_THAT(rows, SizeIs(kEpochs));
    Network network({rows[0][1], rows[0][2]}, images.train, TrialSeed(kSeed, of_seed));
    for (size_t epoch = 0; epoch < kEpochs; ++epoch) {
      network.Learn(epoch);
      EXPECT_EQ(rows[epoch][3], absl::StrCat(epoch));
      EXPECT_EQ(Number(rows[epoch][4]), network.AccuracyOn(images.validation));
      EXPECT_EQ(Number(rows[epoch][5]), network.AccuracyOn(images.train));
    }
  }
}

TEST(SearchTwinTest, AllTrialsOfASeedStartAsTheSeedSays) {
  std::vector<std::string> flags = kFlags;
  flags.push_back("--same_start");
  const CsvTable table = ReadCsv(Tables(kSearch, flags) + ".csv");
  const Images images;
  for (size_t of_seed : {1, 5}) {
    const std::vector<Row> rows = RowsOf(table, {absl::StrCat(2 * kTrials + of_seed)});
    ASSERT_THAT(rows, SizeIs(kEpochs));
    Network network({rows[0][1], rows[0][2]}, images.train, kSeed);
    for (size_t epoch = 0; epoch < kEpochs; ++epoch) network.Learn(epoch);
    EXPECT_EQ(Number(rows.back()[4]), network.AccuracyOn(images.validation));
    EXPECT_EQ(Number(rows.back()[5]), network.AccuracyOn(images.train));
  }
}

TEST(SearchTwinTest, TheBestSettingLearnsFromAllImagesAndIsTested) {
  const CsvTable best = ReadCsv(Tables(kSearch, kFlags) + "_best.csv");
  ASSERT_THAT(best.rows, SizeIs(2));
  const Row& row = best.rows[1];
  const Images images;
  Network network({row[2], row[3]}, images.all, kSeed);
  for (size_t epoch = 0; epoch < kEpochs; ++epoch) network.Learn(epoch);
  EXPECT_EQ(Number(row[6]), network.AccuracyOn(images.mnist.test));
}

// The images are the first of the training data, each once: those that are for validation are in no
// other part.
TEST(SearchTwinTest, ImagesAreParted) {
  const Images images;
  const ImageDataset first = FirstImages(images.mnist.train, kImages);
  const auto sorted = [](const ImageDataset& dataset) {
    std::vector<std::vector<uint8_t>> pixels;
    const size_t size = dataset.pixels.size() / dataset.size();
    for (auto image = dataset.pixels.begin(); image != dataset.pixels.end(); image += size) {
      pixels.emplace_back(image, image + size);
    }
    std::ranges::sort(pixels);
    return pixels;
  };
  EXPECT_EQ(sorted(images.all), sorted(first));
  EXPECT_NE(images.all.pixels, first.pixels);
  const SearchData data(first, kValidationImages, kSeed);
  EXPECT_EQ(data.train().pixels, images.train.pixels);
  EXPECT_EQ(data.train().labels, images.train.labels);
}

}  // namespace
}  // namespace dlfs
