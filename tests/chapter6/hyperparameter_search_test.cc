// What a search tries, and what it makes of the scores: ranges, points, ranks and rounds.
#include "chapter6/hyperparameter_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chapter6/gaussian_process.h"
#include "chapter6/settings.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {

void PrintTo(const SearchRange& range, std::ostream* out) {
  *out << SearchRangeText(range) << " " << kScaleNames[static_cast<size_t>(range.scale)];
}

namespace {

using ::testing::AllOf;
using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// --- Ranges ---

constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kMin = std::numeric_limits<double>::min();

// Wide and narrow ones, of both signs; the ends of most are no round numbers in binary.
const auto kRanges = testing::Values(
    SearchRange{1e-6, 1e-2}, SearchRange{1e-8, 1e-4}, SearchRange{0.3, 0.7}, SearchRange{7, 4000},
    SearchRange{kMin, kMax}, SearchRange{1, 1.0001}, SearchRange{0.1, 0.9, Scale::kUniform},
    SearchRange{-5, 3, Scale::kUniform}, SearchRange{0, 1e-3, Scale::kUniform},
    SearchRange{-8e307, 8e307, Scale::kUniform});

class SearchRangeTest : public testing::TestWithParam<SearchRange> {};
INSTANTIATE_TEST_SUITE_P(All, SearchRangeTest, kRanges);

TEST_P(SearchRangeTest, HasBothEndsAndNothingBeyond) {
  const SearchRange range = GetParam();
  EXPECT_EQ(range.At(0), range.low);
  EXPECT_EQ(range.At(1), range.high);
  EXPECT_EQ(range.At(-0.5), range.low);
  EXPECT_EQ(range.At(1.5), range.high);
  for (const double almost : {0x1p-53, 0x1p-1022}) {
    EXPECT_THAT(range.At(almost), AllOf(Ge(range.low), Le(range.high)));
    EXPECT_THAT(range.At(1 - almost), AllOf(Ge(range.low), Le(range.high)));
  }
}

TEST_P(SearchRangeTest, RisesFromEndToEnd) {
  double before = GetParam().low;
  for (int i = 1; i <= 10'000; ++i) {
    const double value = GetParam().At(i / 1e4);
    ASSERT_GT(value, before) << i;
    before = value;
  }
  EXPECT_EQ(before, GetParam().high);
}

TEST_P(SearchRangeTest, PositionOfIsTheInverse) {
  for (int i = 0; i <= 1000; ++i) {
    EXPECT_NEAR(GetParam().PositionOf(GetParam().At(i / 1e3)), i / 1e3, 1e-11);
  }
  EXPECT_EQ(GetParam().PositionOf(GetParam().low), 0);
  EXPECT_EQ(GetParam().PositionOf(GetParam().high), 1);
}

TEST_P(SearchRangeTest, EqualStepsAreEqualRatiosOrEqualDifferences) {
  const auto& [low, high, scale] = GetParam();
  for (const double u : {0.125, 0.5, 0.9}) {
    const double value = GetParam().At(u);
    if (scale == Scale::kLog) {
      EXPECT_NEAR(value / (std::pow(low, 1 - u) * std::pow(high, u)), 1, 1e-12) << u;
    } else {
      EXPECT_NEAR(value, low * (1 - u) + high * u, 1e-15 * (high - low)) << u;
    }
  }
}

TEST(SearchRangeAtTest, TheMiddleIsTheGeometricOrTheArithmeticMean) {
  EXPECT_NEAR((SearchRange{1e-6, 1e-2}.At(0.5)), 1e-4, 1e-17);
  EXPECT_DOUBLE_EQ((SearchRange{2, 8}.At(0.5)), 4);
  EXPECT_DOUBLE_EQ((SearchRange{2, 8, Scale::kUniform}.At(0.5)), 5);
}

TEST_P(SearchRangeTest, IsReadFromItsText) {
  const absl::StatusOr<SearchRange> read =
      SearchRangeFromText(SearchRangeText(GetParam()), GetParam().scale);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, GetParam());
}

