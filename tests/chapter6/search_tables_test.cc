// The tables of 6.5: that they agree with each other, and that the networks are what the rows say.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/hyperparameter_search.h"
#include "common/mean_and_std.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/searches.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kSeeds = 2, kRounds = 2, kTrials = 40, kPerSeed = kRounds * kTrials, kEpochs = 4;
constexpr double kValidationImages = 100, kTrainImages = 400;

// A strong weight decay keeps a network from learning, so that its range is narrowed, too.
const std::vector<std::string> kFlags = {"--trials=40", "--weight_decay_range=0.001:2"};

// One search for all tests that only read.
const Search& TwoRounds() {
  static const Search& search = *new Search(RunSearch(kFlags));
  return search;
}

std::vector<double> Numbers(const Row& row, size_t first) {
  std::vector<double> numbers;
  for (size_t i = first; i < row.size(); ++i) numbers.push_back(Number(row[i]));
  return numbers;
}

// The last row of each trial in the CSV, by the trial's number.
std::vector<Row> LastRows() {
  std::vector<Row> rows;
  for (size_t i = kEpochs - 1; i < TwoRounds().curves.rows.size(); i += kEpochs) {
    rows.push_back(TwoRounds().curves.rows[i]);
  }
  return rows;
}

TEST(SearchTest, EveryTrialHasEveryEpochAndAccuraciesOfItsImages) {
  std::vector<Row> trials_and_epochs;
  for (const Row& row : TwoRounds().curves.rows) {
    trials_and_epochs.push_back({row[0], row[3]});
    const double validation = Number(row[4]) * kValidationImages;
    const double train = Number(row[5]) * kTrainImages;
    EXPECT_NEAR(validation, std::round(validation), 1e-9);
    EXPECT_NEAR(train, std::round(train), 1e-9);
  }
  std::vector<Row> expected;
  for (size_t trial = 0; trial < kSeeds * kPerSeed; ++trial) {
    for (size_t epoch = 0; epoch < kEpochs; ++epoch) {
      expected.push_back({absl::StrCat(trial), absl::StrCat(epoch)});
    }
  }
  EXPECT_EQ(trials_and_epochs, expected);
}

TEST(SearchTest, TrialsAreInTheRangesOfTheirRoundAndKeepTheirHyperparameters) {
  const Search& search = TwoRounds();
  ASSERT_THAT(search.rounds.rows, SizeIs(kSeeds * kRounds));
  std::set<std::string> learning_rates, weight_decays;
  for (const Row& row : search.curves.rows) {
    const size_t trial = static_cast<size_t>(Number(row[0]));
    const Row& round = search.rounds.rows[trial / kTrials];
    EXPECT_GE(Number(row[1]), Number(round[2]));
    EXPECT_LE(Number(row[1]), Number(round[3]));
    EXPECT_GE(Number(row[2]), Number(round[4]));
    EXPECT_LE(Number(row[2]), Number(round[5]));
    learning_rates.insert(row[1]);
    weight_decays.insert(row[2]);
  }
  EXPECT_THAT(learning_rates, SizeIs(kSeeds * kPerSeed));
  EXPECT_THAT(weight_decays, SizeIs(kSeeds * kPerSeed));
}

