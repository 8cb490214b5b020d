#include "chapter6/initialization.h"

#include <cmath>
#include <vector>

#include "common/mean_and_std.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

class InitializeHeTest : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(FanIn, InitializeHeTest, testing::Values(1, 10, 100, 784));

TEST_P(InitializeHeTest, DrawsWeightsOfVarianceTwoByFanIn) {
  const size_t n = GetParam();
  const size_t count = 200000;
  ParameterArena<double> arena(
      {{"W1", n, count / n, ParameterKind::kWeight}, {"b1", 1, 5, ParameterKind::kBias}});
  for (double& value : arena.values()) value = 7;
  Random random(1, kWeightStream);
  InitializeHe(arena, random);

  std::vector<double> weights;
  const MatrixView<double> W = arena["W1"].value;
  for (size_t i = 0; i < n; ++i) {
    weights.insert(weights.end(), W.row(i).begin(), W.row(i).end());
  }
  const MeanAndStd w(weights);
  const double std = std::sqrt(2.0 / static_cast<double>(n));
  const double size = static_cast<double>(weights.size());
  EXPECT_NEAR(w.mean, 0, 4 * std / std::sqrt(size));
  EXPECT_NEAR(w.std, std, 4 * std / std::sqrt(2 * size));
  for (double b : arena["b1"].value.row(0)) EXPECT_EQ(b, 0);
}

TEST(InitializeHeTest, FloatAndDoubleStartFromTheSameWeights) {
  const std::vector<ParameterShape> shapes = {{"W1", 5, 3, ParameterKind::kWeight}};
  ParameterArena<float> f(shapes);
  ParameterArena<double> d(shapes);
  Random random_f(3, kWeightStream), random_d(3, kWeightStream);
  InitializeHe(f, random_f);
  InitializeHe(d, random_d);
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      EXPECT_EQ(f["W1"].value(i, j), static_cast<float>(d["W1"].value(i, j)));
    }
  }
}

}  // namespace
}  // namespace dlfs