TEST(SearchRangeFromTextTest, ReadsTwoNumbers) {
  EXPECT_EQ(SearchRangeFromText("1e-6:0.01", Scale::kLog).value(), (SearchRange{1e-6, 0.01}));
  EXPECT_EQ(SearchRangeFromText("-2:.5", Scale::kUniform).value(),
            (SearchRange{-2, 0.5, Scale::kUniform}));
  EXPECT_EQ(SearchRangeFromText("0:1", Scale::kUniform).value(),
            (SearchRange{0, 1, Scale::kUniform}));
  EXPECT_EQ(SearchRangeText({1e-6, 0.01}), "1e-06:0.01");
}

struct BadRange {
  std::string text;
  Scale scale;
  std::string expected;
};
void PrintTo(const BadRange& bad, std::ostream* out) { *out << "'" << bad.text << "'"; }

class BadRangeTest : public testing::TestWithParam<BadRange> {};

TEST_P(BadRangeTest, IsAnErrorThatSaysWhatWasExpectedAndFound) {
  const absl::Status status = SearchRangeFromText(GetParam().text, GetParam().scale).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("expected " + GetParam().expected),
                                                   HasSubstr("found '" + GetParam().text + "'")));
}

const std::string kTwoNumbers = "a range LOW:HIGH of two numbers, such as 1e-6:0.01";
const std::string kInOrder = "a range LOW:HIGH with LOW below HIGH";
const std::string kPositive = "a range above 0, as its scale is logarithmic";

std::vector<BadRange> Bad(const std::vector<std::string>& texts, Scale scale,
                          const std::string& expected) {
  std::vector<BadRange> bad;
  for (const std::string& text : texts) bad.push_back({text, scale, expected});
  return bad;
}

INSTANTIATE_TEST_SUITE_P(
    NotTwoNumbers, BadRangeTest,
    testing::ValuesIn(Bad({"",      ":",      "1",        "1:",       ":1",           "1:2:3",
                           "1:2:",  "::",     "low:high", "1:x",      "x:1",          "1x:2",
                           "1-2",   "1,2",    "0.1 0.2",  "nan:1",    "1:nan",        "nan:nan",
                           "1:inf", "-inf:1", "1:1e999",  "-1e999:1", "-1e308:1e308", "1e:2"},
                          Scale::kUniform, kTwoNumbers)));
INSTANTIATE_TEST_SUITE_P(NotInOrder, BadRangeTest,
                         testing::ValuesIn(Bad({"2:1", "1:1", "0:-0", "1e-999:0", "1:-1"},
                                               Scale::kUniform, kInOrder)));
INSTANTIATE_TEST_SUITE_P(NotInOrderOnALogScale, BadRangeTest,
                         testing::ValuesIn(Bad({"2:1", "1:1", "1:0", "-1:-2"}, Scale::kLog,
                                               kInOrder)));
INSTANTIATE_TEST_SUITE_P(NotPositive, BadRangeTest,
                         testing::ValuesIn(Bad({"0:1", "-0:1", "-1:1", "-2:-1", "1e-999:1"},
                                               Scale::kLog, kPositive)));

TEST(NameTest, EachIsKnown) {
  EXPECT_EQ(ScaleFromName("log").value(), Scale::kLog);
  EXPECT_EQ(ScaleFromName("uniform").value(), Scale::kUniform);
  EXPECT_EQ(SearchMethodFromName("random").value(), SearchMethod::kRandom);
  EXPECT_EQ(SearchMethodFromName("grid").value(), SearchMethod::kGrid);
  EXPECT_EQ(SearchMethodFromName("bayesian").value(), SearchMethod::kBayesian);
  EXPECT_EQ(SearchMethodFromName("halving").value(), SearchMethod::kHalving);
}

