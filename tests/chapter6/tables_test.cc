// What the tables of all experiments have in common; and the paths on f.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/layer_signals.h"
#include "common/experiment/csv.h"
#include "common/experiment/isa_name.h"
#include "common/experiment/mean_and_std.h"
#include "common/layers/activations.h"
#include "common/matrix/elementary.h"
#include "common/matrix/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class TableTest : public testing::TestWithParam<Program> {};

TEST_P(TableTest, HasTheHeaderOfTheContractAndSaysWhatItIs) {
  const std::string experiment = Tables(GetParam());
  for (const Table& table : GetParam().tables) {
    const CsvTable written = ReadCsv(experiment + table.suffix + ".csv");
    EXPECT_EQ(written.header, table.header);
    EXPECT_FALSE(written.rows.empty());
    ASSERT_GE(written.comments.size(), 3);
    EXPECT_EQ(written.comments[0], GetParam().name + table.suffix);
    EXPECT_THAT(written.comments[1], MatchesRegex("seed=0 seeds=[12] isa=[a-z0-9]+"));
  }
}

TEST_P(TableTest, IsTheSameWhenRunAgainAndOnAnyNumberOfThreads) {
  const std::string once = Tables(GetParam());
  for (const char* threads : {"1", "7"}) {
    const std::string experiment = Tables(GetParam(), {absl::StrCat("--threads=", threads)});
    for (const Table& table : GetParam().tables) {
      EXPECT_EQ(ReadFile(experiment + table.suffix + ".csv"),
                ReadFile(once + table.suffix + ".csv"));
    }
  }
}

TEST_P(TableTest, IsTheSameOnEveryInstructionSetWithFma) {
  std::vector<std::string> experiments;
  for (Isa isa : SupportedIsas()) {
    if (!HasFma(isa)) continue;
    const bool is_auto = isa == SupportedIsas().front();
    experiments.push_back(is_auto ? Tables(GetParam())
                                  : Tables(GetParam(), {absl::StrCat("--isa=", IsaName(isa))}));
  }
  if (experiments.size() < 2) GTEST_SKIP() << "this CPU has no two of them";
  for (const Table& table : GetParam().tables) {
    const CsvTable first = ReadCsv(experiments[0] + table.suffix + ".csv");
    const CsvTable second = ReadCsv(experiments[1] + table.suffix + ".csv");
    EXPECT_NE(first.comments, second.comments) << "they name the instruction set";
    EXPECT_EQ(first.rows, second.rows);
  }
}

TEST_P(TableTest, IsAnotherForAnotherSeed) {
  const std::string seed_0 = Tables(GetParam()), seed_5 = Tables(GetParam(), {"--seed=5"});
  for (const Table& table : GetParam().tables) {
    const CsvTable first = ReadCsv(seed_0 + table.suffix + ".csv");
    const CsvTable second = ReadCsv(seed_5 + table.suffix + ".csv");
    EXPECT_NE(first.comments, second.comments);
    // Nothing is random on f.
    EXPECT_EQ(first.rows == second.rows, GetParam().name == kNaive.name);
  }
}

TEST_P(TableTest, HasTheSameRowsOfASeedWhicheverOthersRun) {
  const std::string both = Tables(GetParam());
  const std::string second = Tables(GetParam(), {"--seed=1", "--seeds=1"});
  for (const Table& table : GetParam().tables) {
    if (!absl::StartsWith(table.header, "seed,")) continue;
    // Trials are numbered through all seeds (search_tables_test.cc).
    if (absl::StrContains(table.header, ",trial,")) continue;
    const CsvTable of_both = ReadCsv(both + table.suffix + ".csv");
    const std::vector<Row> rows = RowsOf(of_both, {"1"});
    EXPECT_EQ(rows, ReadCsv(second + table.suffix + ".csv").rows);
    EXPECT_EQ(RowsOf(of_both, {"0"}).size(), rows.size());
    EXPECT_EQ(of_both.rows.size(), 2 * rows.size());
  }
}

INSTANTIATE_TEST_SUITE_P(All, TableTest, testing::ValuesIn(Programs()), NameOf);

// --- The paths on f ---

