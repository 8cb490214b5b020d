#include "common/experiment/smooth_curve.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::Pointwise;
using ::testing::SizeIs;

TEST(SmoothCurve, IsTheBooks) {
  std::vector<double> raw, smoothed;
  for (const golden::Row& row : golden::Read("smooth_curve.csv")) {
    raw.push_back(golden::Number(row, "raw"));
    smoothed.push_back(golden::Number(row, "smoothed"));
  }
  EXPECT_THAT(SmoothCurve(raw), Pointwise(DoubleNear(1e-12), smoothed));
}

TEST(SmoothCurve, AShortCurveStaysAsItIs) {
  for (size_t size = 0; size < 11; ++size) {
    std::vector<double> curve(size, 0);
    if (size > 0) curve.back() = 1;
    EXPECT_EQ(SmoothCurve(curve), curve);
  }
}

TEST(SmoothCurve, AConstantStaysAsItIs) {
  for (size_t size = 11; size < 30; ++size) {
    EXPECT_THAT(SmoothCurve(std::vector<double>(size, 3)),
                testing::AllOf(SizeIs(size), Each(DoubleNear(3, 1e-14))));
  }
}

// The shortest curve that is smoothed, with one peak: its end is continued with the last value, its
// start without the first.
TEST(SmoothCurve, EndsAreContinuedDifferently) {
  std::vector<double> peak_at_start(11, 0), peak_at_end(11, 0);
  peak_at_start.front() = 1;
  peak_at_end.back() = 1;
  const std::vector<double> start = SmoothCurve(peak_at_start), end = SmoothCurve(peak_at_end);
  EXPECT_GT(end[10], 1.9 * start[0]);
  EXPECT_GT(end[5], 0);
  EXPECT_EQ(end[5], start[5]);
  EXPECT_EQ(end[4], 0);
}

TEST(SmoothCurve, NanSpreadsAsFarAsTheWindow) {
  std::vector<double> curve(31, 1);
  curve[15] = std::nan("");
  const std::vector<double> smoothed = SmoothCurve(curve);
  for (size_t i = 0; i < smoothed.size(); ++i) {
    EXPECT_EQ(std::isnan(smoothed[i]), i >= 10 && i <= 20) << i;
  }
}

}  // namespace
}  // namespace dlfs