TEST(NameTest, AnyOtherIsAnErrorThatListsThem) {
  for (const std::string name : {"", "Log", "uni", "log ", "linear", "Random", "grids"}) {
    EXPECT_EQ(ScaleFromName(name).status().message(),
              "expected one of log, uniform; found '" + name + "'");
    EXPECT_EQ(SearchMethodFromName(name).status().message(),
              "expected one of random, grid, bayesian, halving; found '" + name + "'");
  }
}

// --- Points ---

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

// --- Bayesian optimisation ---

constexpr SearchRange kSquare[2] = {{1e-6, 1}, {1e-8, 1e-4}};

double PositionOfRate(const Trial& trial) { return kSquare[0].PositionOf(trial.learning_rate); }

// So many trials of a search in which a trial's accuracy is accuracy(trial).
std::vector<Trial> BayesianTrials(size_t n, uint64_t seed,
                                  const std::function<double(const Trial&)>& accuracy) {
  std::vector<Trial> trials;
  while (trials.size() < n) {
    const std::vector<double> point = BayesianPoint(kSquare, seed, trials);
    trials.push_back(
        {.number = trials.size(), .learning_rate = point[0], .weight_decay = point[1]});
    trials.back().validation = {0.5, accuracy(trials.back())};
  }
  return trials;
}

// A narrow hill at 0.8 of the range of the learning rate, with some noise.
double Hill(const Trial& trial) {
  const double u = PositionOfRate(trial);
  return 0.1 + 0.7 * std::exp(-std::pow((u - 0.8) / 0.1, 2) / 2) +
         0.03 * Random(1, trial.number).Normal();
}

TEST(BayesianPointTest, StartsAsARandomSearch) {
  const std::vector<Trial> trials = BayesianTrials(5, 7, Hill);
  for (size_t i = 0; i < 5; ++i) {
    const std::vector<double> random = RandomPoint(kSquare, 7, i);
    EXPECT_EQ(trials[i].learning_rate == random[0], i < 4) << i;
    EXPECT_EQ(trials[i].weight_decay == random[1], i < 4) << i;
  }
}

TEST(BayesianPointTest, LooksAroundTheHill) {
  for (const uint64_t seed : {0, 1, 2, 3, 4}) {
    const std::vector<Trial> trials = BayesianTrials(24, seed, Hill);
    const auto is_near = [](const Trial& trial) {
      return std::fabs(PositionOfRate(trial) - 0.8) < 0.1;
    };
    // Of those of a random search a fifth would be.
    EXPECT_GE(std::ranges::count_if(trials, is_near), 12) << seed;
  }
}

// The largest expected improvement, looked for on a grid of points that is finer.
TEST(BayesianPointTest, HasNearlyTheLargestExpectedImprovement) {
  const std::vector<Trial> trials = BayesianTrials(12, 3, Hill);
  std::vector<SquarePoint> points;
  std::vector<double> y;
  for (const Trial& trial : trials) {
    points.push_back({PositionOfRate(trial), kSquare[1].PositionOf(trial.weight_decay)});
    y.push_back(trial.validation[1]);
  }
  const auto process = GaussianProcess::MostLikely(points, y);
  const double best = *std::ranges::max_element(y);
  const auto improvement = [&](double u, double v) {
    return ExpectedImprovement(process.At({u, v}), best);
  };
  double most = 0;
  for (double u = 0; u < 1; u += 0.01) {
    for (double v = 0; v < 1; v += 0.01) most = std::max(most, improvement(u, v));
  }
  const std::vector<double> next = BayesianPoint(kSquare, 3, trials);
  EXPECT_GT(improvement(kSquare[0].PositionOf(next[0]), kSquare[1].PositionOf(next[1])),
            0.97 * most);
}

TEST(BayesianPointTest, DependsOnTheLastAccuraciesAndTheSeed) {
  const auto next = [](uint64_t seed, const std::vector<Trial>& trials) {
    return BayesianPoint(kSquare, seed, trials);
  };
  const std::vector<Trial> trials = BayesianTrials(8, 5, Hill);
  std::vector<Trial> first = trials, last = trials;
  first[6].validation[0] = 1;
  last[6].validation[1] = 1;
  EXPECT_EQ(next(5, first), next(5, trials));
  EXPECT_NE(next(5, last), next(5, trials));
  EXPECT_NE(next(6, trials), next(5, trials));
}