TEST(PathTest, EveryPointOfEveryOptimizer) {
  const std::vector<std::string> optimizers = {"sgd", "momentum", "adagrad", "adam"};
  const auto [experiment, out] = WriteTables(kNaive);
  const CsvTable table = ReadCsv(experiment + ".csv");
  EXPECT_THAT(table.comments,
              ElementsAre(kNaive.name, MatchesRegex("seed=0 seeds=1 isa=[a-z0-9]+"),
                          "function=valley", "start_x=-7 start_y=2 points=30",
                          "optimizers=sgd momentum adagrad adam learning_rates=0.95 0.1 1.5 0.3 "
                          "learning_rate_decay=0"));
  std::vector<Row> rows;
  for (const std::string& optimizer : optimizers) {
    for (size_t step = 0; step < 30; ++step) rows.push_back({optimizer, absl::StrCat(step)});
  }
  EXPECT_EQ(FirstCells(table, 2), rows);
  for (const std::string& optimizer : optimizers) {
    const std::vector<Row> path = RowsOf(table, {optimizer});
    EXPECT_THAT(path.front(), ElementsAre(optimizer, "0", "-7", "2"));
    double length = 0;
    for (size_t i = 1; i < path.size(); ++i) {
      length += std::hypot(Number(path[i][2]) - Number(path[i - 1][2]),
                           Number(path[i][3]) - Number(path[i - 1][3]));
    }
    const double x = Number(path.back()[2]), y = Number(path.back()[3]);
    // learning rate, last x, last y, f(x, y), length of path
    const Row printed = PrintedRow(out, optimizer);
    ASSERT_THAT(printed, testing::SizeIs(5));
    EXPECT_NEAR(Number(printed[1]), x, 1e-5 * std::abs(x));
    EXPECT_NEAR(Number(printed[2]), y, 1e-5 * std::abs(y));
    EXPECT_NEAR(Number(printed[3]), x * x / 20 + y * y, 1e-5 * (x * x / 20 + y * y));
    EXPECT_NEAR(Number(printed[4]), length, 1e-4 * length);
  }
}

// But for what is 0 in exact arithmetic.
void ExpectNear(const std::string& cell, double expected) {
  EXPECT_NEAR(Number(cell), expected, std::max(1e-12 * std::abs(expected), 1e-15));
}

TEST(PathTest, IsTheBooksOnEveryInstructionSet) {
  for (const Isa isa : SupportedIsas()) {
    const CsvTable table = ReadCsv(Tables(kNaive, {absl::StrCat("--isa=", IsaName(isa)),
                                                   "--optimizers=sgd,momentum,nesterov,adagrad,"
                                                   "rmsprop,adam"}) +
                                   ".csv");
    size_t compared = 0;
    for (const golden::Row& point : golden::Read("trajectories.csv")) {
      SCOPED_TRACE(point.at("optimizer") + " " + point.at("step"));
      const std::vector<Row> rows = RowsOf(table, {point.at("optimizer"), point.at("step")});
      ASSERT_THAT(rows, testing::SizeIs(1));
      ExpectNear(rows[0][2], golden::Number(point, "x"));
      ExpectNear(rows[0][3], golden::Number(point, "y"));
      ++compared;
    }
    EXPECT_EQ(compared, table.rows.size());
    EXPECT_EQ(compared, 6 * 30);
  }
}

TEST(PathTest, AnotherFunctionHasItsOwnStartRatesAndMinimum) {
  const auto [experiment, out] = WriteTables(kNaive, {"--function=beale", "--optimizers=adam"});
  const CsvTable table = ReadCsv(experiment + ".csv");
  EXPECT_THAT(table.comments, IsSupersetOf({"function=beale", "start_x=1 start_y=1.5 points=100"}));
  EXPECT_THAT(table.rows.front(), ElementsAre("adam", "0", "1", "1.5"));
  EXPECT_EQ(table.rows.size(), 100);
  // learning rate, last x, last y, f(x, y), length of path
  const Row printed = PrintedRow(out, "adam");
  ASSERT_THAT(printed, testing::SizeIs(5));
  EXPECT_EQ(printed[0], "0.5");
  EXPECT_NEAR(Number(printed[1]), 3, 0.05);
  EXPECT_NEAR(Number(printed[2]), 0.5, 0.05);
  EXPECT_LT(Number(printed[3]), 0.001);
}

TEST(PathTest, StartAndLearningRatesAreThoseOfTheFlags) {
  const CsvTable table =
      ReadCsv(Tables(kNaive, {"--optimizers=nesterov,sgd", "--learning_rate=sgd=0.1", "--start_x=5",
                              "--start_y=-3", "--learning_rate_decay=0.5", "--points=3"}) +
              ".csv");
  EXPECT_THAT(FirstCells(table, 1), ElementsAre(Row{"nesterov"}, Row{"nesterov"}, Row{"nesterov"},
                                                Row{"sgd"}, Row{"sgd"}, Row{"sgd"}));
  // The learning rate decays from the second move.
  const double x1 = 5 - 0.1 * (5 / 10.0), y1 = -3 - 0.1 * (2 * -3);
  EXPECT_THAT(table.rows[3], ElementsAre("sgd", "0", "5", "-3"));
  ExpectNear(table.rows[4][2], x1);
  ExpectNear(table.rows[4][3], y1);
  ExpectNear(table.rows[5][2], x1 - 0.1 / 1.5 * (x1 / 10));
  ExpectNear(table.rows[5][3], y1 - 0.1 / 1.5 * (2 * y1));
}

