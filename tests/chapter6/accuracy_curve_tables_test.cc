// The tables of the experiments that compare accuracies epoch by epoch: 6.3.2 and 6.4.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr double kTestImages = 10000;

struct Method {
  Row cells;
  std::string printed;  // what its row of the printed table starts with
};

struct Comparison {
  Program program;
  std::string suffix;  // of its tables
  std::vector<Method> methods;
  size_t epochs = kShortEpochs;

  bool TestAccuracy() const { return program.name != kBatchNorm.name; }
};

class AccuracyCurveTest : public testing::TestWithParam<Comparison> {
 protected:
  const Program& program() const { return GetParam().program; }

  CsvTable Runs(const std::string& experiment) const {
    return ReadCsv(absl::StrCat(experiment, GetParam().suffix, ".csv"));
  }

  CsvTable Summary(const std::string& experiment) const {
    return ReadCsv(absl::StrCat(experiment, GetParam().suffix, "_summary.csv"));
  }

  // What the rows of the runs start with, where every n-th epoch, and the last, is evaluated.
  std::vector<Row> ExpectedRows(size_t n) const {
    std::vector<Row> rows;
    for (const char* seed : {"0", "1"}) {
      for (const Method& method : GetParam().methods) {
        for (size_t epoch = 0; epoch < GetParam().epochs; ++epoch) {
          if (epoch % n != 0 && epoch + 1 != GetParam().epochs) continue;
          rows.push_back({seed});
          rows.back().insert(rows.back().end(), method.cells.begin(), method.cells.end());
          rows.back().push_back(absl::StrCat(epoch));
        }
      }
    }
    return rows;
  }
};

TEST_P(AccuracyCurveTest, EveryEpochOfEverySeedAndMethod) {
  const CsvTable runs = Runs(Tables(program()));
  const std::vector<Row> rows = ExpectedRows(1);
  EXPECT_EQ(FirstCells(runs, rows[0].size()), rows);
}

// So many of so many images.
void ExpectShares(const std::vector<std::string>& accuracies, double images) {
  for (const std::string& accuracy : accuracies) {
    if (accuracy == "nan") continue;
    const double count = Number(accuracy) * images;
    EXPECT_NEAR(count, std::round(count), 1e-6);
    EXPECT_GE(count, 0);
    EXPECT_LE(count, images);
  }
}

TEST_P(AccuracyCurveTest, AccuraciesAreSharesOfTheImages) {
  const CsvTable runs = Runs(Tables(program()));
  ExpectShares(Column(runs, "train_accuracy"), kShortTrainSize);
  if (GetParam().TestAccuracy()) ExpectShares(Column(runs, "test_accuracy"), kTestImages);
}

TEST_P(AccuracyCurveTest, EvaluationIntervalLeavesOutRowsAndChangesNone) {
  const CsvTable every = Runs(Tables(program()));
  for (const size_t interval : {2, 4, 100}) {
    const CsvTable some =
        Runs(Tables(program(), {absl::StrCat("--evaluation_interval=", interval)}));
    std::vector<Row> rows;
    for (const Row& row : ExpectedRows(interval)) {
      const std::vector<Row> found = RowsOf(every, row);
      rows.insert(rows.end(), found.begin(), found.end());
    }
    EXPECT_EQ(some.rows, rows);
  }
}

TEST_P(AccuracyCurveTest, SummaryIsMeanAndStandardDeviationOfTheSeeds) {
  const std::string experiment = Tables(program());
  const CsvTable runs = Runs(experiment), summary = Summary(experiment);
  ExpectMeanAndStd(runs, "train_accuracy", summary, "train_mean", "train_std");
  if (GetParam().TestAccuracy()) {
    ExpectMeanAndStd(runs, "test_accuracy", summary, "test_mean", "test_std");
  }
  EXPECT_THAT(Column(summary, "diverged"), testing::Each("0"));
}

