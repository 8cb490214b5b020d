// The tables of the experiments that compare how networks learn: losses in 6.1.8, 6.2.1 and 6.2.4,
// accuracies in 6.3.2 and 6.4. What each network learns is in twins_test.cc.
#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

struct Method {
  Row cells;
  std::string printed;  // what its row of the printed table starts with
};

struct Curves {
  Program program;
  std::string suffix;  // of its tables
  std::vector<Method> methods;
  std::vector<std::string> configuration;  // of a short run, however it is broken into lines
  size_t steps;                            // iterations or epochs

  bool has_test_accuracy() const { return program.name != kBatchNorm.name; }
};

void PrintTo(const Curves& curves, std::ostream* out) { *out << curves.program.name; }

// The comments, and the rows of each seed, method and step.
void ExpectCommentsAndRows(const Curves& curves, const CsvTable& table) {
  ASSERT_GT(table.comments.size(), 2);
  EXPECT_EQ(table.comments[0], curves.program.name + curves.suffix);
  EXPECT_THAT(table.comments[1], MatchesRegex("seed=0 seeds=2 isa=[a-z0-9]+"));
  EXPECT_EQ(absl::StrJoin(table.comments.begin() + 2, table.comments.end(), " "),
            absl::StrJoin(curves.configuration, " "));
  std::vector<Row> rows;
  for (const char* seed : {"0", "1"}) {
    for (const Method& method : curves.methods) {
      for (size_t step = 0; step < curves.steps; ++step) {
        Row row = {seed};
        row.insert(row.end(), method.cells.begin(), method.cells.end());
        row.push_back(absl::StrCat(step));
        rows.push_back(row);
      }
    }
  }
  EXPECT_EQ(FirstCells(table, rows[0].size()), rows);
}

std::string CurvesName(const testing::TestParamInfo<Curves>& info) {
  return info.param.program.name + info.param.suffix;
}

// --- Losses ---

class LossCurveTest : public testing::TestWithParam<Curves> {};

TEST_P(LossCurveTest, TablesAreOfEverySeedAndMethodByDefault) {
  const std::string experiment = Tables(GetParam().program);
  const CsvTable runs = ReadCsv(experiment + ".csv");
  ExpectCommentsAndRows(GetParam(), runs);
  ExpectMeanAndStd(runs, "smoothed_loss", ReadCsv(experiment + "_summary.csv"), "mean", "std");
}

TEST_P(LossCurveTest, PrintedTableSaysWhatTheFilesSay) {
  const auto [experiment, out] =
      WriteTables(GetParam().program,
                  {"--iterations=520", "--batch_size=8", "--hidden_sizes=10", "--threads=7"});
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  const std::vector<Method>& methods = GetParam().methods;
  for (const Method& method : methods) {
    const std::vector<std::string> printed = PrintedRow(out, method.printed);
    ASSERT_THAT(printed, SizeIs(11));  // three times mean ± spread, seconds, rate
    for (const auto& [cell, iteration] : {std::pair(0, "500"), std::pair(3, "519")}) {
      const std::vector<Row> row = RowsOf(summary, {method.cells[0], iteration});
      ASSERT_THAT(row, SizeIs(1));
      ExpectPrinted(printed, cell, row[0][2], row[0][3]);
    }
    EXPECT_GT(Number(printed[6]), &method == &methods.back() ? 0.2 : 0.05)
        << "the test accuracy, of a network that has learned a little";
    // Of two networks: forward twice; backward twice as much, but for dx of the first layer.
    const double forward = 2.0 * (784 * 10 + 10 * 10), backward = 2 * forward - 2.0 * 784 * 10;
    const double gigaflop = 2 * 520 * 8 * (2 * forward + backward) / 1e9;
    const double seconds = Number(printed[9]), rate = Number(printed[10]);
    EXPECT_GE(gigaflop, (seconds - 0.006) * (rate - 0.06));
    EXPECT_LE(gigaflop, (seconds + 0.006) * (rate + 0.06));
  }
  EXPECT_THAT(out,
              HasSubstr(absl::StrCat("\n", 2 * methods.size(), " networks on ",
                                     std::min(2 * methods.size(), size_t{7}), " threads in ")));
  EXPECT_THAT(out, testing::ContainsRegex("\nAll networks together: [0-9.]+ GFLOP/s\n"));
}

