#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "chapter6/hyperparameter_search.h"
#include "common/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Which points a search tries.
namespace dlfs {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr size_t kTrials = 100'000;

const std::vector<SearchRange> kBook = {{1e-8, 1e-4}, {1e-6, 1e-2}};
const std::vector<SearchRange> kUniform = {{-1, 3, Scale::kUniform}, {0.5, 0.9, Scale::kUniform}};

// The values that many trials take from range `i`, as shares of it; with the C library's logarithm.
std::vector<double> Positions(const std::vector<SearchRange>& ranges, size_t i, uint64_t seed) {
  const auto& [low, high, scale] = ranges[i];
  std::vector<double> positions;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    const double value = RandomPoint(ranges, seed, trial)[i];
    EXPECT_TRUE(value >= low && value <= high) << value;
    positions.push_back(scale == Scale::kLog ? std::log10(value / low) / std::log10(high / low)
                                             : (value - low) / (high - low));
  }
  return positions;
}

double Correlation(const std::vector<double>& a, const std::vector<double>& b, size_t lag = 0) {
  double sum = 0;  // of uniform ones, whose mean is 1/2 and whose variance is 1/12
  for (size_t i = lag; i < a.size(); ++i) sum += (a[i] - 0.5) * (b[i - lag] - 0.5);
  return 12 * sum / static_cast<double>(a.size() - lag);
}

using Ranges = std::pair<std::vector<SearchRange>, uint64_t>;  // and a seed
class RandomPointTest : public testing::TestWithParam<Ranges> {};
INSTANTIATE_TEST_SUITE_P(All, RandomPointTest,
                         testing::Values(Ranges(kBook, 0), Ranges(kUniform, 0), Ranges(kBook, 8),
                                         Ranges(std::vector{kBook[0], kUniform[0]},
                                                std::numeric_limits<uint64_t>::max())));

TEST_P(RandomPointTest, IsUniformOnTheScale) {
  for (const size_t i : {0, 1}) {
    std::vector<double> positions = Positions(GetParam().first, i, GetParam().second);
    double mean = 0, variance = 0, distance = 0;
    for (const double u : positions) mean += u / kTrials;
    for (const double u : positions) variance += (u - 0.5) * (u - 0.5) / kTrials;
    EXPECT_NEAR(mean, 0.5, 4 * std::sqrt(1.0 / 12 / kTrials));
    EXPECT_NEAR(variance, 1.0 / 12, 4 * std::sqrt(1.0 / 180 / kTrials));
    // Kolmogorov and Smirnov's largest distance between the distributions.
    std::ranges::sort(positions);
    for (size_t k = 0; k < kTrials; ++k) {
      const double below = static_cast<double>(k) / kTrials;
      distance = std::max({distance, positions[k] - below, below + 1.0 / kTrials - positions[k]});
    }
    constexpr double kOneInAThousand = 1.95;
    EXPECT_LT(distance, kOneInAThousand / std::sqrt(kTrials));
  }
}

TEST_P(RandomPointTest, RangesTrialsAndSeedsAreIndependent) {
  const auto& [ranges, seed] = GetParam();
  const std::vector<double> first = Positions(ranges, 0, seed), second = Positions(ranges, 1, seed);
  const double bound = 4 / std::sqrt(kTrials);
  EXPECT_LT(std::fabs(Correlation(first, second)), bound);
  EXPECT_LT(std::fabs(Correlation(first, first, 1)), bound);
  EXPECT_LT(std::fabs(Correlation(first, second, 1)), bound);
  EXPECT_LT(std::fabs(Correlation(second, first, 1)), bound);
  EXPECT_LT(std::fabs(Correlation(first, Positions(ranges, 0, seed + 1))), bound);
}

TEST(RandomPointSeedTest, DependsOnTheSeedAndTheTrialAndNothingElse) {
  std::vector<std::vector<double>> forwards, backwards;
  for (uint64_t trial = 0; trial < 50; ++trial) forwards.push_back(RandomPoint(kBook, 3, trial));
  for (uint64_t trial = 50; trial-- > 0;) {
    RandomPoint(kUniform, 4, trial);
    backwards.push_back(RandomPoint(kBook, 3, trial));
  }
  std::ranges::reverse(backwards);
  EXPECT_EQ(forwards, backwards);
  EXPECT_EQ(std::set(forwards.begin(), forwards.end()).size(), 50);
  for (uint64_t trial = 0; trial < 50; ++trial) {
    EXPECT_NE(forwards[trial], RandomPoint(kBook, 4, trial));
  }
}

// If one of these changes, so does the result of every search.
TEST(RandomPointSeedTest, IsTheSameForEver) {
  Random random(8, (uint64_t{1} << 32) + 5);
  const double u = random.Uniform(), v = random.Uniform();
  EXPECT_THAT(RandomPoint(kBook, 8, 5), ElementsAre(kBook[0].At(u), kBook[1].At(v)));
  EXPECT_THAT(RandomPoint({}, 8, 5), IsEmpty());
}

