#include "common/experiment/mean_and_std.h"

#include <cmath>
#include <string>
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

TEST(TableCell, HoldsMeanAndSpreadOrAOnlyValueOrThatThereIsNone) {
  EXPECT_EQ(TableCell(std::vector<double>{0.25, 0.75, 0.5}), " 0.5000 ± 0.2500");
  EXPECT_EQ(TableCell(std::vector<double>{0.5, 0.5}), " 0.5000 ± 0.0000");
  EXPECT_EQ(TableCell(std::vector<double>{0.91234}), "          0.9123");
  EXPECT_EQ(TableCell(std::vector<double>{std::nan("")}), "        diverged");
  EXPECT_EQ(TableCell(std::vector<double>{}), "               -");
  EXPECT_EQ(TableCell(std::vector<double>{INFINITY}), "        diverged");
  EXPECT_EQ(TableCell(std::vector<double>{0.25, std::nan(""), 0.5}), " 1 of 3 diverged");
  EXPECT_EQ(TableCell(std::vector<double>{-INFINITY, std::nan("")}), " 2 of 2 diverged");
}

TEST(TableCell, Is16ColumnsWide) {
  for (const auto& values :
       std::vector<std::vector<double>>{{0.5, 0.25}, {0}, {1}, {1, 1}, {std::nan("")}}) {
    std::string cell = TableCell(values);
    std::erase_if(cell, [](unsigned char c) { return (c & 0xc0) == 0x80; });  // the rest of a ±
    EXPECT_EQ(cell.size(), 16) << cell;
  }
}

}  // namespace
}  // namespace dlfs
