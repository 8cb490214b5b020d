// What the tables of all experiments have in common; and the paths on f.
#include "tests/chapter6/tables.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/isa_name.h"
#include "common/matrix/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

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
  const std::string one_thread = Tables(GetParam(), {"--threads=1"});
  for (const char* threads : {"1", "2", "7"}) {
    const std::string experiment = Tables(GetParam(), {absl::StrCat("--threads=", threads)});
    for (const Table& table : GetParam().tables) {
      EXPECT_EQ(ReadFile(experiment + table.suffix + ".csv"),
                ReadFile(one_thread + table.suffix + ".csv"));
    }
  }
}

TEST_P(TableTest, IsTheSameOnEveryInstructionSetWithFma) {
  std::vector<std::string> experiments;
  for (Isa isa : SupportedIsas()) {
    if (HasFma(isa)) {
      experiments.push_back(Tables(GetParam(), {absl::StrCat("--isa=", IsaName(isa))}));
    }
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
                          "start_x=-7 start_y=2 points=30",
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

}  // namespace
}  // namespace dlfs
