#include "datasets/accuracy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "common/layers/affine.h"
#include "common/layers/network.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::IsNan;
using ::testing::Optional;

constexpr size_t kImages = 23;

// Images of ten pixels, and a network of one layer that finds the brightest of them.
class AccuracyTest : public testing::TestWithParam<size_t> {
 protected:
  AccuracyTest()
      : network_({{"W1", 10, 10, ParameterKind::kWeight}, {"b1", 1, 10, ParameterKind::kBias}},
                 GetParam(), 10) {
    network_.Add(std::make_unique<Affine<float>>(network_.arena()["W1"], network_.arena()["b1"],
                                                 GetParam()));
    for (size_t j = 0; j < 10; ++j) network_.arena()["W1"].value(j, j) = 1;
  }

  // The same from a data set, from batches of at most GetParam() images, and from one batch of all.
  void ExpectAccuracy(const testing::Matcher<double>& expected) {
    EXPECT_THAT(Accuracy(network_, images_), Optional(expected));
    BatchBuffer<float> all(images_, kImages);
    EXPECT_THAT(Accuracy(network_, all.GatherAll()), Optional(expected));
  }

  ImageDataset images_ = RandomImages(kImages, 2, 5);
  Network<float> network_;
};

// Of one image, of several with 2 and with 1 of the 23 left over, of all, and room for more.
INSTANTIATE_TEST_SUITE_P(LargestBatch, AccuracyTest, testing::Values(1, 7, 11, 22, 23, 100));

// The label of image i is its brightest pixel for i < right, and another for the others.
void SetLabels(size_t right, ImageDataset& images) {
  for (size_t i = 0; i < images.size(); ++i) {
    const auto pixels = images.image(i);
    const auto brightest = std::ranges::max_element(pixels) - pixels.begin();
    images.labels[i] = static_cast<uint8_t>((brightest + (i < right ? 0 : 3)) % 10);
  }
}

TEST_P(AccuracyTest, IsTheShareOfTheImagesThatAreRight) {
  for (const size_t right : {size_t{0}, size_t{1}, size_t{16}, size_t{22}, kImages}) {
    SetLabels(right, images_);
    ExpectAccuracy(static_cast<double>(right) / kImages);
  }
}

TEST_P(AccuracyTest, OfADivergedNetworkIsNan) {
  std::ranges::fill(network_.arena().values(), std::numeric_limits<float>::quiet_NaN());
  ExpectAccuracy(IsNan());
}

// Weights so large that only an image with bright pixels overflows.
TEST_P(AccuracyTest, OfANetworkThatDivergesForTheLastImageOnlyIsNan) {
  std::ranges::fill(images_.pixels, 0);
  const MatrixView<float> W = network_.arena()["W1"].value;
  for (size_t i = 0; i < 10; ++i) std::ranges::fill(W.row(i), 3e38f);
  SetLabels(kImages, images_);
  ExpectAccuracy(1);
  std::fill(images_.pixels.end() - 10, images_.pixels.end(), 255);
  ExpectAccuracy(IsNan());
}

// --- An evaluation that is asked to stop ---

int asked, yes_from;  // how often stop() was asked, and from which time on it says yes

bool Stop() { return ++asked >= yes_from; }

// However large the mini-batches, it is asked so often.
TEST(StoppedAccuracyTest, IsNoneFromAnyBlockOn) {
  constexpr size_t kBlocks = 3;
  const ImageDataset images = RandomImages((kBlocks - 1) * kEvaluationBatch + 1, 2, 5);
  BatchBuffer<float> all(images, images.size());
  Network<float> network(
      {{"W1", 10, 10, ParameterKind::kWeight}, {"b1", 1, 10, ParameterKind::kBias}}, 60000, 10);
  network.Add(std::make_unique<Affine<float>>(network.arena()["W1"], network.arena()["b1"], 60000));
  for (yes_from = 1; yes_from <= static_cast<int>(kBlocks) + 1; ++yes_from) {
    const bool stopped = yes_from <= static_cast<int>(kBlocks);
    asked = 0;
    EXPECT_EQ(Accuracy(network, images, Stop).has_value(), !stopped) << yes_from;
    EXPECT_EQ(asked, std::min<int>(yes_from, kBlocks));
    asked = 0;
    EXPECT_EQ(Accuracy(network, all.GatherAll(), Stop).has_value(), !stopped) << yes_from;
    EXPECT_EQ(asked, std::min<int>(yes_from, kBlocks));
  }
}

}  // namespace
}  // namespace dlfs
