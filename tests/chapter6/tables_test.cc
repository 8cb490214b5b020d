// What the tables of all experiments have in common; and the paths on f.
#include "tests/chapter6/tables.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/files.h"

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
  const CsvTable table = ReadCsv(Tables(kNaive) + ".csv");
  constexpr size_t kPoints = 30;
  std::vector<Row> rows;
  for (const std::string& optimizer : optimizers) {
    for (size_t step = 0; step < kPoints; ++step) rows.push_back({optimizer, absl::StrCat(step)});
  }
  EXPECT_EQ(FirstCells(table, 2), rows);
  for (const std::string& optimizer : optimizers) {
    EXPECT_THAT(RowsOf(table, {optimizer, "0"}),
                ElementsAre(ElementsAre(optimizer, "0", "-7", "2")));
  }
  EXPECT_NEAR(Number(table.rows[kPoints - 1][2]), -0.38717458, 1e-8);
  EXPECT_NEAR(Number(table.rows[kPoints - 1][3]), -0.09420257, 1e-8);
}

TEST(PathTest, DivergedIsSaid) {
  const auto [experiment, out] = WriteTables(kNaive, {"--learning_rate=sgd=1e300"});
  EXPECT_THAT(PrintedRow(out, "sgd"), ElementsAre("1e+300", "diverged", "in", "step", "1"));
  EXPECT_THAT(ReadFile(experiment + ".gp"), HasSubstr("\ndiverged = 'sgd '\n"));
}

}  // namespace
}  // namespace dlfs