TEST_P(LossCurveTest, DivergedIsAResult) {
  const bool optimizers = GetParam().program.name == kMnist.name;
  const auto [experiment, out] = WriteTables(
      GetParam().program, {optimizers ? "--learning_rate=sgd=1e30" : "--inits=std=1e30,he"});
  const CsvTable table = ReadCsv(experiment + ".csv");
  const std::string diverged = table.rows.front()[1], other = table.rows.back()[1];
  EXPECT_THAT(PrintedRow(out, diverged), Contains("diverged").Times(2));
  EXPECT_THAT(PrintedRow(out, other), Not(Contains("diverged")));
  EXPECT_EQ(RowsOf(table, {"1", diverged, "29"})[0][3], "nan");
  const std::string column = optimizers ? "optimizer=" : "init=";
  for (const char* seed : {"0", "1"}) {
    size_t finite = 0;
    for (const Row& row : RowsOf(table, {seed, diverged})) finite += row[3] != "nan";
    EXPECT_THAT(out, HasSubstr(absl::StrCat("\nDiverged: seed ", seed, ", ", column, diverged,
                                            ": in iteration ", finite, "\n")));
  }
  EXPECT_THAT(out, Not(HasSubstr(column + other + ": in iteration")));
  EXPECT_EQ(RowsOf(ReadCsv(experiment + "_summary.csv"), {diverged, "20"})[0][2], "nan");
  EXPECT_THAT(ReadFile(experiment + ".gp"),
              HasSubstr(absl::StrCat("\ndiverged = '", diverged, " ", diverged, " '\n")));
}

const std::vector<Method> kOptimizers = {
    {{"sgd"}, "sgd"}, {{"momentum"}, "momentum"}, {{"adagrad"}, "adagrad"}, {{"adam"}, "adam"}};
const std::vector<Method> kInits = {
    {{"std=0.01"}, "std=0.01"}, {{"xavier"}, "xavier"}, {{"he"}, "he"}};
const std::vector<Method> kEqualInits = {
    {{"zero"}, "zero"}, {{"constant=0.01"}, "constant=0.01"}, {{"he"}, "he"}};

INSTANTIATE_TEST_SUITE_P(
    All, LossCurveTest,
    testing::Values(
        Curves{kMnist,
               "",
               kOptimizers,
               {"batch_size=32 iterations=30 hidden_sizes=20,20",
                "optimizers=sgd momentum adagrad adam learning_rates=0.01 0.01 0.01 0.001 "
                "learning_rate_decay=0"},
               kShortIterations},
        Curves{kSymmetry,
               "",
               kEqualInits,
               {"inits=zero,constant=0.01,he activation=relu learning_rate=0.01 batch_size=32 "
                "iterations=30 hidden_sizes=20,20 interval=7"},
               kShortIterations},
        Curves{kInitCompare,
               "",
               kInits,
               {"inits=std=0.01,xavier,he activation=relu learning_rate=0.01 batch_size=32 "
                "iterations=30 hidden_sizes=20,20"},
               kShortIterations}),
    CurvesName);

TEST(ConfigurationTest, IsExact) {
  const std::string experiment = Tables(
      kMnist,
      {"--learning_rate=0.012345678901", "--learning_rate_decay=1e-12", "--optimizers=adam,sgd"});
  EXPECT_THAT(ReadCsv(experiment + ".csv").comments,
              Contains("optimizers=adam sgd learning_rates=0.012345678901 0.012345678901 "
                       "learning_rate_decay=1e-12"));
}

TEST(CaptionTest, SaysWhatTheNetworksAre) {
  EXPECT_THAT(ReadFile(Tables(kMnist, {"--seed=3", "--seeds=1"}) + ".gp"),
              HasSubstr("\ncaption = 'hidden layers: 20, 20; mini-batches of 32; seed 3'\n"));
  EXPECT_THAT(ReadFile(Tables(kInitCompare, {"--hidden_sizes="}) + ".gp"),
              HasSubstr("\ncaption = 'hidden layers: none; mini-batches of 32; mean ± standard "
                        "deviation of 2 seeds'\n"));
}

// --- Accuracies ---