TEST(PathTest, DivergedIsSaid) {
  const auto [experiment, out] = WriteTables(kNaive, {"--learning_rate=sgd=1e300"});
  EXPECT_THAT(PrintedRow(out, "sgd"), ElementsAre("1e+300", "diverged", "in", "step", "1"));
  EXPECT_THAT(ReadFile(experiment + ".gp"), HasSubstr("\ndiverged = 'sgd '\n"));
}

// --- Curves ---

// The tables of the experiments that compare how networks learn: losses in 6.1.8, 6.2.1 and 6.2.4,
// accuracies in 6.3.2 and 6.4. What each network learns is in twins_test.cc.

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
              HasSubstr("\ncaption = sprintf(say('hidden layers: %s; mini-batches of %s; %s'), "
                        "'20, 20', '32', sprintf(say('seed %s'), '3'))\n"));
  EXPECT_THAT(ReadFile(Tables(kInitCompare, {"--hidden_sizes="}) + ".gp"),
              HasSubstr("\ncaption = sprintf(say('hidden layers: %s; mini-batches of %s; %s'), "
                        "say('none'), '32', sprintf(say('mean ± standard deviation of %s seeds'), "
                        "'2'))\n"));
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
    ExpectShares(Column(runs, "test_accuracy"), kFewTest);
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
                                         {{"decoupled_weight_decay"}, "decoupled weight decay"},
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
    "techniques=none,weight_decay,decoupled_weight_decay,dropout,batch_norm,"
    "batch_norm+weight_decay,batch_norm+dropout weight_decay=0.1 dropout_ratio=0.2 with_adam=true ",
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

// --- Layers ---

// The tables about single layers: histograms of activations and how different neurons are (6.2), and
// the gradient check (6.3).

// --- weight_init_activation_histogram, as its short run does ---

const std::vector<std::string> kActivations = {"sigmoid", "tanh", "relu"};
const std::vector<std::string> kLayerInits = {"std=1", "xavier", "he"};
constexpr int kLayers = 3;

// The signals of both seeds, together.
std::vector<LayerSignal> SignalsOfSeeds(ActivationKind activation, const WeightInit& init) {
  const LayerStack stack = {.samples = 50, .nodes = 10, .layers = kLayers};
  std::vector<LayerSignal> both = Signals(activation, init, stack, 0);
  const std::vector<LayerSignal> second = Signals(activation, init, stack, 1);
  for (int l = 0; l < kLayers; ++l) {
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(both[l].activations, second[l].activations);
    append(both[l].gradients, second[l].gradients);
    both[l].saturated = both[l].saturated / 2 + second[l].saturated / 2;
    both[l].dead = both[l].dead / 2 + second[l].dead / 2;
  }
  return both;
}

void AppendHistogram(Row layer, const std::vector<double>& values, double low, double high,
                     int bins, std::vector<Row>& rows) {
  const std::vector<size_t> counts = Histogram(values, low, high, bins);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), size_t{0}), 50 * 10 * 2) << "all values";
  layer.resize(6);
  for (int b = 0; b < bins; ++b) {
    layer[3] = ShortestDecimal(low + b * ((high - low) / bins));
    layer[4] = b + 1 < bins ? ShortestDecimal(low + (b + 1) * ((high - low) / bins))
                            : ShortestDecimal(high);
    layer[5] = std::to_string(counts[b]);
    rows.push_back(layer);
  }
}

TEST(HistogramTest, TablesAreOfTheSignalsOfAllSeeds) {
  constexpr WeightInit kKinds[] = {
      {WeightInit::Kind::kNormal, 1}, {WeightInit::Kind::kXavier}, {WeightInit::Kind::kHe}};
  std::vector<Row> activations, gradients, summary;
  for (const ActivationKind kind :
       {ActivationKind::kSigmoid, ActivationKind::kTanh, ActivationKind::kRelu}) {
    for (size_t i = 0; i < kLayerInits.size(); ++i) {
      const std::vector<LayerSignal> signals = SignalsOfSeeds(kind, kKinds[i]);
      // Layers are to be compared, so their bins are the same; no activation is hidden.
      double high = 1;
      if (kind == ActivationKind::kRelu) {
        high = 0;
        for (const LayerSignal& s : signals) {
          high = std::max(high, *std::ranges::max_element(s.activations));
        }
      }
      for (int l = 0; l < kLayers; ++l) {
        const Row layer = {ActivationName(kind), kLayerInits[i], absl::StrCat(l + 1)};
        AppendHistogram(layer, signals[l].activations, kind == ActivationKind::kTanh ? -1 : 0, high,
                        12, activations);
        std::vector<double> logs;
        for (const double g : signals[l].gradients) {
          logs.push_back(elementary::Log(std::abs(g)) / std::numbers::ln10);
        }
        AppendHistogram(layer, logs, -12, 6, 36, gradients);
        const MeanAndStd y(signals[l].activations), gradient(signals[l].gradients);
        summary.push_back(layer);
        for (const double x :
             {y.mean, y.std, signals[l].saturated, signals[l].dead, gradient.std}) {
          summary.back().push_back(ShortestDecimal(x));
        }
      }
    }
  }
  const std::string experiment = Tables(kHistogram);
  EXPECT_EQ(ReadCsv(experiment + ".csv").rows, activations);
  EXPECT_EQ(ReadCsv(experiment + "_gradient.csv").rows, gradients);
  EXPECT_EQ(ReadCsv(experiment + "_summary.csv").rows, summary);
}