TEST(TrialSeedTest, IsAnotherForEverySeedAndTrial) {
  std::set<uint64_t> seeds, low_halves, high_halves;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    for (uint64_t trial = 0; trial < 100; ++trial) {
      const uint64_t drawn = TrialSeed(seed, trial);
      EXPECT_EQ(drawn, TrialSeed(seed, trial));
      seeds.insert(drawn);
      low_halves.insert(drawn & 0xffffffff);
      high_halves.insert(drawn >> 32);
    }
  }
  EXPECT_EQ(seeds.size(), 10'000);
  EXPECT_GT(low_halves.size(), 9'990);  // 2^32 values: hardly ever twice the same
  EXPECT_GT(high_halves.size(), 9'990);
}

// The bits that make a uniform number are not those of the seed.
TEST(TrialSeedTest, HasNothingToDoWithThePoint) {
  const std::vector<SearchRange> unit = {{0, 1, Scale::kUniform}, {0, 1, Scale::kUniform}};
  std::vector<double> points, high_halves, low_halves;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    points.push_back(RandomPoint(unit, 8, trial)[0]);
    const uint64_t seed = TrialSeed(8, trial);
    high_halves.push_back(static_cast<double>(seed >> 32) * 0x1p-32);
    low_halves.push_back(static_cast<double>(seed & 0xffffffff) * 0x1p-32);
  }
  for (const auto& halves : {high_halves, low_halves}) {
    EXPECT_NEAR(Correlation(halves, halves), 1, 0.02) << "uniform";
    EXPECT_LT(std::fabs(Correlation(points, halves)), 4 / std::sqrt(kTrials));
  }
  EXPECT_LT(std::fabs(Correlation(high_halves, low_halves)), 4 / std::sqrt(kTrials));
}

class GridPointTest : public testing::TestWithParam<std::pair<size_t, size_t>> {};
INSTANTIATE_TEST_SUITE_P(SideAndRanges, GridPointTest,
                         testing::Values(std::pair(1, 2), std::pair(2, 1), std::pair(2, 2),
                                         std::pair(3, 3), std::pair(10, 2), std::pair(7, 1)));

TEST_P(GridPointTest, IsAnotherForEachTrialAndAllAreTheGrid) {
  const auto [side, n] = GetParam();
  const std::vector<SearchRange> all = {kBook[0], kUniform[0], kBook[1]};
  const std::vector<SearchRange> ranges(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
  std::set<std::vector<double>> points;
  std::vector<std::set<double>> values(n);
  size_t trials = 1;
  for (size_t i = 0; i < n; ++i) trials *= side;
  for (size_t trial = 0; trial < trials; ++trial) {
    const std::vector<double> point = GridPoint(ranges, side, trial);
    ASSERT_EQ(point.size(), n);
    points.insert(point);
    for (size_t i = 0; i < n; ++i) values[i].insert(point[i]);
  }
  EXPECT_EQ(points.size(), trials);
  for (size_t i = 0; i < n; ++i) {
    EXPECT_EQ(values[i].size(), side);
    if (side == 1) continue;
    size_t k = 0;
    for (const double value : values[i]) {
      EXPECT_NEAR(ranges[i].PositionOf(value), k++ / (side - 1.0), 1e-12);
    }
    EXPECT_EQ(*values[i].begin(), ranges[i].low);
    EXPECT_EQ(*values[i].rbegin(), ranges[i].high);
  }
  EXPECT_DEATH(GridPoint(ranges, side, trials), "check failed");
}

TEST(GridSideTest, IsTheRootOfASquareNumber) {
  for (size_t side = 1; side < 400; ++side) {
    EXPECT_EQ(GridSide(side * side), side);
    if (side > 1) {
      EXPECT_EQ(GridSide(side * side - 1), std::nullopt);
    }
    EXPECT_EQ(GridSide(side * side + 1), std::nullopt);
  }
}

TEST(GridPointOrderTest, TheLastRangeIsTheFastest) {
  const std::vector<SearchRange> ranges = {{0, 2, Scale::kUniform}, {5, 7, Scale::kUniform}};
  std::vector<std::pair<double, double>> points;
  for (size_t trial = 0; trial < 9; ++trial) {
    const std::vector<double> point = GridPoint(ranges, 3, trial);
    points.emplace_back(point[0], point[1]);
  }
  EXPECT_THAT(points, ElementsAre(Pair(0, 5), Pair(0, 6), Pair(0, 7), Pair(1, 5), Pair(1, 6),
                                  Pair(1, 7), Pair(2, 5), Pair(2, 6), Pair(2, 7)));
}

TEST(GridPointOrderTest, ASideOf1IsTheMiddle) {
  EXPECT_THAT(GridPoint(kUniform, 1, 0), ElementsAre(1, DoubleEq(0.7)));
  EXPECT_NEAR(GridPoint(kBook, 1, 0)[1], 1e-4, 1e-17);
}

TEST(GridPointDeathTest, ASideOf0Dies) {
  EXPECT_DEATH(GridPoint(kBook, 0, 0), "check failed: side > 0");
}

}  // namespace
}  // namespace dlfs
