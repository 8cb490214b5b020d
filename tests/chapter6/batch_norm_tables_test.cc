// The tables of 6.3: the gradient check, and networks that diverge.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::vector<std::string> kParameters = {"W1", "b1",     "gamma1", "beta1", "W2",
                                              "b2", "gamma2", "beta2",  "W3",    "b3"};

// One run for all tests of it: it cannot be made short.
class GradientCheckTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { written_ = WriteTables(kGradientCheck, {"--samples=3"}); }

  static CsvTable Csv() { return ReadCsv(written_.experiment + ".csv"); }
  static CsvTable Summary() { return ReadCsv(written_.experiment + "_summary.csv"); }

  static Written written_;
};
Written GradientCheckTest::written_;

TEST_F(GradientCheckTest, ChecksEveryParameterOnSeveralSamplesAndOnOne) {
  std::vector<Row> rows;
  for (const char* samples : {"3", "1"}) {
    for (const std::string& parameter : kParameters) rows.push_back({parameter, samples});
  }
  EXPECT_EQ(FirstCells(Csv(), 2), rows);
  EXPECT_EQ(FirstCells(Summary(), 2), rows);
}

TEST_F(GradientCheckTest, BackPropagationIsRightOnSeveralSamples) {
  for (const std::string& parameter : kParameters) {
    const Row row = RowsOf(Csv(), {parameter, "3"})[0];
    EXPECT_LT(Number(row[2]), 1e-8);
    EXPECT_LT(Number(row[3]), 1e-3);
    // Batch norm subtracts what b1 and b2 add.
    const double gradient = Number(RowsOf(Summary(), {parameter, "3"})[0][2]);
    if (parameter == "b1" || parameter == "b2") {
      EXPECT_LT(gradient, 1e-12);
    } else {
      EXPECT_GT(gradient, 1e-3) << "the check of " << parameter << " means something";
      EXPECT_GT(Number(row[2]), 0) << "two different computations";
    }
  }
}

TEST_F(GradientCheckTest, OneSampleChecksNothing) {
  for (const std::string& parameter : kParameters) {
    const Row row = RowsOf(Csv(), {parameter, "1"})[0];
    const double gradient = Number(RowsOf(Summary(), {parameter, "1"})[0][2]);
    if (parameter == "b3") {
      EXPECT_GT(gradient, 0.1);
      EXPECT_LT(Number(row[3]), 1e-3);
      continue;
    }
    EXPECT_EQ(gradient, 0);
    // Half a slope of ReLU at its kink, where back-propagation has none.
    EXPECT_EQ(Number(row[2]) > 1e-3, parameter == "beta2");
    EXPECT_EQ(Number(row[3]), parameter == "beta2" ? 1 : 0);
  }
}

TEST_F(GradientCheckTest, SummaryAndPrintedTableSayTheSame) {
  EXPECT_EQ(Column(Csv(), "mean_abs_difference"), Column(Summary(), "mean_abs_difference"));
  for (const Row& row : Csv().rows) {
    const std::string table =
        written_.out.substr(written_.out.find(row[1] == "1" ? "1 sample " : "3 samples "));
    const Row printed = PrintedRow(table, row[0]);
    ASSERT_THAT(printed, SizeIs(4));
    const double gradient = Number(RowsOf(Summary(), {row[0], row[1]})[0][2]);
    EXPECT_NEAR(Number(printed[0]), gradient, 0.051 * gradient);
    EXPECT_NEAR(Number(printed[1]), Number(row[2]), 0.051 * Number(row[2]));
    EXPECT_NEAR(Number(printed[2]), Number(row[3]), 0.051 * Number(row[3]));
    if (row[1] == "1") {
      EXPECT_EQ(printed[3], "0") << "the book does not avoid kinks";
    }
  }
}

// --- batch_norm_compare ---

const std::vector<std::string> kDeep = {"--hidden_sizes=100,100,100,100,100", "--train_size=100",
                                        "--batch_size=100", "--learning_rate=0.01"};

