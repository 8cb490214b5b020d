#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chapter6/hyperparameter_search.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {

void PrintTo(const SearchRange& range, std::ostream* out) {
  *out << SearchRangeText(range) << " " << ScaleName(range.scale);
}

namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

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

TEST(ScaleFromNameTest, KnowsEachName) {
  for (const Scale scale : {Scale::kLog, Scale::kUniform}) {
    EXPECT_EQ(ScaleFromName(ScaleName(scale)).value(), scale);
  }
  EXPECT_EQ(ScaleName(Scale::kLog), "log");
  EXPECT_EQ(ScaleName(Scale::kUniform), "uniform");
}

TEST(SearchMethodFromNameTest, KnowsEachName) {
  for (const SearchMethod method : {SearchMethod::kRandom, SearchMethod::kGrid}) {
    EXPECT_EQ(SearchMethodFromName(SearchMethodName(method)).value(), method);
  }
  EXPECT_EQ(SearchMethodName(SearchMethod::kRandom), "random");
  EXPECT_EQ(SearchMethodName(SearchMethod::kGrid), "grid");
}

class UnknownNameTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, UnknownNameTest,
                         testing::Values("", "Log", "uni", "log ", "linear", "Random", "grids"));

TEST_P(UnknownNameTest, IsAnErrorThatListsTheNames) {
  EXPECT_EQ(ScaleFromName(GetParam()).status().message(),
            "expected one of log, uniform; found '" + GetParam() + "'");
  EXPECT_EQ(SearchMethodFromName(GetParam()).status().message(),
            "expected one of random, grid; found '" + GetParam() + "'");
}

}  // namespace
}  // namespace dlfs
