#include <cmath>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <set>
#include <utility>
#include <vector>

#include "chapter6/search_trial.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;

uint8_t LabelOf(size_t i) { return static_cast<uint8_t>(i * i / 3 % kClasses); }

// Images of 1 x 2 pixels: the number of each and its double.
ImageDataset NumberedImages(size_t count) {
  ImageDataset images = {.height = 1, .width = 2, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<uint8_t>(i));
    images.pixels.push_back(static_cast<uint8_t>(2 * i));
    images.labels.push_back(LabelOf(i));
  }
  return images;
}

// Their numbers, after a look at the other pixel and the label.
std::vector<uint32_t> Numbers(const ImageDataset& images) {
  std::vector<uint32_t> numbers;
  for (size_t i = 0; i < images.size(); ++i) {
    const uint32_t number = images.image(i)[0];
    EXPECT_EQ(images.image(i)[1], 2 * number);
    EXPECT_EQ(images.labels[i], LabelOf(number));
    numbers.push_back(number);
  }
  return numbers;
}

std::vector<uint32_t> Numbers(const Batch<float>& batch) {
  std::vector<uint32_t> numbers;
  for (size_t i = 0; i < batch.labels.size(); ++i) {
    numbers.push_back(static_cast<uint32_t>(std::lround(batch.x(i, 0) * 255)));
    EXPECT_FLOAT_EQ(batch.x(i, 1), 2 * batch.x(i, 0));
    EXPECT_EQ(batch.labels[i], LabelOf(numbers.back()));
  }
  return numbers;
}

using Sizes = std::pair<size_t, size_t>;  // all images and those for validation
class SearchDataTest : public testing::TestWithParam<Sizes> {};
INSTANTIATE_TEST_SUITE_P(All, SearchDataTest,
                         testing::Values(Sizes(2, 1), Sizes(50, 1), Sizes(50, 49), Sizes(50, 20),
                                         Sizes(100, 50)));

TEST_P(SearchDataTest, PartsTheImages) {
  const auto [count, validation] = GetParam();
  const SearchData data(NumberedImages(count), validation, 3);
  const std::vector<uint32_t> all = Numbers(data.all());
  const std::set<uint32_t> different(all.begin(), all.end());
  EXPECT_EQ(all.size(), count);
  EXPECT_EQ(different.size(), count);
  EXPECT_EQ(*different.rbegin(), count - 1);

  const auto first = all.begin() + static_cast<std::ptrdiff_t>(validation);
  EXPECT_EQ(data.train().size(), count - validation);
  EXPECT_EQ(data.validation_batch().x.rows(), validation);
  EXPECT_EQ(data.train_batch().x.rows(), count - validation);
  EXPECT_THAT(Numbers(data.validation_batch()), ElementsAreArray(all.begin(), first));
  EXPECT_THAT(Numbers(data.train_batch()), ElementsAreArray(first, all.end()));
  EXPECT_THAT(Numbers(data.train()), ElementsAreArray(first, all.end()));
}

TEST(SearchDataSeedTest, DecidesTheOrder) {
  const ImageDataset images = NumberedImages(100);
  const auto order = [&](uint64_t seed) { return Numbers(SearchData(images, 20, seed).all()); };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
  EXPECT_EQ(order(1), Numbers(SearchData(images, 70, 1).all())) << "another number for validation";
}

// Fisher and Yates, from the end. If this changes, so does the result of every search.
TEST(SearchDataSeedTest, OrderIsTheSameForEver) {
  std::vector<uint32_t> order(100);
  std::iota(order.begin(), order.end(), 0u);
  Random random(9, kShuffleStream);
  for (uint32_t last = 99; last > 0; --last) {
    std::swap(order[last], order[random.UniformInt(last + 1)]);
  }
  EXPECT_EQ(Numbers(SearchData(NumberedImages(100), 20, 9).all()), order);
}

TEST(SearchDataSeedTest, EachImageIsAtEachPlaceEquallyOften) {
  constexpr int kSeeds = 4000;
  constexpr size_t kCount = 12;
  const ImageDataset images = NumberedImages(kCount);
  std::vector<int> counts(kCount * kCount);  // image by place
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::vector<uint32_t> order = Numbers(SearchData(images, 3, seed).all());
    for (size_t place = 0; place < kCount; ++place) ++counts[order[place] * kCount + place];
  }
  const double expected = 1.0 * kSeeds / kCount;
  const double bound = 4 * std::sqrt(expected * (1 - 1.0 / kCount));
  EXPECT_THAT(counts,
              Each(testing::AllOf(testing::Gt(expected - bound), testing::Lt(expected + bound))));
}

TEST(SearchDataDeathTest, WithoutImagesInBothPartsDies) {
  const ImageDataset images = NumberedImages(10);
  EXPECT_DEATH(SearchData(images, 0, 0), "check failed");
  EXPECT_DEATH(SearchData(images, 10, 0), "check failed");
}

}  // namespace
}  // namespace dlfs
