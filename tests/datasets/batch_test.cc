#include "datasets/batch.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

// Pixel p of image i is (i + p) mod 256, its label i mod 10.
ImageDataset Images(size_t count, size_t height, size_t width) {
  ImageDataset dataset{.height = height, .width = width, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    for (size_t p = 0; p < height * width; ++p) {
      dataset.pixels.push_back(static_cast<uint8_t>(i + p));
    }
    dataset.labels.push_back(static_cast<uint8_t>(i % kClasses));
  }
  return dataset;
}

template <typename T>
void ExpectImages(const Batch<T>& batch, const std::vector<size_t>& images, size_t pixels) {
  ASSERT_EQ(batch.x.rows(), images.size());
  ASSERT_EQ(batch.x.cols(), pixels);
  ASSERT_EQ(batch.labels.size(), images.size());
  for (size_t r = 0; r < images.size(); ++r) {
    EXPECT_EQ(batch.labels[r], images[r] % kClasses);
    for (size_t p = 0; p < pixels; ++p) {
      ASSERT_EQ(batch.x(r, p), T{static_cast<float>((images[r] + p) % 256) / 255.0f})
          << "row " << r << ", pixel " << p;
    }
  }
}

template <typename T>
class BatchTest : public testing::Test {};

using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(BatchTest, Types);

// 7 x 37 = 259 pixels: all 256 values, and a tail for vectors of any length.
TYPED_TEST(BatchTest, GatherScalesThePixelsOfTheChosenImages) {
  const ImageDataset dataset = Images(30, 7, 37);
  const Isa isa_before = CurrentIsa();
  for (Isa isa : SupportedIsas()) {
    SCOPED_TRACE(IsaName(isa));
    SetCurrentIsa(isa);
    BatchBuffer<TypeParam> buffer(dataset, 4);
    ExpectImages(buffer.Gather(std::vector<uint32_t>{29, 0, 13, 13}), {29, 0, 13, 13}, 259);
    ExpectImages(buffer.Gather(std::vector<uint32_t>{7}), {7}, 259);
    ExpectImages(buffer.Gather({}), {}, 259);
  }
  SetCurrentIsa(isa_before);
}

TYPED_TEST(BatchTest, GatherRangeTakesNeighbours) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> buffer(dataset, 3);
  ExpectImages(buffer.GatherRange(0, 3), {0, 1, 2}, 6);
  ExpectImages(buffer.GatherRange(3, 2), {3, 4}, 6);
}

TYPED_TEST(BatchTest, GatherAllTakesEachImageOnceInOrder) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> buffer(dataset, 5);
  buffer.Gather(std::vector<uint32_t>{4, 4});  // leaves its traces
  ExpectImages(buffer.GatherAll(), {0, 1, 2, 3, 4}, 6);
}

TYPED_TEST(BatchTest, MoreImagesThanFitOrThereAreDie) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> small(dataset, 4), large(dataset, 9);
  EXPECT_DEATH(small.GatherAll(), "check failed");
  EXPECT_DEATH(small.Gather(std::vector<uint32_t>(5)), "check failed");
  EXPECT_DEATH(large.GatherRange(2, 4), "check failed");
}

// The data set of the sampler's tests: images of one pixel, whose value is the image's number.
constexpr size_t kImages = 50;

template <typename T>
std::vector<int> Next(BatchSampler<T>& sampler) {
  const Batch<T> batch = sampler.Next();
  std::vector<int> images;
  for (size_t r = 0; r < batch.x.rows(); ++r) {
    images.push_back(static_cast<int>(std::lround(255 * batch.x(r, 0))));
    EXPECT_EQ(batch.labels[r], images.back() % kClasses);
  }
  return images;
}

TYPED_TEST(BatchTest, SamplerIsUniformWithReplacement) {
  const ImageDataset dataset = Images(kImages, 1, 1);
  BatchSampler<TypeParam> sampler(dataset, kImages, Random(0, kBatchStream));
  constexpr size_t kBatches = 400;
  std::array<double, kImages> counts = {};
  double distinct = 0;
  for (size_t b = 0; b < kBatches; ++b) {
    const std::vector<int> images = Next(sampler);
    for (int image : images) ++counts[image];
    distinct += std::set(images.begin(), images.end()).size();
  }
  double chi_square = 0;
  for (double count : counts) chi_square += (count - kBatches) * (count - kBatches) / kBatches;
  // 49 degrees of freedom: outside once in 5,000 seeds; below would be too even to be independent.
  EXPECT_THAT(chi_square, AllOf(Ge(20), Le(95)));
  // With replacement, a batch as large as the data set holds 1 - (1 - 1/n)^n = 0.636 of it.
  EXPECT_NEAR(distinct / kBatches / kImages, 1 - std::pow(1 - 1.0 / kImages, kImages), 0.01);
}

TYPED_TEST(BatchTest, SamplerIsDecidedBySeedAndStream) {
  const ImageDataset dataset = Images(kImages, 1, 1);
  const auto draw = [&dataset](uint64_t seed, uint64_t stream) {
    BatchSampler<TypeParam> sampler(dataset, 30, Random(seed, stream));
    std::vector<std::vector<int>> batches;
    for (int b = 0; b < 3; ++b) batches.push_back(Next(sampler));
    return batches;
  };
  const std::vector<std::vector<int>> batches = draw(3, kBatchStream);
  EXPECT_EQ(batches, draw(3, kBatchStream));
  EXPECT_NE(batches, draw(4, kBatchStream));
  EXPECT_NE(batches, draw(3, kWeightStream));
  EXPECT_NE(batches[0], batches[1]);
}

TYPED_TEST(BatchTest, SamplerDrawsAsManyAsAsked) {
  const ImageDataset dataset = Images(kImages, 1, 1);
  for (size_t batch_size : {size_t{1}, size_t{7}, kImages, 3 * kImages}) {
    BatchSampler<TypeParam> sampler(dataset, batch_size, Random(0, kBatchStream));
    EXPECT_EQ(Next(sampler).size(), batch_size);
  }
}

}  // namespace
}  // namespace dlfs
