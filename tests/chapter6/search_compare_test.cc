// The tables of search_compare: budgets that hold, and the searches that hyperparameter_optimization
// makes.
#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/hyperparameter_search.h"
#include "common/experiment/mean_and_std.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kEpochs = 8;
const std::vector<std::string> kFlags = {"--epochs=8",
                                         "--train_size=100",
                                         "--batch_size=20",
                                         "--hidden_sizes=20,20",
                                         "--learning_rate_range=0.001:1",
                                         "--weight_decay_range=1e-4:0.1",
                                         "--seeds=2"};

const Written& Compared() {
  static const Written& written = *new Written([] {
    std::vector<std::string> flags = kFlags;
    flags.push_back("--trials=6,11");
    return WriteTables(kSearchCompare, flags);
  }());
  return written;
}
CsvTable Runs() { return ReadCsv(Compared().experiment + ".csv"); }

// A method with a budget, how many trials it starts, and how many epochs they learn.
struct Budget {
  std::string method, budget;
  size_t trials, epochs;
};
void PrintTo(const Budget& budget, std::ostream* out) { *out << budget.method << budget.budget; }

class BudgetTest : public testing::TestWithParam<Budget> {};

// Halving, of n trials: n epochs, n/2 up to 2, n/4 up to 4, n/8 up to 8, each rounded up.
INSTANTIATE_TEST_SUITE_P(All, BudgetTest,
                         testing::Values(Budget{"random", "6", 6, 48},
                                         Budget{"random", "11", 11, 88}, Budget{"grid", "6", 4, 32},
                                         Budget{"grid", "11", 9, 72},
                                         Budget{"bayesian", "6", 6, 48},
                                         Budget{"bayesian", "11", 11, 88},
                                         Budget{"halving", "6", 17, 17 + 9 + 2 * 5 + 4 * 3},
                                         Budget{"halving", "11", 33, 33 + 17 + 2 * 9 + 4 * 5}),
                         [](const auto& info) { return info.param.method + info.param.budget; });

// The rows of each seed.
std::vector<std::vector<Row>> Searches(const Budget& budget) {
  std::vector<std::vector<Row>> searches;
  for (const char* seed : {"0", "1"}) {
    searches.push_back(RowsOf(Runs(), {budget.method, budget.budget, seed}));
  }
  return searches;
}

TEST_P(BudgetTest, IsSpentAndNotMore) {
  for (const std::vector<Row>& rows : Searches(GetParam())) {
    ASSERT_THAT(rows, Not(IsEmpty()));
    double epochs = 0, best = 0;
    for (const Row& row : rows) {
      EXPECT_GT(Number(row[3]), epochs);
      EXPECT_GE(Number(row[4]), best);
      epochs = Number(row[3]);
      best = Number(row[4]);
    }
    EXPECT_EQ(epochs, GetParam().epochs);
    EXPECT_LE(epochs, kEpochs * Number(GetParam().budget));
  }
}

// What the program that searches finds with as many trials.
TEST_P(BudgetTest, HasTheTrialsOfTheSearch) {
  const auto& [method, budget, trials, epochs] = GetParam();
  std::vector<std::string> flags = kFlags;
  flags.insert(flags.end(),
               {"--method=" + method, absl::StrCat("--trials=", trials), "--rounds=1"});
  const CsvTable curves = ReadCsv(WriteTables(kSearch, flags).experiment + ".csv");
  const std::vector<size_t> rungs = {1, 2, 4, 8};
  for (size_t seed : {0, 1}) {
    std::vector<double> best = {0};  // so far
    size_t learned = 0;
    for (size_t i = 0; i < trials; ++i) {
      const std::vector<Row> rows = RowsOf(curves, {absl::StrCat(seed * trials + i)});
      learned += rows.size();
      for (size_t row = 0; row < rows.size(); ++row) {
        const bool counts =
            row + 1 == kEpochs || (method == "halving" && std::ranges::count(rungs, row + 1) > 0);
        if (!counts) continue;
        const double accuracy = Number(rows[row][4]);
        best.push_back(std::isnan(accuracy) ? best.back() : std::max(best.back(), accuracy));
      }
    }
    EXPECT_EQ(learned, epochs);
    const std::vector<Row> rows = Searches(GetParam())[seed];
    ASSERT_THAT(rows, SizeIs(best.size() - 1));
    EXPECT_EQ(Number(rows.back()[4]), best.back());
    if (method == "halving") continue;  // whose rungs are not in the order of the trials
    for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(Number(rows[i][4]), best[i + 1]);
  }
}

TEST_P(BudgetTest, HasItsMeanInTheSummaryAndPrinted) {
  const std::vector<std::vector<Row>> searches = Searches(GetParam());
  const std::vector<Row> summary = RowsOf(ReadCsv(Compared().experiment + "_summary.csv"),
                                          {GetParam().method, GetParam().budget});
  ASSERT_THAT(summary, SizeIs(searches[0].size()));
  for (size_t i = 0; i < summary.size(); ++i) {
    const std::vector<double> best = {Number(searches[0][i][4]), Number(searches[1][i][4])};
    EXPECT_EQ(summary[i][2], searches[0][i][3]);
    EXPECT_EQ(summary[i][2], searches[1][i][3]);
    EXPECT_EQ(Number(summary[i][3]), MeanAndStd(best).mean);
    EXPECT_EQ(Number(summary[i][4]), MeanAndStd(best).std);
  }
  const std::string first = absl::StrCat(
      GetParam().method, std::string(16 - GetParam().method.size() - GetParam().budget.size(), ' '),
      GetParam().budget);
  const std::vector<std::string> printed = PrintedRow(Compared().out, first);
  EXPECT_EQ(printed[0], absl::StrCat(GetParam().trials));
  EXPECT_EQ(printed[1], absl::StrCat(GetParam().epochs));
  ExpectPrinted(printed, 2, summary.back()[3], summary.back()[4]);
}

// What they try does not depend on how many trials there will be.
TEST(SearchCompareTest, LargerBudgetsGoOnWithARandomAndABayesianSearch) {
  for (const char* method : {"random", "bayesian"}) {
    for (const char* seed : {"0", "1"}) {
      const std::vector<Row> small = RowsOf(Runs(), {method, "6", seed}),
                             large = RowsOf(Runs(), {method, "11", seed});
      for (size_t i = 0; i < small.size(); ++i) EXPECT_EQ(small[i][4], large[i][4]);
    }
  }
}

TEST(SearchCompareTest, WhereAllDivergeTheBestIs0) {
  const Written written =
      WriteTables(kSearchCompare, {"--learning_rate_range=1e10:1e20", "--epochs=4", "--seeds=1",
                                   "--trials=4", "--methods=random"});
  EXPECT_THAT(Column(ReadCsv(written.experiment + ".csv"), "best_validation_accuracy"),
              ElementsAre("0", "0", "0", "0"));
  EXPECT_THAT(PrintedRow(written.out, "random"), ElementsAre("4", "4", "16", "0.0000"));
}

}  // namespace
}  // namespace dlfs
