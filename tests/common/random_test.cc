#include "common/matrix/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Lt;

constexpr size_t kSamples = 1'000'000;

template <typename Draw>
auto Sample(size_t size, Draw draw) {
  std::vector<decltype(draw())> sample(size);
  std::ranges::generate(sample, draw);
  return sample;
}

// Random123's known answer for Philox4x32 with 10 rounds, counter 0 and key 0.
TEST(Random, IsPhilox) {
  Random random(0, 0);
  EXPECT_THAT(Sample(4, [&] { return random.Bits32(); }),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
}

// If one of these changes, so does the result of every experiment.
TEST(Random, NumbersAreTheSameForEver) {
  Random uniform(1, 2), normal(1, 2), integer(1, 2);
  EXPECT_THAT(Sample(3, [&] { return uniform.Uniform(); }),
              ElementsAre(0x1.ce6809a33b717p-1, 0x1.f838b90a0afdcp-3, 0x1.6f6982f6c12c1p-1));
  EXPECT_THAT(Sample(3, [&] { return normal.Normal(); }),
              ElementsAre(0x1.7d4cf3e968311p-2, -0x1.e019d9627ae21p-3, 0x1.d4a75ab7812aep-1));
  EXPECT_THAT(Sample(5, [&] { return integer.UniformInt(60000); }),
              ElementsAre(54188, 33030, 14772, 2353, 43056));
}

TEST(Random, SameSeedAndStreamAreTheSameNumbers) {
  Random one(7, 3), other(7, 3);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(one.Normal(), other.Normal());
}

// Each bit of a seed and of a stream, low or high, makes numbers that have nothing to do with those
// of the others.
TEST(Random, SeedsAndStreamsAreIndependent) {
  constexpr size_t kSize = 10'000;
  std::vector<std::vector<double>> samples;
  for (auto [seed, stream] : {std::pair<uint64_t, uint64_t>{0, 0},
                              {1, 0},
                              {uint64_t{1} << 63, 0},
                              {0, 1},
                              {0, uint64_t{1} << 63},
                              {1, 1}}) {
    Random random(seed, stream);
    samples.push_back(Sample(kSize, [&] { return random.Normal(); }));
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double correlation =
          std::inner_product(samples[i].begin(), samples[i].end(), samples[j].begin(), 0.0) / kSize;
      EXPECT_LT(std::fabs(correlation), 4 / std::sqrt(kSize)) << i << " and " << j;
    }
  }
}

TEST(Random, SuccessiveNumbersAreUncorrelated) {
  Random random(0, 0);
  const std::vector<double> sample = Sample(kSamples, [&] { return random.Normal(); });
  for (int lag : {1, 2, 3, 4}) {
    const double correlation =
        std::inner_product(sample.begin() + lag, sample.end(), sample.begin(), 0.0) / kSamples;
    EXPECT_LT(std::fabs(correlation), 4 / std::sqrt(kSamples)) << "lag " << lag;
  }
}

// Expects the first four moments (mean, variance, skewness, kurtosis) of a sample from a symmetric
// distribution within 4 standard errors. moments: E x^2, E x^4, E x^6, E x^8
void ExpectMoments(const std::vector<double>& sample, const std::array<double, 4>& moments) {
  const auto moment = [&](int p) { return p % 2 == 1 ? 0 : moments[p / 2 - 1]; };
  for (int p = 1; p <= 4; ++p) {
    double mean = 0;
    for (double x : sample) mean += std::pow(x, p) / sample.size();
    const double variance = moment(2 * p) - moment(p) * moment(p);
    EXPECT_NEAR(mean, moment(p), 4 * std::sqrt(variance / sample.size())) << "moment " << p;
  }
}

TEST(Random, UniformHasItsMoments) {
  Random random(0, 0);
  std::vector<double> sample = Sample(kSamples, [&] { return random.Uniform(); });
  EXPECT_THAT(sample, Each(AllOf(Ge(0), Lt(1))));
  for (double& x : sample) x = 2 * x - 1;
  ExpectMoments(sample, {1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9});
}

TEST(Random, NormalHasItsMoments) {
  Random random(0, 0);
  ExpectMoments(Sample(kSamples, [&] { return random.Normal(); }), {1, 3, 15, 105});
}

TEST(Random, UniformIsAMultipleOf2ToTheMinus53) {
  Random random(0, 0);
  bool uses_last_bit = false;
  for (int i = 0; i < 100; ++i) {
    const double multiple = std::ldexp(random.Uniform(), 53);
    EXPECT_EQ(multiple, std::floor(multiple));
    uses_last_bit |= std::fmod(multiple, 2) == 1;
  }
  EXPECT_TRUE(uses_last_bit);
}

// Pearson's χ² of equally likely classes.
double ChiSquare(const std::vector<int>& counts) {
  const double expected = static_cast<double>(kSamples) / static_cast<double>(counts.size());
  double sum = 0;
  for (int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

class UniformIntTest : public testing::TestWithParam<uint32_t> {};
// 3 · 2^30 is where a modulo, or a product without Lemire's rejection, makes every third number
// twice as frequent.
INSTANTIATE_TEST_SUITE_P(Random, UniformIntTest, testing::Values(3, 12, 60000, uint32_t{3} << 30));

TEST_P(UniformIntTest, IsInRangeAndUnbiased) {
  const uint32_t n = GetParam();
  Random random(0, 0);
  std::vector<int> remainders(3), thirds(3);
  for (size_t i = 0; i < kSamples; ++i) {
    const uint32_t value = random.UniformInt(n);
    ASSERT_LT(value, n);
    ++remainders[value % 3];
    ++thirds[value / (n / 3)];
  }
  constexpr double kOneInAThousand = 13.8;  // of χ² with 2 degrees of freedom
  EXPECT_LT(ChiSquare(remainders), kOneInAThousand);
  EXPECT_LT(ChiSquare(thirds), kOneInAThousand);
}

TEST(Random, UniformIntOf1Is0) {
  Random random(0, 0);
  EXPECT_THAT(Sample(100, [&] { return random.UniformInt(1); }), Each(0));
}

TEST(RandomDeathTest, UniformIntOf0Dies) {
  EXPECT_DEATH(Random(0, 0).UniformInt(0), "check failed");
}

}  // namespace
}  // namespace dlfs