// The ranks, found another way: a sort of what the CSV says.
TEST(SearchTest, TrialsAreRankedByTheirLastEpoch) {
  const Search& search = TwoRounds();
  const std::vector<Row> last = LastRows();
  ASSERT_THAT(last, SizeIs(kSeeds * kPerSeed));
  std::vector<Row> expected;
  for (size_t seed = 0; seed < kSeeds; ++seed) {
    std::vector<std::tuple<double, double, double, size_t>> order;
    for (size_t trial = seed * kPerSeed; trial < (seed + 1) * kPerSeed; ++trial) {
      double sum = 0;
      for (size_t e = 0; e < kEpochs; ++e) {
        sum += Number(search.curves.rows[trial * kEpochs + e][4]);
      }
      order.emplace_back(-Number(last[trial][4]), -Number(last[trial][5]), -sum, trial);
    }
    std::ranges::sort(order);
    for (size_t rank = 0; rank < order.size(); ++rank) {
      const auto& [validation, train, sum, trial] = order[rank];
      const Row& row = last[trial];
      const size_t round = trial % kPerSeed / kTrials + 1;
      expected.push_back({absl::StrCat(seed), absl::StrCat(rank + 1), absl::StrCat(round),
                          absl::StrCat(trial), row[1], row[2], row[4], row[5]});
    }
  }
  EXPECT_EQ(FirstCells(search.trials, 8), expected);
  for (const Row& row : search.trials.rows) {
    double sum = 0;
    for (const Row& epoch : RowsOf(search.curves, {row[3]})) sum += Number(epoch[4]);
    EXPECT_NEAR(Number(row[8]), sum / kEpochs, 1e-12);
  }
}

TEST(SearchTest, TheNextRoundIsAroundTheBestTenth) {
  const Search& search = TwoRounds();
  for (size_t seed = 0; seed < kSeeds; ++seed) {
    const std::vector<double> first = Numbers(search.rounds.rows[2 * seed], 0),
                              second = Numbers(search.rounds.rows[2 * seed + 1], 0);
    EXPECT_THAT(std::vector(first.begin(), first.begin() + 6),
                ElementsAre(seed, 1, 0.001, 1, 0.001, 2));
    EXPECT_THAT(std::vector(second.begin(), second.begin() + 2), ElementsAre(seed, 2));
    std::vector<double> accuracies, learning_rates, weight_decays;
    for (const Row& row : RowsOf(search.trials, {absl::StrCat(seed)})) {
      if (row[2] != "1") continue;
      accuracies.push_back(Number(row[6]));
      if (accuracies.size() > kTrials / 10) continue;
      learning_rates.push_back(Number(row[4]));
      weight_decays.push_back(Number(row[5]));
    }
    EXPECT_EQ(first[6], accuracies.front());
    EXPECT_EQ(first[7], (accuracies[kTrials / 2 - 1] + accuracies[kTrials / 2]) / 2);
    const SearchRange learning_rate = NarrowRange({0.001, 1}, learning_rates),
                      weight_decay = NarrowRange({0.001, 2}, weight_decays);
    EXPECT_THAT(
        std::vector(second.begin() + 2, second.begin() + 6),
        ElementsAre(learning_rate.low, learning_rate.high, weight_decay.low, weight_decay.high));
    EXPECT_LT(second[3] / second[2], 0.9 * first[3] / first[2]) << "it is narrower";
    EXPECT_LT(second[5] / second[4], 0.9 * first[5] / first[4]) << "it is narrower";
  }
}

TEST(SearchTest, TheBestIsTheFirstInRank) {
  const Search& search = TwoRounds();
  ASSERT_THAT(search.best.rows, SizeIs(kSeeds));
  for (const Row& best : search.best.rows) {
    const Row first = RowsOf(search.trials, {best[0], "1"}).at(0);
    EXPECT_EQ(Row(best.begin() + 1, best.begin() + 6), Row(first.begin() + 3, first.begin() + 8));
  }
}

TEST(SearchTest, TheSecondSeedIsTheSearchOfThatSeedAlone) {
  std::vector<std::string> alone_flags = kFlags;
  alone_flags.insert(alone_flags.end(), {"--seed=1", "--seeds=1"});
  const Search alone = RunSearch(alone_flags);
  const auto renumbered = [](CsvTable table, size_t column) {
    for (Row& row : table.rows) row[column] = absl::StrCat(Number(row[column]) + kPerSeed);
    return table.rows;
  };
  const Search& both = TwoRounds();
  std::vector<Row> second(both.curves.rows.begin() + kPerSeed * kEpochs, both.curves.rows.end());
  EXPECT_EQ(second, renumbered(alone.curves, 0));
  EXPECT_EQ(RowsOf(both.trials, {"1"}), renumbered(alone.trials, 3));
  EXPECT_EQ(RowsOf(both.best, {"1"}), renumbered(alone.best, 1));
}

