// The tables of the experiments that compare how the loss falls: figures 6-9 and 6-15, and 6.2.1.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/smooth_curve.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

struct Comparison {
  Program program;
  std::vector<std::string> methods;         // by default
  std::vector<std::string> configuration;   // of a short run
  std::vector<std::string> equal_methods;   // flags for two methods that are the same
  std::vector<std::string> first_diverges;  // flags for methods, of which only the first diverges
};

class LossCurveTest : public testing::TestWithParam<Comparison> {
 protected:
  const Program& program() const { return GetParam().program; }
  const std::vector<std::string>& methods() const { return GetParam().methods; }
};

TEST_P(LossCurveTest, EveryLossOfEverySeedAndMethod) {
  const CsvTable table = ReadCsv(Tables(program()) + ".csv");
  std::vector<testing::Matcher<std::string>> comments = {
      program().name, MatchesRegex("seed=0 seeds=2 isa=[a-z0-9]+")};
  comments.insert(comments.end(), GetParam().configuration.begin(), GetParam().configuration.end());
  EXPECT_THAT(table.comments, ElementsAreArray(comments));

  std::vector<Row> rows;
  for (const char* seed : {"0", "1"}) {
    for (const std::string& method : methods()) {
      for (size_t t = 0; t < kShortIterations; ++t) rows.push_back({seed, method, absl::StrCat(t)});
    }
  }
  ASSERT_EQ(FirstCells(table, 3), rows);
  for (size_t i = 0; i < rows.size(); i += kShortIterations) {
    std::vector<double> loss, smoothed_loss;
    for (size_t t = i; t < i + kShortIterations; ++t) {
      loss.push_back(Number(table.rows[t][3]));
      smoothed_loss.push_back(Number(table.rows[t][4]));
    }
    EXPECT_EQ(smoothed_loss, SmoothCurve(loss));
  }
}

TEST_P(LossCurveTest, SummaryIsMeanAndStandardDeviationOfTheSeeds) {
  const std::string experiment = Tables(program());
  ExpectMeanAndStd(ReadCsv(experiment + ".csv"), "smoothed_loss",
                   ReadCsv(experiment + "_summary.csv"), "mean", "std");
}

TEST_P(LossCurveTest, PrintedTableSaysWhatTheFilesSay) {
  const auto [experiment, out] = WriteTables(
      program(), {"--iterations=520", "--batch_size=8", "--hidden_sizes=10", "--threads=7"});
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  for (const std::string& method : methods()) {
    const std::vector<std::string> printed = PrintedRow(out, method);
    ASSERT_THAT(printed, SizeIs(11));  // three times mean ± spread, seconds, rate
    for (const auto& [cell, iteration] : {std::pair(0, "500"), std::pair(3, "519")}) {
      const std::vector<Row> row = RowsOf(summary, {method, iteration});
      ASSERT_THAT(row, SizeIs(1));
      ExpectPrinted(printed, cell, row[0][2], row[0][3]);
    }
    EXPECT_GT(Number(printed[6]), method == methods().back() ? 0.2 : 0.05)
        << "the test accuracy, of a network that has learned a little";
    EXPECT_LT(Number(printed[6]), 1);
    EXPECT_GT(Number(printed[10]), 0);
  }
  EXPECT_THAT(out,
              HasSubstr(absl::StrCat("\n", 2 * methods().size(), " networks on ",
                                     std::min(2 * methods().size(), size_t{7}), " threads in ")));
}

TEST_P(LossCurveTest, EqualMethodsOfASeedLearnTheSame) {
  const CsvTable table = ReadCsv(Tables(program(), GetParam().equal_methods) + ".csv");
  for (const char* seed : {"0", "1"}) {
    const std::vector<Row> of_seed = RowsOf(table, {seed});
    ASSERT_THAT(of_seed, SizeIs(2 * kShortIterations));
    for (size_t t = 0; t < kShortIterations; ++t) {
      EXPECT_NE(of_seed[t][1], of_seed[kShortIterations + t][1]);
      EXPECT_EQ(of_seed[t][3], of_seed[kShortIterations + t][3]);
    }
  }
}

TEST_P(LossCurveTest, WeightsAreTheSeeds) {
  // With a single image, seeds differ in the weights only.
  const std::string directory = SmallMnistDirectory();
  WriteFile(directory + "/train-images-idx3-ubyte", IdxImages(1, 28, 28));
  WriteFile(directory + "/train-labels-idx1-ubyte", IdxLabels(1));
  const CsvTable table =
      ReadCsv(Tables(program(), {"--data_dir=" + directory, "--batch_size=1"}) + ".csv");
  const std::string& method = methods().back();
  EXPECT_NE(RowsOf(table, {"0", method, "0"})[0][3], RowsOf(table, {"1", method, "0"})[0][3]);
}

