// The settings of 6.5: how they are written down, and what a search with them tries.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/searches.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(SearchSettingsTest, AreInTheComments) {
  const Search search =
      RunSearch({"--seeds=1", "--seed=7", "--rounds=1", "--trials=4", "--validation_share=0.5",
                 "--optimizer=adam", "--scale=uniform", "--method=grid", "--same_start",
                 "--epochs=5", "--evaluation_interval=3"});
  const std::vector<std::string>& comments = search.curves.comments;
  ASSERT_THAT(comments, SizeIs(6));
  EXPECT_TRUE(absl::StartsWith(comments[1], "seed=7 seeds=1 isa="));
  EXPECT_EQ(comments[2],
            "hidden=20,20 train_size=500 batch_size=100 epochs=5 evaluation_interval=3 "
            "optimizer=adam");
  EXPECT_THAT(comments[3], testing::MatchesRegex("images=[0-9a-f]+ validation_share=0.5"));
  EXPECT_EQ(comments[4],
            "learning_rate=0.001:1 weight_decay=1e-04:0.1 scale=uniform method=grid rounds=1 "
            "same_start=1");
  EXPECT_EQ(comments[5], "trials=4");
  EXPECT_THAT(search.out, HasSubstr(comments[2] + "\n" + comments[3] + "\n" + comments[4] + "\n"));
  std::vector<std::string> epochs = Column(search.curves, "epoch");
  epochs.resize(3);
  EXPECT_THAT(epochs, ElementsAre("0", "3", "4"));
  for (const std::string& accuracy : Column(search.curves, "validation_accuracy")) {
    const double images = Number(accuracy) * 250;
    EXPECT_NEAR(images, std::round(images), 1e-9);
  }
}

TEST(SearchSettingsTest, OtherImagesAreNamedOtherwise) {
  const std::string mnist = RunSearch({"--train_size=20", "--trials=1"}).curves.comments[3];
  const std::string small =
      RunSearch({"--train_size=20", "--trials=1", "--data_dir=" + SmallMnistDirectory()})
          .curves.comments[3];
  EXPECT_NE(mnist, small);
  EXPECT_THAT(small, HasSubstr("images="));
}

TEST(SearchSettingsTest, TheSameImagesWithOtherLabelsAreNamedOtherwise) {
  const std::string directory = SmallMnistDirectory();
  const auto name = [&] {
    return RunSearch({"--train_size=20", "--trials=1", "--data_dir=" + directory})
        .curves.comments[3];
  };
  const std::string before = name();
  WriteFile(directory + "/train-labels-idx1-ubyte",
            Idx(kIdxLabels, {kSmallTrain}, std::string(kSmallTrain, 3)));
  EXPECT_NE(name(), before);
}

std::set<std::string> Values(const CsvTable& table, const std::string& column) {
  const std::vector<std::string> cells = Column(table, column);
  return {cells.begin(), cells.end()};
}

TEST(SearchMethodTest, AGridHasFewValuesOfEachRange) {
  const Search grid = RunSearch({"--method=grid", "--trials=9", "--rounds=1", "--seeds=1"});
  const std::set<std::string> rates = Values(grid.trials, "learning_rate"),
                              decays = Values(grid.trials, "weight_decay");
  EXPECT_THAT(rates, SizeIs(3));
  EXPECT_THAT(decays, SizeIs(3));
  EXPECT_THAT(rates, Contains("0.001"));
  EXPECT_THAT(rates, Contains("1"));
  EXPECT_THAT(decays, Contains("0.1"));
  std::set<std::pair<std::string, std::string>> points;
  for (const Row& row : grid.trials.rows) points.emplace(row[4], row[5]);
  EXPECT_THAT(points, SizeIs(9));
  EXPECT_THAT(grid.out, HasSubstr("\nTried: 3 different learning rates, 3 weight decays."));
  EXPECT_THAT(RunSearch({"--trials=9", "--rounds=1", "--seeds=1"}).out,
              HasSubstr("\nTried: 9 different learning rates, 9 weight decays."));
}

// The share of the learning rates that are below a tenth of the highest.
double ShareOfSmall(const std::string& scale) {
  const Search search = RunSearch({"--scale=" + scale, "--learning_rate_range=0.001:1",
                                   "--epochs=1", "--trials=200", "--rounds=1", "--seeds=1"});
  const std::vector<std::string> rates = Column(search.trials, "learning_rate");
  return static_cast<double>(
             std::ranges::count_if(rates, [](const auto& rate) { return Number(rate) < 0.1; })) /
         static_cast<double>(rates.size());
}

TEST(SearchScaleTest, LogTriesAsManyInEachPowerOfTen) {
  EXPECT_NEAR(ShareOfSmall("log"), 2.0 / 3, 0.1);
}
TEST(SearchScaleTest, UniformTriesMostlyLargeOnes) {
  EXPECT_NEAR(ShareOfSmall("uniform"), 0.1, 0.06);
}

// The learning curves, without what tells the trials apart.
std::set<std::vector<Row>> Curves(const std::string& same_start) {
  const Search search =
      RunSearch({"--learning_rate_range=0.1:0.1000001", "--weight_decay_range=1e-8:1.1e-8",
                 "--trials=6", "--rounds=1", "--seeds=1", same_start});
  std::set<std::vector<Row>> curves;
  for (size_t trial = 0; trial < 6; ++trial) {
    std::vector<Row> curve = RowsOf(search.curves, {absl::StrCat(trial)});
    for (Row& row : curve) row.erase(row.begin(), row.begin() + 3);
    curves.insert(curve);
  }
  return curves;
}

TEST(SameStartTest, NothingButTheHyperparametersMakesADifference) {
  EXPECT_THAT(Curves("--same_start"), SizeIs(1));
  EXPECT_THAT(Curves("--nosame_start"), SizeIs(6));
}

}  // namespace
}  // namespace dlfs
