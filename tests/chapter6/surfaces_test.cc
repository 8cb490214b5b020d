#include "chapter6/surfaces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "chapter6/optimizers.h"
#include "common/matrix/matrix.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/gradient_check.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;

std::vector<Point> Path(const Surface& surface, std::string_view optimizer, double learning_rate) {
  const auto rule = MakeOptimizer<double>(optimizer, learning_rate, 2);
  std::vector<Point> path = {surface.start};
  while (path.size() < static_cast<size_t>(surface.points)) {
    Point p = path.back();
    rule->Step(p, surface.gradient(p));
    path.push_back(p);
  }
  return path;
}

std::vector<Point> Path(const Surface& surface, std::string_view optimizer) {
  return Path(surface, optimizer, surface.LearningRate(optimizer));
}

const Surface& Find(std::string_view name) {
  return *std::ranges::find_if(Surfaces(), [&](const Surface& s) { return s.name == name; });
}

double Distance(Point a, Point b) { return std::hypot(a[0] - b[0], a[1] - b[1]); }

double DistanceToMinimum(const Surface& surface, Point p) {
  double least = std::numeric_limits<double>::infinity();
  for (const Point& minimum : surface.minima) least = std::min(least, Distance(p, minimum));
  return least;
}

class SurfaceTest : public testing::TestWithParam<Surface> {};

INSTANTIATE_TEST_SUITE_P(All, SurfaceTest, testing::ValuesIn(Surfaces().begin(), Surfaces().end()),
                         [](const auto& info) { return std::string(info.param.name); });

// On a grid over the picture, whose edge is left out: the plateau's wall is steep there. None of its
// points is a minimum.
TEST_P(SurfaceTest, GradientIsThatOfCentralDifferences) {
  const Surface& surface = GetParam();
  Matrix<double> x(1, 2), gradient(1, 2);
  for (int i = 1; i < 11; ++i) {
    for (int j = 1; j < 11; ++j) {
      const Point p = {std::lerp(surface.low[0], surface.high[0], i / 11.0),
                       std::lerp(surface.low[1], surface.high[1], j / 11.0)};
      SCOPED_TRACE(testing::PrintToString(p));
      std::ranges::copy(p, x.view().row(0).begin());
      std::ranges::copy(surface.gradient(p), gradient.view().row(0).begin());
      ExpectGradient([&] { return surface.f({x(0, 0), x(0, 1)}); }, x, gradient);
    }
  }
}

TEST_P(SurfaceTest, GradientIsZeroAtTheMinimumAndNothingAroundIsLower) {
  const Surface& surface = GetParam();
  for (const Point& minimum : surface.minima) {
    EXPECT_THAT(surface.gradient(minimum), Each(DoubleNear(0, 1e-6)));
    for (const double angle : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0}) {
      EXPECT_GT(surface.f({minimum[0] + 0.1 * std::cos(angle), minimum[1] + 0.1 * std::sin(angle)}),
                surface.f(minimum));
    }
  }
}

// How surfaces.h says that they were found. The valley's are the book's.
TEST_P(SurfaceTest, LearningRatesAreThoseThatEndLowest) {
  const Surface& surface = GetParam();
  if (std::string_view(surface.name) == "valley") return;
  for (const char* optimizer : OptimizerNames()) {
    double best = 0, lowest = std::numeric_limits<double>::infinity();
    for (int power = -5; power <= 1; ++power) {
      for (const int digit : {1, 2, 5}) {
        const double rate = digit * std::pow(10, power);
        const std::vector<Point> path = Path(surface, optimizer, rate);
        const bool seen = std::ranges::all_of(path, [&](Point p) {
          return surface.low[0] <= p[0] && p[0] <= surface.high[0] && surface.low[1] <= p[1] &&
                 p[1] <= surface.high[1];
        });
        if (seen && surface.f(path.back()) < lowest) {
          lowest = surface.f(path.back());
          best = rate;
        }
      }
    }
    EXPECT_THAT(surface.LearningRate(optimizer), DoubleNear(best, 1e-9 * best)) << optimizer;
  }
}

// --- What the page of 6.1 says that a reader sees ---

TEST(SaddleTest, HoldsSgdUpAndNotThoseThatScaleEachParameter) {
  const Surface& saddle = Find("saddle");
  EXPECT_LT(Distance(Path(saddle, "sgd").back(), {0, 0}), 0.1);
  for (const char* optimizer : {"adagrad", "rmsprop", "adam"}) {
    EXPECT_LT(DistanceToMinimum(saddle, Path(saddle, optimizer)[100]), 0.1) << optimizer;
  }
}

TEST(PlateauTest, AdaGradDiesAndAdamOvershoots) {
  const Surface& plateau = Find("plateau");
  const std::vector<Point> adagrad = Path(plateau, "adagrad"), adam = Path(plateau, "adam");
  EXPECT_LT(adagrad.back()[0], -2);
  EXPECT_LT(Distance(adagrad.back(), adagrad[adagrad.size() - 2]), 0.02);
  EXPECT_LT(DistanceToMinimum(plateau, adam.back()), 0.1);
  EXPECT_GT(std::ranges::max(adam)[0], 3.4);
  EXPECT_LT(DistanceToMinimum(plateau, Path(plateau, "sgd").back()), 0.1);
}

}  // namespace
}  // namespace dlfs