TEST_P(LossCurveTest, DivergedIsAResult) {
  const auto [experiment, out] = WriteTables(program(), GetParam().first_diverges);
  const CsvTable table = ReadCsv(experiment + ".csv");
  const std::string diverged = table.rows.front()[1], other = table.rows.back()[1];
  EXPECT_THAT(PrintedRow(out, diverged), Contains("diverged").Times(2));
  EXPECT_THAT(PrintedRow(out, other), Not(Contains("diverged")));
  EXPECT_EQ(RowsOf(table, {"1", diverged, "29"})[0][3], "nan");
  for (const char* seed : {"0", "1"}) {
    size_t finite = 0;
    for (const Row& row : RowsOf(table, {seed, diverged})) finite += row[3] != "nan";
    EXPECT_THAT(out, HasSubstr(absl::StrCat("\nDiverged: seed ", seed, ", ", diverged,
                                            ": in iteration ", finite, "\n")));
  }
  EXPECT_THAT(out, Not(HasSubstr(absl::StrCat(", ", other, ": in iteration"))));
  EXPECT_EQ(RowsOf(ReadCsv(experiment + "_summary.csv"), {diverged, "20"})[0][2], "nan");
  EXPECT_THAT(ReadFile(experiment + ".gp"),
              HasSubstr(absl::StrCat("\ndiverged = '", diverged, " ", diverged, " '\n")));
}

TEST_P(LossCurveTest, TheLearningRateIsUsed) {
  const CsvTable usual = ReadCsv(Tables(program()) + ".csv");
  const CsvTable faster = ReadCsv(Tables(program(), {"--learning_rate=0.0123"}) + ".csv");
  for (const std::string& method : methods()) {
    EXPECT_NE(RowsOf(usual, {"0", method, "29"}), RowsOf(faster, {"0", method, "29"}));
  }
}

TEST(InitTest, MiniBatchesAreTheSeeds) {
  for (const Program& program : {kSymmetry, kInitCompare}) {
    // With equal weights, seeds differ in the mini-batches only.
    const CsvTable table = ReadCsv(Tables(program, {"--inits=constant=0.01"}) + ".csv");
    EXPECT_NE(RowsOf(table, {"0"})[0][3], RowsOf(table, {"1"})[0][3]);
  }
}

TEST(InitTest, TheActivationIsUsed) {
  for (const Program& program : {kSymmetry, kInitCompare}) {
    const CsvTable relu = ReadCsv(Tables(program, {"--inits=he"}) + ".csv");
    const CsvTable tanh = ReadCsv(Tables(program, {"--inits=he", "--activation=tanh"}) + ".csv");
    EXPECT_NE(relu.rows[0][3], tanh.rows[0][3]);
  }
}

constexpr char kInits[] = "hidden=20,20 activation=relu optimizer=sgd learning_rate=0.01";
const std::vector<std::string> kEqualInits = {"--inits=std=0.1,std=0.10"};
const std::vector<std::string> kFirstInitDiverges = {"--inits=std=1e30,he"};

INSTANTIATE_TEST_SUITE_P(
    All, LossCurveTest,
    testing::Values(Comparison{kMnist,
                               {"sgd", "momentum", "adagrad", "adam"},
                               {"optimizers=sgd momentum adagrad adam",
                                "learning_rates=0.01 0.01 0.01 0.001 learning_rate_decay=0",
                                "hidden=20,20 activation=relu init=he",
                                "batch_size=32 iterations=30"},
                               // Too slow to change a weight.
                               {"--optimizers=sgd,adam", "--learning_rate=1e-30"},
                               {"--learning_rate=sgd=1e30"}},
                    Comparison{kSymmetry,
                               {"zero", "constant=0.01", "he"},
                               {"inits=zero constant=0.01 he", kInits,
                                "batch_size=32 iterations=30", "interval=7"},
                               kEqualInits,
                               kFirstInitDiverges},
                    Comparison{kInitCompare,
                               {"std=0.01", "xavier", "he"},
                               {"inits=std=0.01 xavier he", kInits, "batch_size=32 iterations=30"},
                               kEqualInits,
                               kFirstInitDiverges}),
    [](const auto& info) { return info.param.program.name; });

TEST(ConfigurationTest, IsExact) {
  const std::string experiment =
      Tables(kMnist, {"--learning_rate=0.012345678901", "--learning_rate_decay=1e-12"});
  EXPECT_THAT(ReadCsv(experiment + ".csv").comments,
              Contains("learning_rates=0.012345678901 0.012345678901 0.012345678901 "
                       "0.012345678901 learning_rate_decay=1e-12"));
}

TEST(LearningRateDecayTest, SlowsMnistDownFromTheSecondIteration) {
  const CsvTable steady = ReadCsv(Tables(kMnist) + ".csv");
  const CsvTable decaying = ReadCsv(Tables(kMnist, {"--learning_rate_decay=0.5"}) + ".csv");
  EXPECT_EQ(steady.rows[0][3], decaying.rows[0][3]);
  EXPECT_NE(steady.rows[1][3], decaying.rows[1][3]);
}

}  // namespace
}  // namespace dlfs
