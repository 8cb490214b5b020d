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
  void ExpectAccuracy(testing::Matcher<double> expected) {
    EXPECT_THAT(Accuracy(network_, images_), expected);
    BatchBuffer<float> all(images_, kImages);
    EXPECT_THAT(Accuracy(network_, all.GatherAll()), expected);
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

}  // namespace
}  // namespace dlfs