TEST(BatchNormCompareTest, DivergedIsWhereTheAccuracyIsNan) {
  std::vector<std::string> arguments = kDeep;
  arguments.insert(arguments.end(), {"--init_std=1,0.1", "--epochs=5"});
  const auto [experiment, out] = WriteTables(kBatchNorm, arguments);
  const CsvTable table = ReadCsv(experiment + ".csv");
  for (const Row& row : table.rows) {
    EXPECT_EQ(row[5], row[4] == "nan" ? "1" : "0");
    EXPECT_TRUE(row[4] == "nan" || (Number(row[4]) >= 0 && Number(row[4]) <= 1));
  }
  for (const char* seed : {"0", "1"}) {
    EXPECT_EQ(RowsOf(table, {seed, "1", "0", "4"})[0][5], "1");
    EXPECT_EQ(RowsOf(table, {seed, "1", "1", "4"})[0][5], "0");
    EXPECT_EQ(RowsOf(table, {seed, "0.1", "0", "4"})[0][5], "0");
  }
  for (const char* seed : {"0", "1"}) {
    int epoch = 0;
    while (RowsOf(table, {seed, "1", "0", absl::StrCat(epoch)})[0][5] == "0") ++epoch;
    EXPECT_THAT(out, HasSubstr(absl::StrCat("\nDiverged: seed ", seed,
                                            ", init_std=1 batch_norm=0: before the end of epoch ",
                                            epoch, "\n")));
  }
  EXPECT_THAT(PrintedRow(out, "1"), testing::Contains("diverged"));
  EXPECT_THAT(PrintedRow(out, "0.1"), testing::Not(testing::Contains("diverged")));

  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  for (const Row& row : summary.rows) {
    int diverged = 0;
    for (const char* seed : {"0", "1"}) {
      diverged += RowsOf(table, {seed, row[0], row[1], row[2]})[0][5] == "1";
    }
    EXPECT_EQ(Number(row[7]), diverged);
    EXPECT_EQ(row[3] == "nan", diverged > 0);
  }
}

TEST(BatchNormCompareTest, WithAndWithoutBatchNormAreDifferentNetworks) {
  std::vector<std::string> arguments = kDeep;
  arguments.insert(arguments.end(), {"--init_std=0.01", "--epochs=20"});
  const CsvTable table = ReadCsv(Tables(kBatchNorm, arguments) + ".csv");
  // Figure 6-19: from such weights only the network with batch norm learns.
  for (const char* seed : {"0", "1"}) {
    EXPECT_LT(Number(RowsOf(table, {seed, "0.01", "0", "19"})[0][4]), 0.3);
    EXPECT_GT(Number(RowsOf(table, {seed, "0.01", "1", "19"})[0][4]), 0.5);
  }
}

TEST(BatchNormCompareTest, The16PanelsOfTheBookByDefault) {
  const CsvTable table =
      ReadCsv(Tables(kBatchNorm, {"--init_std=", "--epochs=1", "--seeds=1"}) + ".csv");
  ASSERT_THAT(table.rows, SizeIs(32));
  for (int k = 0; k < 16; ++k) {
    for (int batch_norm : {0, 1}) {
      const Row& row = table.rows[2 * k + batch_norm];
      EXPECT_NEAR(Number(row[1]) / std::pow(10, -4.0 * k / 15), 1, 1e-12);
      EXPECT_EQ(Number(row[2]), batch_norm);
    }
  }
}

TEST(BatchNormCompareTest, SummaryHasNoTestAccuracyThatNobodyMeasured) {
  const CsvTable summary = ReadCsv(Tables(kBatchNorm) + "_summary.csv");
  EXPECT_THAT(Column(summary, "test_mean"), testing::Each("nan"));
}

TEST(BatchNormCompareTest, PanelsDoNotDependOnEachOther) {
  const CsvTable some = ReadCsv(Tables(kBatchNorm) + ".csv");
  const CsvTable one = ReadCsv(Tables(kBatchNorm, {"--init_std=0.1"}) + ".csv");
  for (const char* seed : {"0", "1"}) {
    EXPECT_EQ(RowsOf(some, {seed, "0.1"}), RowsOf(one, {seed, "0.1"}));
  }
}

}  // namespace
}  // namespace dlfs
