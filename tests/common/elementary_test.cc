#include "common/matrix/elementary.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/every_isa.h"

namespace dlfs::elementary {
namespace {

using ::testing::IsNan;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kDenormalMin = std::numeric_limits<double>::denorm_min();

// The distance between two results in units in the last place of the exact one.
double Ulps(double value, long double exact) {
  const double rounded = std::fabs(static_cast<double>(exact));
  return static_cast<double>(std::fabs(value - exact) /
                             (std::nextafter(rounded, kInfinity) - rounded));
}

struct Function {
  const char* name;
  double (*ours)(double);
  long double (*exact)(long double);
  double (*spacing)(double);  // maps [from, to] to the arguments
  double from, to;
};
double Linear(double x) { return x; }
double Geometric(double x) { return std::exp2(x); }
double NegativeGeometric(double x) { return -std::exp2(x); }

class AccuracyTest : public testing::TestWithParam<Function> {};
INSTANTIATE_TEST_SUITE_P(
    Elementary, AccuracyTest,
    testing::Values(Function{"Exp", Exp, std::exp, Linear, -708, 709.78},
                    Function{"ExpOfDenormalResult", Exp, std::exp, Linear, -746, -708},
                    Function{"ExpNear0", Exp, std::exp, Geometric, -60, 0},
                    Function{"ExpNearMinus0", Exp, std::exp, NegativeGeometric, -60, 0},
                    Function{"Log", Log, std::log, Geometric, -1022, 1024 - 1e-9},
                    Function{"LogOfDenormals", Log, std::log, Geometric, -1074, -1022},
                    Function{"LogNear1", Log, std::log, Linear, 0.5, 2},
                    Function{"Tanh", Tanh, std::tanh, Linear, -25, 25},
                    Function{"TanhWhereTheFormulasMeet", Tanh, std::tanh, Linear, 0.4, 0.8},
                    Function{"TanhNear0", Tanh, std::tanh, Geometric, -1074, 0},
                    Function{"TanhNearMinus0", Tanh, std::tanh, NegativeGeometric, -60, 0}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_P(AccuracyTest, IsWithin2Ulps) {
  const Function& f = GetParam();
  constexpr int kSteps = 1'000'003;
  double worst = 0, worst_x = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = f.spacing(std::lerp(f.from, f.to, static_cast<double>(i) / kSteps));
    const double ulps = Ulps(f.ours(x), f.exact(x));
    if (!(ulps <= worst)) {
      worst = ulps;
      worst_x = x;
    }
  }
  EXPECT_LT(worst, 2) << "at " << worst_x;
}

// More numbers than the widest registers hold, and every remainder; in place as well.
TEST(Exp, ManyAreTheSameAsOne) {
  constexpr size_t kMaxSize = 35;
  for (size_t size = 0; size <= kMaxSize; ++size) {
    std::vector<double> x(size), expected(size);
    for (size_t i = 0; i < size; ++i) {
      x[i] = -750 + 1500.0 * static_cast<double>(i) / kMaxSize;
      expected[i] = Exp(x[i]);
    }
    std::vector<double> y(size);
    Exp(x, y);
    EXPECT_EQ(y, expected);
    Exp(x, x);
    EXPECT_EQ(x, expected);
  }
}

TEST(Exp, IsTheSameOnEveryIsa) {
  ExpectSameOnEveryIsa([] {
    std::vector<double> y(10'001);
    for (size_t i = 0; i < y.size(); ++i) y[i] = -750 + 0.15 * static_cast<double>(i);
    Exp(y, y);
    return y;
  });
}

TEST(Exp, SpecialValues) {
  EXPECT_EQ(Exp(0), 1);
  EXPECT_EQ(Exp(-0.0), 1);
  EXPECT_EQ(Exp(kDenormalMin), 1);
  EXPECT_EQ(Exp(kInfinity), kInfinity);
  EXPECT_EQ(Exp(-kInfinity), 0);
  EXPECT_THAT(Exp(kNan), IsNan());
}

TEST(Exp, OverflowsAndUnderflowsWhereTheResultDoes) {
  constexpr double kLargest = 0x1.62e42fefa39efp+9;    // the last x below ln(max)
  constexpr double kSmallest = -0x1.74910d52d3051p+9;  // the first x above ln(denormal min / 2)
  EXPECT_LT(Exp(kLargest), kInfinity);
  EXPECT_EQ(Exp(std::nextafter(kLargest, kInfinity)), kInfinity);
  EXPECT_EQ(Exp(kMax), kInfinity);
  EXPECT_EQ(Exp(kSmallest), kDenormalMin);
  EXPECT_EQ(Exp(std::nextafter(kSmallest, -kInfinity)), 0);
  EXPECT_EQ(Exp(-kMax), 0);
}

TEST(Log, SpecialValues) {
  EXPECT_EQ(Log(1), 0);
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(-0.0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_THAT(Log(-kDenormalMin), IsNan());
  EXPECT_THAT(Log(-kInfinity), IsNan());
  EXPECT_THAT(Log(kNan), IsNan());
}

TEST(Tanh, SpecialValues) {
  EXPECT_FALSE(std::signbit(Tanh(0.0)));
  EXPECT_TRUE(std::signbit(Tanh(-0.0)));
  EXPECT_EQ(Tanh(-0.0), 0);
  EXPECT_EQ(Tanh(kDenormalMin), kDenormalMin);
  EXPECT_EQ(Tanh(kMax), 1);
  EXPECT_EQ(Tanh(kInfinity), 1);
  EXPECT_EQ(Tanh(-kInfinity), -1);
  EXPECT_THAT(Tanh(kNan), IsNan());
}

TEST(Tanh, IsOdd) {
  for (double x = 0.001; x < 30; x *= 1.01) EXPECT_EQ(Tanh(-x), -Tanh(x)) << x;
}

}  // namespace
}  // namespace dlfs::elementary