TEST_P(AccuracyCurveTest, PrintedTableSaysWhatTheSummarySays) {
  const auto [experiment, out] = WriteTables(program());
  // The first table is that without a suffix.
  const std::string printed =
      out.substr(GetParam().suffix.empty() ? 0 : out.find("optimizer=adam"));
  const CsvTable summary = Summary(experiment);
  for (const Method& method : GetParam().methods) {
    Row last = method.cells;
    last.push_back(absl::StrCat(GetParam().epochs - 1));
    const std::vector<Row> rows = RowsOf(summary, last);
    ASSERT_THAT(rows, SizeIs(1));
    const Row values(rows[0].begin() + last.size(), rows[0].end());
    const std::vector<std::string> cells = PrintedRow(printed, method.printed);
    if (GetParam().TestAccuracy()) {
      ExpectPrinted(cells, 0, values[0], values[1]);
      ExpectPrinted(cells, 3, values[2], values[3]);
      EXPECT_NEAR(Number(cells.back()), Number(values[0]) - Number(values[2]), 5.1e-5);
    } else {
      ExpectPrinted(cells, method.cells[1] == "1" ? 3 : 0, values[0], values[1]);
    }
  }
  const size_t networks = 2 * GetParam().methods.size();
  EXPECT_THAT(printed, HasSubstr(absl::StrCat("\n", networks, " networks on ")));
}

TEST_P(AccuracyCurveTest, TheFlagsOfTheTrainingAreUsed) {
  const std::string usual = Tables(program());
  const CsvTable runs = Runs(usual);
  std::vector<std::string> flags = {"--batch_size=11", "--train_size=29", "--hidden_sizes=10,11"};
  // With Adam its own learning rate is used, and it is the optimizer.
  if (GetParam().suffix.empty()) {
    flags.insert(flags.end(), {"--learning_rate=0.2", "--optimizer=momentum"});
  }
  for (const std::string& flag : flags) EXPECT_NE(Runs(Tables(program(), {flag})).rows, runs.rows);
}

TEST_P(AccuracyCurveTest, TheConfigurationIsWritten) {
  const bool adam = !GetParam().suffix.empty();
  EXPECT_THAT(Runs(Tables(program())).comments,
              testing::Contains(absl::StrCat(
                  "hidden=10,10 train_size=30 batch_size=10 epochs=", GetParam().epochs,
                  " evaluation_interval=1 optimizer=", adam ? "adam" : "sgd",
                  " learning_rate=", adam ? "0.001" : "0.01")));
}

const std::vector<Method> kDropoutMethods = {{{"none", "0"}, "no dropout"},
                                             {{"standard", "0.2"}, "standard dropout, 0.2"},
                                             {{"inverted", "0.2"}, "inverted dropout, 0.2"}};
const std::vector<Method> kTechniques = {{{"none"}, "none"},
                                         {{"weight_decay"}, "weight decay"},
                                         {{"dropout"}, "dropout"},
                                         {{"batch_norm"}, "batch norm"},
                                         {{"batch_norm+weight_decay"}, "batch norm + weight decay"},
                                         {{"batch_norm+dropout"}, "batch norm + dropout"}};

INSTANTIATE_TEST_SUITE_P(
    All, AccuracyCurveTest,
    testing::Values(Comparison{kBatchNorm,
                               "",
                               {{{"0.5", "0"}, "0.5"},
                                {{"0.5", "1"}, "0.5"},
                                {{"0.1", "0"}, "0.1"},
                                {{"0.1", "1"}, "0.1"},
                                {{"0.01", "0"}, "0.01"},
                                {{"0.01", "1"}, "0.01"}}},
                    Comparison{kWeightDecay,
                               "",
                               {{{"none", "0"}, "no weight decay"},
                                {{"l2", "0.1"}, "L2, lambda 0.1"},
                                {{"l1", "0.01"}, "L1, lambda 0.01"}}},
                    Comparison{kDropout, "", kDropoutMethods},
                    Comparison{kDropout, "_adam", kDropoutMethods, kShortEpochsOfAdam},
                    Comparison{kOverfit, "", kTechniques},
                    Comparison{kOverfit, "_adam", kTechniques, kShortEpochsOfAdam}),
    [](const auto& info) { return info.param.program.name + info.param.suffix; });

}  // namespace
}  // namespace dlfs