class AccuracyCurveTest : public testing::TestWithParam<Curves> {
 protected:
  CsvTable Runs(const std::string& experiment) const {
    return ReadCsv(absl::StrCat(experiment, GetParam().suffix, ".csv"));
  }
  CsvTable Summary(const std::string& experiment) const {
    return ReadCsv(absl::StrCat(experiment, GetParam().suffix, "_summary.csv"));
  }
};

// So many of so many images.
void ExpectShares(const std::vector<std::string>& accuracies, double images) {
  for (const std::string& accuracy : accuracies) {
    const double count = Number(accuracy) * images;
    EXPECT_NEAR(count, std::round(count), 1e-6);
    EXPECT_GE(count, 0);
    EXPECT_LE(count, images);
  }
}

TEST_P(AccuracyCurveTest, TablesAreOfEverySeedAndMethodByDefault) {
  const std::string experiment = Tables(GetParam().program);
  const CsvTable runs = Runs(experiment), summary = Summary(experiment);
  ExpectCommentsAndRows(GetParam(), runs);
  ExpectShares(Column(runs, "train_accuracy"), kShortTrainSize);
  ExpectMeanAndStd(runs, "train_accuracy", summary, "train_mean", "train_std");
  if (GetParam().has_test_accuracy()) {
    ExpectShares(Column(runs, "test_accuracy"), 10000);
    ExpectMeanAndStd(runs, "test_accuracy", summary, "test_mean", "test_std");
  } else {
    EXPECT_THAT(Column(summary, "test_mean"), testing::Each("nan")) << "nobody measured it";
  }
  EXPECT_THAT(Column(summary, "diverged"), testing::Each("0"));
}