TEST(HistogramTest, PrintedTableSaysWhatTheSummarySays) {
  const auto [experiment, out] = WriteTables(kHistogram);
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  for (const std::string& activation : kActivations) {
    for (const std::string& init : kLayerInits) {
      const std::vector<Row> rows = RowsOf(summary, {activation, init});
      // activation, init: y of layers 1, 2, 3; saturated %, dead %; gradient of layers 3, 1
      const Row printed = PrintedRow(out, activation +
                                              (activation == "relu"   ? "     "
                                               : activation == "tanh" ? "     "
                                                                      : "  ") +
                                              init);
      ASSERT_THAT(printed, SizeIs(9));
      for (int l = 0; l < kLayers; ++l) {
        EXPECT_NEAR(Number(printed[l]) / Number(rows[l][4]), 1, 0.051);
      }
      EXPECT_NEAR(Number(printed[3]), 100 * Number(rows[2][5]), 0.51);
      EXPECT_NEAR(Number(printed[5]), 100 * Number(rows[2][6]), 0.51);
      EXPECT_NEAR(Number(printed[7]) / Number(rows[2][7]), 1, 0.051);
      EXPECT_NEAR(Number(printed[8]) / Number(rows[0][7]), 1, 0.051);
    }
  }
}

TEST(HistogramTest, AnOverflowIsSaid) {
  const auto [experiment, out] =
      WriteTables(kHistogram, {"--activations=relu,tanh", "--inits=std=1e30,he"});
  EXPECT_THAT(PrintedRow(out, "relu     std=1e30"), testing::Contains("overflow").Times(3));
  EXPECT_THAT(PrintedRow(out, "tanh     std=1e30"), testing::Not(testing::Contains("overflow")));
  EXPECT_THAT(out,
              testing::ContainsRegex("\n  Overflow in layer 3: [0-9]+ values of y and dL/da are "
                                     "not finite numbers\nrelu     he "));
}

TEST(HistogramTest, ByDefaultAsInTheBook) {
  const CsvTable table =
      ReadCsv(Tables(kHistogram, {"--seeds=1", "--samples=1000", "--nodes=100", "--layers=5",
                                  "--bins=30", "--inits=std=1,std=0.01,xavier,he"}) +
              ".csv");
  // Figure 6-10: sigmoid with std 1 has most values at the ends; 6-11: with 0.01 none there.
  const auto at_ends = [&](const char* init) {
    const std::vector<Row> bins = RowsOf(table, {"sigmoid", init, "5"});
    return (Number(bins.front()[5]) + Number(bins.back()[5])) / (1000 * 100);
  };
  EXPECT_GT(at_ends("std=1"), 0.4);
  EXPECT_EQ(at_ends("std=0.01"), 0);
}

// --- weight_init_symmetry ---

TEST(SymmetryTest, EqualNeuronsAreNoBetterThanOne) {
  const auto [experiment, out] = WriteTables(kSymmetry, {"--iterations=300"});
  const std::string of_neurons = out.substr(out.find("seed 0 "));
  const CsvTable layers = ReadCsv(experiment + "_layers.csv");
  for (const char* init : {"zero", "constant=0.01", "he"}) {
    const Row printed = PrintedRow(of_neurons, init);
    ASSERT_THAT(printed, SizeIs(4));
    if (std::string(init) == "he") {
      EXPECT_GT(Number(printed[0]), Number(printed[1]) + 0.1);
    } else {
      EXPECT_EQ(printed[0], printed[1]);
    }
    const Row W2 = RowsOf(layers, {"0", init, "300", "2"})[0];
    EXPECT_NEAR(Number(printed[2]), Number(W2[4]), 5.1e-5);
    EXPECT_EQ(printed[3], W2[5]);
  }
}

// --- batch_norm_gradient_check ---

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
        written_.out.substr(written_.out.find(row[1] == "1" ? "\n1 sample " : "\n3 samples "));
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

}  // namespace
}  // namespace dlfs
