#include "chapter6/hyperparameter_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "common/random.h"
#include "gtest/gtest.h"

// What a search makes of its scores. The ranges, and the points that it tries, have tests of their
// own: search_range_test.cc and search_points_test.cc.
namespace dlfs {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Ranking {
  std::string name;
  std::vector<TrialScore> scores;  // validation, train, mean_validation
  std::vector<size_t> order;
};
void PrintTo(const Ranking& ranking, std::ostream* out) { *out << ranking.name; }

class RankTrialsTest : public testing::TestWithParam<Ranking> {};

TEST_P(RankTrialsTest, PutsTheBestFirst) {
  EXPECT_EQ(RankTrials(GetParam().scores), GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(
    All, RankTrialsTest,
    testing::Values(
        Ranking{"None", {}, {}}, Ranking{"One", {{0.1, 0.2, 0.3}}, {0}},
        Ranking{"ADivergedOne", {{kNan, kNan, kNan}}, {0}},
        Ranking{"ValidationDecides", {{0.5, 1, 1}, {0.7, 0, 0}, {0.6, 0.9, 0.9}}, {1, 2, 0}},
        Ranking{"ThenTraining", {{0.5, 0.6, 1}, {0.5, 0.8, 0}, {0.5, 0.7, 0.5}}, {1, 2, 0}},
        Ranking{"ThenTheMean", {{0.5, 0.6, 0.1}, {0.5, 0.6, 0.3}, {0.5, 0.6, 0.2}}, {1, 2, 0}},
        Ranking{"ThenTheNumber",
                {{0.5, 0.6, 0.1}, {0.9, 0, 0}, {0.5, 0.6, 0.1}, {0.5, 0.6, 0.1}},
                {1, 0, 2, 3}},
        Ranking{"DivergedLast", {{kNan, kNan, kNan}, {0, 0, 0}, {kNan, kNan, kNan}}, {1, 0, 2}},
        Ranking{"DivergedAmongThemselves",
                {{kNan, kNan, kNan}, {kNan, 0.1, kNan}, {kNan, kNan, 0.1}, {kNan, 0.2, kNan}},
                {3, 1, 2, 0}},
        Ranking{"NoTrainingAccuracyIsLessThanNone", {{0.5, kNan, 1}, {0.5, 0, kNan}}, {1, 0}},
        Ranking{"NoMeanIsLessThan0", {{0.5, 0.5, kNan}, {0.5, 0.5, 0}}, {1, 0}}),
    [](const auto& info) { return info.param.name; });

TEST(RankManyTrialsTest, IsAPermutationInOrder) {
  Random random(1, 0);
  const auto accuracy = [&] {
    const uint32_t share = random.UniformInt(6);  // many ties
    return share == 5 ? kNan : share / 4.0;
  };
  std::vector<TrialScore> scores(500);
  for (TrialScore& score : scores) score = {accuracy(), accuracy(), accuracy()};
  const std::vector<size_t> order = RankTrials(scores);
  std::vector<bool> there(scores.size());
  for (const size_t i : order) there.at(i) = true;
  EXPECT_EQ(std::ranges::count(there, true), 500);
  const auto compare = [](double a, double b) {  // > 0: a is better
    return std::isnan(a) || std::isnan(b) ? std::isnan(b) - std::isnan(a) : (a > b) - (a < b);
  };
  for (size_t k = 1; k < order.size(); ++k) {
    const TrialScore &a = scores[order[k - 1]], &b = scores[order[k]];
    int sign = compare(a.validation, b.validation);
    if (sign == 0) sign = compare(a.train, b.train);
    if (sign == 0) sign = compare(a.mean_validation, b.mean_validation);
    EXPECT_TRUE(sign > 0 || (sign == 0 && order[k - 1] < order[k])) << k;
  }
}

TEST(NarrowRangeTest, AddsAMarginOfTheMeanGap) {
  // At 1/4, 1/3 and 5/12 of the six powers of ten.
  const SearchRange log =
      NarrowRange({1, 1e6}, std::vector<double>{100, std::sqrt(1e5), std::sqrt(1e3)});
  EXPECT_DOUBLE_EQ(log.low, 10);
  EXPECT_DOUBLE_EQ(log.high, 1000);
  EXPECT_EQ(log.scale, Scale::kLog);
  const SearchRange uniform = NarrowRange({0, 10, Scale::kUniform}, std::vector<double>{5, 3});
  EXPECT_DOUBLE_EQ(uniform.low, 1);
  EXPECT_DOUBLE_EQ(uniform.high, 7);
  EXPECT_EQ(uniform.scale, Scale::kUniform);
}

TEST(NarrowRangeTest, AddsAtLeastATwentieth) {
  const SearchRange range = {0, 100, Scale::kUniform};
  const auto expect = [&](const std::vector<double>& values, double low, double high) {
    EXPECT_DOUBLE_EQ(NarrowRange(range, values).low, low);
    EXPECT_DOUBLE_EQ(NarrowRange(range, values).high, high);
  };
  expect({40}, 35, 45);
  expect({40, 40, 40}, 35, 45);
  expect({40, 44}, 35, 49);
  expect({50, 40, 45, 42, 48, 49}, 35, 55);
  expect({2, 1}, 0, 7);  // no further than the range
  expect({98}, 93, 100);
}

class NarrowAnyRangeTest : public testing::TestWithParam<SearchRange> {};
INSTANTIATE_TEST_SUITE_P(All, NarrowAnyRangeTest,
                         testing::Values(SearchRange{1e-6, 1e-2}, SearchRange{0.3, 0.4},
                                         SearchRange{-7, 3.3, Scale::kUniform},
                                         SearchRange{1e-3, 1e5, Scale::kUniform}));

TEST_P(NarrowAnyRangeTest, HasAllBestValuesAndIsInTheOldOne) {
  const SearchRange range = GetParam();
  Random random(2, 0);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<double> values(1 + random.UniformInt(6));
    const double center = random.Uniform(), width = std::pow(random.Uniform(), 4);
    for (double& value : values) {
      value = range.At(center + width * (random.Uniform() - 0.5));  // often the very ends
    }
    const SearchRange narrow = NarrowRange(range, values);
    const auto [least, largest] = std::ranges::minmax(values);
    ASSERT_LE(narrow.low, least);
    ASSERT_GE(narrow.high, largest);
    ASSERT_GE(narrow.low, range.low);
    ASSERT_LE(narrow.high, range.high);
    ASSERT_LT(narrow.low, narrow.high);
    ASSERT_EQ(narrow.scale, range.scale);
    // A margin at each side, so three times as wide at most.
    const double spread = range.PositionOf(largest) - range.PositionOf(least);
    ASSERT_LE(range.PositionOf(narrow.high) - range.PositionOf(narrow.low),
              std::max(3 * spread, spread + 0.1) + 1e-12);
  }
}

// Again and again, around the same value wherever it is: far beyond what anybody does, until there
// are no more numbers between.
TEST_P(NarrowAnyRangeTest, StaysARangeHoweverOftenItIsNarrowed) {
  for (int i = 0; i <= 50; ++i) {
    const double value = GetParam().At(i / 50.0);
    SearchRange range = GetParam();
    for (int round = 0; round < 100; ++round) {
      range = NarrowRange(range, std::vector<double>{value});
      ASSERT_LT(range.low, range.high) << i << " " << round;
      ASSERT_LE(range.low, value) << i << " " << round;
      ASSERT_GE(range.high, value) << i << " " << round;
    }
    EXPECT_NEAR(range.low, range.high, 1e-12 * (GetParam().high - GetParam().low));
  }
}

TEST(NarrowRangeTest, ARangeOfAFewNumbersKeepsItsBestValue) {
  for (const double low : {0.001, 0.3, 1000.0}) {
    double high = low;
    for (int numbers = 1; numbers < 100; ++numbers) {
      high = std::nextafter(high, 2 * low);
      for (double value = low; value <= high; value = std::nextafter(value, 2 * low)) {
        const SearchRange narrow = NarrowRange({low, high}, std::vector<double>{value});
        ASSERT_TRUE(narrow.low <= value && value <= narrow.high) << low << " " << numbers;
        ASSERT_TRUE(low <= narrow.low && narrow.low < narrow.high && narrow.high <= high);
      }
    }
  }
}

TEST(NarrowRangeDeathTest, NoValuesDie) { EXPECT_DEATH(NarrowRange({1, 2}, {}), "check failed"); }

}  // namespace
}  // namespace dlfs
