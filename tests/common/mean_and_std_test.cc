#include "common/mean_and_std.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

TEST(MeanAndStd, DividesByNMinus1) {
  const MeanAndStd of(std::vector<double>{1, 2, 3, 6});
  EXPECT_DOUBLE_EQ(of.mean, 3);
  EXPECT_DOUBLE_EQ(of.std, std::sqrt(14.0 / 3));
}

TEST(MeanAndStd, OfOneValueHasNoSpread) {
  const MeanAndStd of(std::vector<double>{5});
  EXPECT_EQ(of.mean, 5);
  EXPECT_EQ(of.std, 0);
}

TEST(MeanAndStd, ALargeMeanDoesNotDrownTheSpread) {
  EXPECT_DOUBLE_EQ(MeanAndStd(std::vector<double>{1e9 - 1, 1e9, 1e9 + 1}).std, 1);
}

TEST(MeanAndStd, NanGoesThrough) {
  const MeanAndStd of(std::vector<double>{1, std::nan(""), 2});
  EXPECT_THAT(of.mean, testing::IsNan());
  EXPECT_THAT(of.std, testing::IsNan());
}

}  // namespace
}  // namespace dlfs