TEST(BayesianPointTest, ADivergedTrialCountsAs0) {
  std::vector<Trial> diverged = BayesianTrials(8, 5, Hill), zero = diverged;
  diverged[2].validation[1] = kNan;
  zero[2].validation[1] = 0;
  EXPECT_EQ(BayesianPoint(kSquare, 5, diverged), BayesianPoint(kSquare, 5, zero));
}

// Of accuracies in plain arithmetic. If this changes, so does the result of every such search.
TEST(BayesianPointTest, IsTheSameForEver) {
  const std::vector<Trial> trials = BayesianTrials(30, 2, [](const Trial& trial) {
    const double u = (PositionOfRate(trial) - 0.8) / 0.1;
    return 0.1 + 0.7 / (1 + u * u);
  });
  EXPECT_EQ(trials[5].learning_rate, 0x1.26cca72505e8ep-4);
  EXPECT_EQ(trials[29].learning_rate, 0x1.f3b5b5108942dp-5);
  EXPECT_EQ(trials[29].weight_decay, 0x1.ce5a889e3db56p-21);
}

TEST(BayesianPointTest, OfARangeOfTwoNumbersIsInIt) {
  const double low = 0.3, high = std::nextafter(low, 1);
  const SearchRange ranges[2] = {{low, high}, {low, high}};
  std::vector<Trial> trials;
  for (size_t i = 0; i < 6; ++i) {
    const std::vector<double> point = BayesianPoint(ranges, 1, trials);
    EXPECT_THAT(point, Each(AllOf(Ge(low), Le(high))));
    trials.push_back({.number = i, .learning_rate = point[0], .weight_decay = point[1]});
    trials.back().validation = {0.1};
  }
}

// --- The order of the images ---

// Fisher and Yates, from the end. If this changes, so does the result of every search.
TEST(RandomOrderTest, IsTheSameForEver) {
  std::vector<uint32_t> order(100);
  std::iota(order.begin(), order.end(), 0u);
  Random random(9, kShuffleStream);
  for (uint32_t last = 99; last > 0; --last) {
    std::swap(order[last], order[random.UniformInt(last + 1)]);
  }
  EXPECT_EQ(RandomOrder(100, Random(9, kShuffleStream)), order);
  EXPECT_NE(RandomOrder(100, Random(8, kShuffleStream)), order);
}

TEST(RandomOrderTest, EachIsAtEachPlaceEquallyOften) {
  constexpr int kSeeds = 4000;
  constexpr size_t kCount = 12;
  std::vector<int> counts(kCount * kCount);  // number by place
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::vector<uint32_t> order = RandomOrder(kCount, Random(seed, kShuffleStream));
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), kCount);
    for (size_t place = 0; place < kCount; ++place) ++counts[order[place] * kCount + place];
  }
  const double expected = 1.0 * kSeeds / kCount;
  const double bound = 4 * std::sqrt(expected * (1 - 1.0 / kCount));
  EXPECT_THAT(counts, Each(AllOf(testing::Gt(expected - bound), testing::Lt(expected + bound))));
}

// --- Ranks and rounds ---

using Score = std::vector<double>;  // validation and training accuracy at the end, mean validation

// A round whose trials have these scores, numbered from 40 on.
SearchRound RoundOf(const std::vector<Score>& scores) {
  SearchRound round = {.seed = 3,
                       .round = 1,
                       .first_trial = 40,
                       .learning_rate = {1e-40, 1},
                       .weight_decay = {1e-50, 1}};
  for (const Score& score : scores) {
    const double exponent = -static_cast<double>(round.trials.size()) - 1;
    round.trials.push_back({.number = 40 + round.trials.size(),
                            .learning_rate = std::pow(10, exponent),
                            .weight_decay = std::pow(10, exponent - 2),
                            .validation = {2 * score[2] - score[0], score[0]},
                            .train = {0, score[1]}});
  }
  return round;
}