// --- Printed ---

std::string Short(const std::string& cell) { return absl::StrFormat("%.3g", Number(cell)); }
std::string Accuracy(const std::string& cell) { return absl::StrFormat("%.4f", Number(cell)); }

TEST(SearchOutputTest, IsWhatTheTablesSay) {
  const Search& search = TwoRounds();
  const std::vector<Row> ranked = RowsOf(search.trials, {"0"});
  for (size_t i = 0; i < 20; ++i) {
    const Row& row = ranked[i];
    EXPECT_THAT(
        PrintedRow(search.out, row[1]),
        ElementsAre(row[3], Accuracy(row[6]), Accuracy(row[7]), Short(row[4]), Short(row[5])));
  }
  EXPECT_THAT(search.out, Not(HasSubstr("\n  21 ")));

  std::vector<double> validation, test;
  for (const Row& row : search.best.rows) {
    EXPECT_THAT(search.out,
                HasSubstr(absl::StrFormat("\n%6s %14s %13s %11s %9s\n", row[0], Short(row[2]),
                                          Short(row[3]), Accuracy(row[4]), Accuracy(row[6]))));
    validation.push_back(Number(row[4]));
    test.push_back(Number(row[6]));
  }
  EXPECT_THAT(search.out,
              ContainsRegex(absl::StrFormat("validation +%.4f ± +%.4f, test +%.4f ± +%.4f\n",
                                            MeanAndStd(validation).mean, MeanAndStd(validation).std,
                                            MeanAndStd(test).mean, MeanAndStd(test).std)));
  for (const Row& row : RowsOf(search.rounds, {"0"})) {
    EXPECT_THAT(search.out, HasSubstr(absl::StrCat(" ", Short(row[2]), " to ", Short(row[3]))));
    EXPECT_THAT(search.out, HasSubstr(absl::StrCat(" ", Short(row[4]), " to ", Short(row[5]))));
  }
}

TEST(SearchOutputTest, SaysHowManyCannotBeToldApart) {
  const Search& search = TwoRounds();
  const std::vector<Row> ranked = RowsOf(search.trials, {"0"});
  const double best = Number(ranked[0][6]);
  const double standard_error = std::sqrt(best * (1 - best) / kValidationImages);
  const auto reach = [&](double accuracy) {
    return std::ranges::count_if(ranked,
                                 [&](const Row& row) { return Number(row[6]) >= accuracy; });
  };
  EXPECT_THAT(search.out,
              HasSubstr(absl::StrFormat(
                  "\nThe best validation accuracy: %d of 80 trials. Within its standard "
                  "error of %.2f (100 validation\nimages), which cannot be told apart: %d.",
                  reach(best), standard_error, reach(best - standard_error))));
}

TEST(SearchOutputTest, SaysWhichTrialsHaveDivergedAndWhen) {
  for (const size_t trials : {3, 12}) {
    const auto [experiment, out] = WriteTables(
        kSearch, {absl::StrCat("--trials=", trials), "--rounds=1", "--seeds=1", "--epochs=4",
                  "--learning_rate_range=10:1e4", "--hidden_sizes=100,100,100,100,100,100"});
    const CsvTable runs = ReadCsv(experiment + ".csv");
    std::vector<std::string> named;
    for (size_t trial = 0; trial < std::min(trials, size_t{10}); ++trial) {
      const std::vector<Row> rows = RowsOf(runs, {absl::StrCat(trial)});
      const auto first = std::ranges::find(rows, "nan", [](const Row& row) { return row[4]; });
      ASSERT_NE(first, rows.end());
      named.push_back(absl::StrCat(trial, " (", (*first)[3], ")"));
    }
    EXPECT_THAT(out, HasSubstr(absl::StrCat(
                         "\nDiverged: ", trials, " of ", trials,
                         " trials, by their number (and epoch): ", absl::StrJoin(named, ", "),
                         trials > 10 ? ", ..." : ".", " Try smaller learning rates")));
  }
}

}  // namespace
}  // namespace dlfs
