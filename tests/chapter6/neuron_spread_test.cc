#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/weight_init_symmetry.h"
#include "common/matrix.h"
#include "common/parameter_arena.h"
#include "common/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::IsNan;

using Rows = std::vector<std::vector<float>>;

// Of a matrix with NaN in its padding.
double SpreadOf(const Rows& rows) {
  Matrix<float> W(rows.size(), rows.front().size());
  std::ranges::fill(W.view().flat(), std::numeric_limits<float>::quiet_NaN());
  for (size_t i = 0; i < rows.size(); ++i) std::ranges::copy(rows[i], W.view().row(i).begin());
  return NeuronSpread(W);
}

TEST(NeuronSpreadTest, ByHand) {
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 3}}), std::sqrt(2.0 / 10));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 3}, {2, 2}}), std::sqrt(2.0 / 18));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 0, 0}, {0, 2, 0}}), std::sqrt((2.0 / 3 + 8.0 / 3) / 5));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, -1}, {-4, 4}}), 1);
}

TEST(NeuronSpreadTest, OfEqualNeuronsIsExactly0) {
  const float largest = std::numeric_limits<float>::max();
  for (const float w : {0.1f, -7.3f, 1e-30f, 1e30f, largest}) {
    EXPECT_EQ(SpreadOf(Rows(5, std::vector<float>(7, w))), 0) << w;
  }
  EXPECT_EQ(SpreadOf({{0.1f, 0.1f, 0.1f}, {1e9f, 1e9f, 1e9f}, {-3.3f, -3.3f, -3.3f}}), 0);
}

TEST(NeuronSpreadTest, SeesADifferenceInTheLastBit) {
  EXPECT_GT(SpreadOf({{1, 1, std::nextafter(1.0f, 2.0f)}}), 0);
  EXPECT_GT(SpreadOf({{1e9f, 1e9f, 1e9f}, {1, 1, 2}}), 0);
}

TEST(NeuronSpreadTest, OfNothingIs0) {
  EXPECT_EQ(SpreadOf(Rows(3, {0, 0})), 0);
  EXPECT_EQ(SpreadOf(Rows(3, std::vector<float>())), 0);
  EXPECT_EQ(NeuronSpread(Matrix<float>(0, 3)), 0);
}

TEST(NeuronSpreadTest, OfWhatIsNotFiniteIsNan) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), HUGE_VALF, -HUGE_VALF}) {
    EXPECT_THAT(SpreadOf({{bad, 1}, {1, 1}}), IsNan());
    EXPECT_THAT(SpreadOf({{1, 1}, {1, bad}}), IsNan());
    EXPECT_THAT(SpreadOf({{bad, bad}}), IsNan());
  }
}

// The mean of n independent columns takes 1/n of their squared lengths: √(1 − 1/n) is left.
TEST(NeuronSpreadTest, OfIndependentNeuronsIsNearly1) {
  for (const size_t n_out : {2, 10, 100}) {
    ParameterArena<float> arena({{"W1", 2000, n_out, ParameterKind::kWeight}});
    Random random(0, kWeightStream);
    InitializeWeights(WeightInitFromName("std=0.01").value(), random, arena);
    EXPECT_NEAR(NeuronSpread(arena["W1"].value), std::sqrt(1 - 1 / static_cast<double>(n_out)),
                0.01);
  }
}

}  // namespace
}  // namespace dlfs