std::vector<size_t> Indices(const std::vector<const Trial*>& trials) {
  std::vector<size_t> indices;
  for (const Trial* trial : trials) indices.push_back(trial->number - 40);
  return indices;
}

struct Ranking {
  std::string name;
  std::vector<Score> scores;
  std::vector<size_t> order;
};
void PrintTo(const Ranking& ranking, std::ostream* out) { *out << ranking.name; }

class RankTrialsTest : public testing::TestWithParam<Ranking> {};

TEST_P(RankTrialsTest, PutsTheBestFirst) {
  const SearchRound round = RoundOf(GetParam().scores);
  EXPECT_EQ(Indices(RankTrials({&round, 1})), GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(
    All, RankTrialsTest,
    testing::Values(
        Ranking{"None", {}, {}}, Ranking{"One", {{0.1, 0.2, 0.3}}, {0}},
        Ranking{"ADivergedOne", {{kNan, kNan, kNan}}, {0}},
        Ranking{"ValidationDecides", {{0.5, 1, 1}, {0.75, 0, 0}, {0.625, 0.9, 0.9}}, {1, 2, 0}},
        Ranking{"ThenTraining", {{0.5, 0.6, 1}, {0.5, 0.8, 0}, {0.5, 0.7, 0.5}}, {1, 2, 0}},
        Ranking{"ThenTheMean", {{0.5, 0.6, 0.125}, {0.5, 0.6, 0.375}, {0.5, 0.6, 0.25}}, {1, 2, 0}},
        Ranking{"ThenTheNumber",
                {{0.5, 0.6, 0.125}, {0.9, 0, 0}, {0.5, 0.6, 0.125}, {0.5, 0.6, 0.125}},
                {1, 0, 2, 3}},
        Ranking{"DivergedLast", {{kNan, kNan, kNan}, {0, 0, 0}, {kNan, kNan, kNan}}, {1, 0, 2}},
        Ranking{"DivergedAmongThemselves",
                {{kNan, kNan, kNan}, {kNan, 0.1, kNan}, {kNan, 0.2, kNan}},
                {2, 1, 0}},
        Ranking{"NoTrainingAccuracyIsLessThanNone", {{0.5, kNan, 1}, {0.5, 0, 0.5}}, {1, 0}},
        Ranking{"NoMeanIsLessThan0", {{0.5, 0.5, kNan}, {0.5, 0.5, 0.25}}, {1, 0}}),
    [](const auto& info) { return info.param.name; });

TEST(RankTrialsTest, RanksTheTrialsOfAllRounds) {
  std::vector<SearchRound> rounds = {RoundOf({{0.1, 0, 0}, {0.3, 0, 0}}), RoundOf({{0.2, 0, 0}})};
  rounds[1].trials[0].number = 42;
  EXPECT_THAT(Indices(RankTrials(rounds)), ElementsAre(1, 2, 0));
}

// After successive halving.
TEST(RankTrialsTest, LongerTrialsAreBeforeShorterOnes) {
  SearchRound round = RoundOf({{0.9, 1, 1}, {0.5, 0, 0}, {kNan, 1, 1}, {0.6, 0, 0}, {0.95, 1, 1}});
  round.trials[0].validation = {0.9};
  round.trials[4].validation = {0.9};
  EXPECT_THAT(Indices(RankTrials({&round, 1})), ElementsAre(3, 1, 0, 4, 2));
}

std::vector<Score> Scores(const std::vector<double>& accuracies) {
  std::vector<Score> scores;
  for (const double accuracy : accuracies) scores.push_back({accuracy, 0, accuracy});
  return scores;
}

TEST(BestTenthTest, IsATenth) {
  std::vector<double> accuracies(39, 0.1);
  for (const size_t good : {30, 2, 17}) accuracies[good] = 0.5;
  accuracies[17] = 0.6;
  EXPECT_THAT(Indices(BestTenth(RoundOf(Scores(accuracies)))), ElementsAre(17, 2, 30));
}

TEST(BestTenthTest, IsAtLeastTwoThatHaveNotDivergedIfThereAreSoMany) {
  const auto best = [](const std::vector<double>& accuracies) {
    return Indices(BestTenth(RoundOf(Scores(accuracies))));
  };
  EXPECT_THAT(best({0.1, 0.3, 0.2}), ElementsAre(1, 2));
  EXPECT_THAT(best({0.1}), ElementsAre(0));
  EXPECT_THAT(best({kNan, 0.1, kNan}), ElementsAre(1));
  EXPECT_THAT(best({kNan, kNan}), IsEmpty());
}

TEST(NextRoundTest, IsAroundTheBestTenth) {
  const SearchRound round = RoundOf(Scores({0.1, 0.3, 0.1, 0.1, 0.4, 0.1}));
  const SearchRound next = NextRound(round);
  EXPECT_EQ(next.seed, 3);
  EXPECT_EQ(next.round, 2);
  EXPECT_EQ(next.first_trial, 46);
  EXPECT_EQ(next.learning_rate, NarrowRange(round.learning_rate, std::vector{1e-2, 1e-5}));
  EXPECT_EQ(next.weight_decay, NarrowRange(round.weight_decay, std::vector{1e-4, 1e-7}));
  EXPECT_TRUE(next.trials.empty());
}

TEST(NextRoundTest, OfTrialsThatHaveAllDivergedHasTheSameRanges) {
  const SearchRound round = RoundOf(Scores({kNan, kNan, kNan}));
  EXPECT_EQ(NextRound(round).learning_rate, round.learning_rate);
  EXPECT_EQ(NextRound(round).weight_decay, round.weight_decay);
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

// --- Successive halving ---

TEST(RungsTest, DoubleUpToTheEnd) {
  EXPECT_THAT(Rungs(50), ElementsAre(7, 13, 25, 50));
  EXPECT_THAT(Rungs(64), ElementsAre(8, 16, 32, 64));
  EXPECT_THAT(Rungs(5), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(Rungs(3), ElementsAre(1, 2, 3));
  EXPECT_THAT(Rungs(1), ElementsAre(1));
}

// Counted trial by trial.
size_t CountEpochs(size_t n, const std::vector<size_t>& rungs) {
  std::vector<size_t> learned(n);  // by each of those that go on
  size_t epochs = 0;
  for (const size_t rung : rungs) {
    for (size_t& of_trial : learned) {
      epochs += rung - of_trial;
      of_trial = rung;
    }
    learned.resize(learned.size() - learned.size() / 2);
  }
  return epochs;
}

TEST(HalvingTest, SpendsAsManyEpochsAsItsTrialsLearn) {
  for (const size_t epochs : {1, 2, 3, 7, 50, 64}) {
    for (size_t n = 0; n < 300; ++n) {
      EXPECT_EQ(HalvingEpochs(n, Rungs(epochs)), CountEpochs(n, Rungs(epochs)));
    }
  }
}

TEST(HalvingTest, NeverSpendsMoreThanItsBudgetAndNoTrialMoreWouldFit) {
  for (const size_t epochs : {1, 2, 3, 7, 50, 64}) {
    for (size_t budget = 0; budget < 40 * epochs; ++budget) {
      const size_t n = HalvingTrials(budget, Rungs(epochs));
      ASSERT_LE(CountEpochs(n, Rungs(epochs)), budget) << n << " trials of " << epochs;
      ASSERT_GT(CountEpochs(n + 1, Rungs(epochs)), budget) << n << " trials of " << epochs;
    }
  }
  EXPECT_EQ(HalvingTrials(49, Rungs(50)), 0);
  EXPECT_EQ(HalvingTrials(50, Rungs(50)), 1);
}

}  // namespace
}  // namespace dlfs