TEST_P(AccuracyCurveTest, PrintedTableSaysWhatTheSummarySays) {
  const auto [experiment, out] = WriteTables(GetParam().program);
  // The first table is that without a suffix.
  const std::string printed =
      out.substr(GetParam().suffix.empty() ? 0 : out.find("learned with adam"));
  const CsvTable summary = Summary(experiment);
  for (const Method& method : GetParam().methods) {
    Row last = method.cells;
    last.push_back(absl::StrCat(GetParam().steps - 1));
    const std::vector<Row> rows = RowsOf(summary, last);
    ASSERT_THAT(rows, SizeIs(1));
    const Row values(rows[0].begin() + last.size(), rows[0].end());
    const std::vector<std::string> cells = PrintedRow(printed, method.printed);
    if (GetParam().has_test_accuracy()) {
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

const std::vector<Method> kStds = {{{"0.5", "0"}, "0.5"},   {{"0.5", "1"}, "0.5"},
                                   {{"0.1", "0"}, "0.1"},   {{"0.1", "1"}, "0.1"},
                                   {{"0.01", "0"}, "0.01"}, {{"0.01", "1"}, "0.01"}};
const std::vector<Method> kPenalties = {{{"none", "0"}, "no weight decay"},
                                        {{"l2", "0.1"}, "L2, lambda 0.1"},
                                        {{"l1", "0.01"}, "L1, lambda 0.01"}};
const std::vector<Method> kDropouts = {{{"none", "0"}, "no dropout"},
                                       {{"standard", "0.2"}, "standard dropout, 0.2"},
                                       {{"inverted", "0.2"}, "inverted dropout, 0.2"}};
const std::vector<Method> kTechniques = {{{"none"}, "none"},
                                         {{"weight_decay"}, "weight decay"},
                                         {{"dropout"}, "dropout"},
                                         {{"batch_norm"}, "batch norm"},
                                         {{"batch_norm+weight_decay"}, "batch norm + weight decay"},
                                         {{"batch_norm+dropout"}, "batch norm + dropout"}};
constexpr char kTraining[] =
    "train_size=30 epochs=7 evaluation_interval=1 batch_size=10 hidden_sizes=10,10 optimizer=sgd";
constexpr char kWithSgd[] = "learned with sgd, learning_rate=0.01, epochs=7";
constexpr char kWithAdam[] = "learned with adam, learning_rate=0.001, epochs=3";
const std::string kOfDropout =
    absl::StrCat("dropouts=none,standard,inverted dropout_ratio=0.2 with_adam=true ", kTraining);
const std::string kOfTechniques = absl::StrCat(
    "techniques=none,weight_decay,dropout,batch_norm,batch_norm+weight_decay,"
    "batch_norm+dropout weight_decay=0.1 dropout_ratio=0.2 with_adam=true ",
    kTraining);

INSTANTIATE_TEST_SUITE_P(
    All, AccuracyCurveTest,
    testing::Values(
        Curves{kBatchNorm,
               "",
               kStds,
               {absl::StrCat("init_std=0.5,0.1,0.01 ", kTraining), "learning_rate=0.01"},
               kShortEpochs},
        Curves{kWeightDecay,
               "",
               kPenalties,
               {absl::StrCat("penalties=none,l2=0.1,l1=0.01 ", kTraining), "learning_rate=0.01"},
               kShortEpochs},
        Curves{kDropout, "", kDropouts, {kOfDropout, kWithSgd}, kShortEpochs},
        Curves{kDropout, "_adam", kDropouts, {kOfDropout, kWithAdam}, kShortEpochsOfAdam},
        Curves{kOverfit, "", kTechniques, {kOfTechniques, kWithSgd}, kShortEpochs},
        Curves{kOverfit, "_adam", kTechniques, {kOfTechniques, kWithAdam}, kShortEpochsOfAdam}),
    CurvesName);

// --- 6.3.2 ---

const std::vector<std::string> kDeep = {"--hidden_sizes=100,100,100,100,100", "--train_size=100",
                                        "--batch_size=100"};

TEST(BatchNormCompareTest, DivergedIsWhereTheAccuracyIsNan) {
  std::vector<std::string> arguments = kDeep;
  arguments.insert(arguments.end(), {"--init_std=1,0.1", "--epochs=5"});
  const auto [experiment, out] = WriteTables(kBatchNorm, arguments);
  const CsvTable table = ReadCsv(experiment + ".csv");
  for (const Row& row : table.rows) EXPECT_EQ(row[5], row[4] == "nan" ? "1" : "0");
  for (const char* seed : {"0", "1"}) {
    EXPECT_EQ(RowsOf(table, {seed, "1", "1", "4"})[0][5], "0");
    EXPECT_EQ(RowsOf(table, {seed, "0.1", "0", "4"})[0][5], "0");
    int epoch = 0;
    while (RowsOf(table, {seed, "1", "0", absl::StrCat(epoch)}).at(0)[5] == "0") ++epoch;
    EXPECT_THAT(out, HasSubstr(absl::StrCat("\nDiverged: seed ", seed,
                                            ", init_std=1 batch_norm=0: before the end of epoch ",
                                            epoch, "\n")));
  }
  EXPECT_THAT(PrintedRow(out, "1"), Contains("diverged"));
  EXPECT_THAT(PrintedRow(out, "0.1"), Not(Contains("diverged")));

  for (const Row& row : ReadCsv(experiment + "_summary.csv").rows) {
    int diverged = 0;
    for (const char* seed : {"0", "1"}) {
      diverged += RowsOf(table, {seed, row[0], row[1], row[2]})[0][5] == "1";
    }
    EXPECT_EQ(Number(row[7]), diverged);
    EXPECT_EQ(row[3] == "nan", diverged > 0);
  }
}

TEST(BatchNormCompareTest, OnlyWithBatchNormANetworkLearnsFromSmallWeights) {
  std::vector<std::string> arguments = kDeep;
  arguments.insert(arguments.end(), {"--init_std=0.01", "--epochs=20"});
  const CsvTable table = ReadCsv(Tables(kBatchNorm, arguments) + ".csv");
  for (const char* seed : {"0", "1"}) {  // figure 6-19
    EXPECT_LT(Number(RowsOf(table, {seed, "0.01", "0", "19"})[0][4]), 0.3);
    EXPECT_GT(Number(RowsOf(table, {seed, "0.01", "1", "19"})[0][4]), 0.5);
  }
}

TEST(BatchNormCompareTest, ByDefaultThe16StandardDeviationsOfTheBook) {
  const CsvTable table =
      ReadCsv(Tables(kBatchNorm, {"--init_std=", "--epochs=1", "--seeds=1"}) + ".csv");
  ASSERT_THAT(table.rows, SizeIs(32));
  for (int i = 0; i < 32; ++i) {
    EXPECT_NEAR(Number(table.rows[i][1]) / std::pow(10, -4.0 * (i / 2) / 15), 1, 1e-12);
    EXPECT_EQ(Number(table.rows[i][2]), i % 2);
  }
}

}  // namespace
}  // namespace dlfs
