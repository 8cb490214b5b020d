// The tables of 6.5: that they agree with each other and with what is printed, what the settings do,
// and that the networks are what the rows say.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/experiment/mean_and_std.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::Contains;
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
    // A later round goes on with the points of its seed, in its own ranges.
    const SearchRange ranges[] = {{Number(round[2]), Number(round[3])},
                                  {Number(round[4]), Number(round[5])}};
    EXPECT_THAT(RandomPoint(ranges, trial / kPerSeed, trial % kPerSeed),
                ElementsAre(Number(row[1]), Number(row[2])));
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
std::string AccuracyText(const std::string& cell) { return absl::StrFormat("%.4f", Number(cell)); }

TEST(SearchOutputTest, IsWhatTheTablesSay) {
  const Search& search = TwoRounds();
  const std::vector<Row> ranked = RowsOf(search.trials, {"0"});
  for (size_t i = 0; i < 20; ++i) {
    const Row& row = ranked[i];
    EXPECT_THAT(PrintedRow(search.out, row[1]),
                ElementsAre(row[3], AccuracyText(row[6]), AccuracyText(row[7]), Short(row[4]),
                            Short(row[5])));
  }
  EXPECT_THAT(search.out, Not(HasSubstr("\n  21 ")));

  std::vector<double> validation, test;
  for (const Row& row : search.best.rows) {
    EXPECT_THAT(search.out, HasSubstr(absl::StrFormat("\n%6s %14s %13s %11s %9s\n", row[0],
                                                      Short(row[2]), Short(row[3]),
                                                      AccuracyText(row[4]), AccuracyText(row[6]))));
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

// --- The settings ---

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

TEST(SearchSettingsTest, OtherImagesOrLabelsAreNamedOtherwise) {
  const std::string directory = SmallMnistDirectory(), small = "--data_dir=" + directory;
  const auto name = [](const std::string& data_dir) {
    return RunSearch({"--train_size=20", "--trials=1", data_dir}).curves.comments[3];
  };
  const std::string mnist = name("--data_dir="), other = name(small);
  WriteFile(directory + "/train-labels-idx1-ubyte",
            Idx(kIdxLabels, {kSmallTrain}, std::string(kSmallTrain, 3)));
  const std::set<std::string> names = {mnist, other, name(small)};
  EXPECT_THAT(names, SizeIs(3));
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

// What each trial tries follows from the rows of those before it, of its own seed.
TEST(SearchMethodTest, ABayesianTrialFollowsFromThoseBeforeIt) {
  const Search search =
      RunSearch({"--method=bayesian", "--trials=9", "--rounds=1", "--seeds=2", "--threads=2"});
  constexpr SearchRange kRanges[2] = {{0.001, 1}, {1e-4, 0.1}};
  ASSERT_THAT(search.curves.rows, SizeIs(2 * 9 * kEpochs));
  for (const uint64_t seed : {0, 1}) {
    std::vector<Trial> before;
    for (size_t of_seed = 0; of_seed < 9; ++of_seed) {
      const Row& row = search.curves.rows[(9 * seed + of_seed + 1) * kEpochs - 1];
      EXPECT_THAT(BayesianPoint(kRanges, seed, before),
                  ElementsAre(Number(row[1]), Number(row[2])));
      before.push_back({.learning_rate = Number(row[1]),
                        .weight_decay = Number(row[2]),
                        .validation = {Number(row[4])}});
    }
  }
  EXPECT_THAT(search.out, HasSubstr("\nseed 0, round 1: 9 trials in "));
  EXPECT_THAT(search.out, HasSubstr("\nseed 1, round 1: 9 trials in "));
}

// --- Successive halving ---

struct Halving {
  std::string name;
  std::vector<size_t> rungs;   // after how many rows it is decided who goes on
  std::vector<size_t> counts;  // how many get to each
  std::vector<std::string> flags;
};
void PrintTo(const Halving& halving, std::ostream* out) { *out << halving.name; }

class HalvingTest : public testing::TestWithParam<Halving> {
 protected:
  static Search Run(const std::string& method) {
    std::vector<std::string> flags = GetParam().flags;
    flags.insert(flags.end(), {"--method=" + method, "--rounds=1"});
    return RunSearch(flags);
  }
};

INSTANTIATE_TEST_SUITE_P(
    All, HalvingTest,
    testing::Values(
        Halving{"OfOneSeed", {1, 2, 4, 8}, {20, 10, 5, 3}, {"--epochs=8", "--seeds=1"}},
        // Each optimizer goes on with the state that it had.
        Halving{"WithAdam",
                {1, 2, 4, 8},
                {9, 5, 3, 2},
                {"--epochs=8", "--seeds=1", "--trials=9", "--optimizer=adam", "--threads=2",
                 "--learning_rate_range=0.0001:0.1"}},
        Halving{"OfTwoSeeds", {1, 2, 3}, {7, 4, 2}, {"--epochs=3", "--seeds=2", "--trials=7"}},
        // Evaluated after the epochs 0, 3, 6, 9, 12 and 13.
        Halving{"WithAnInterval",
                {1, 2, 3, 6},
                {7, 4, 2, 1},
                {"--epochs=14", "--seeds=1", "--trials=7", "--evaluation_interval=3"}}),
    [](const auto& info) { return info.param.name; });

// A trial that goes on does so where it has stopped: its rows are those of the random search.
TEST_P(HalvingTest, TrialsAreThoseOfARandomSearchUntilTheyStop) {
  const Search halving = Run("halving"), random = Run("random");
  size_t shorter = 0;
  for (size_t trial = 0; !RowsOf(random.curves, {absl::StrCat(trial)}).empty(); ++trial) {
    std::vector<Row> rows = RowsOf(halving.curves, {absl::StrCat(trial)}),
                     whole = RowsOf(random.curves, {absl::StrCat(trial)});
    ASSERT_FALSE(rows.empty()) << trial;
    if (rows.size() < whole.size()) ++shorter;
    whole.resize(rows.size());
    EXPECT_EQ(rows, whole);
  }
  EXPECT_GT(shorter, 0);
}

// The better half, found another way: a sort of what the CSV of the random search says.
TEST_P(HalvingTest, TheBetterHalfGoesOn) {
  const auto& [name, rungs, counts, flags] = GetParam();
  const Search halving = Run("halving"), random = Run("random");
  const size_t seeds = name == "OfTwoSeeds" ? 2 : 1, n = counts[0];
  for (size_t seed = 0; seed < seeds; ++seed) {
    std::vector<size_t> going(n);
    std::iota(going.begin(), going.end(), seed * n);
    for (size_t r = 0; r < rungs.size(); ++r) {
      ASSERT_THAT(going, SizeIs(counts[r]));
      std::vector<size_t> as_far;
      for (size_t trial = seed * n; trial < (seed + 1) * n; ++trial) {
        const size_t rows = RowsOf(halving.curves, {absl::StrCat(trial)}).size();
        EXPECT_THAT(rungs, Contains(rows));
        if (rows >= rungs[r]) as_far.push_back(trial);
      }
      std::ranges::sort(going);
      EXPECT_EQ(as_far, going) << "rung " << r;

      std::vector<std::tuple<double, double, double, size_t>> order;
      for (const size_t trial : going) {
        std::vector<Row> rows = RowsOf(random.curves, {absl::StrCat(trial)});
        rows.resize(rungs[r]);
        double sum = 0;
        for (const Row& row : rows) sum += Number(row[4]);
        const Row& last = rows.back();
        const auto falling = [](double x) { return std::isnan(x) ? 1 : -x; };
        order.emplace_back(falling(Number(last[4])), falling(Number(last[5])), falling(sum), trial);
      }
      std::ranges::sort(order);
      if (r + 1 < rungs.size()) order.resize(counts[r + 1]);
      going.clear();
      for (const auto& [validation, train, mean, trial] : order) going.push_back(trial);
    }
    // Those that got to the end come first in the ranks.
    const std::vector<Row> ranked = RowsOf(halving.trials, {absl::StrCat(seed)});
    ASSERT_THAT(ranked, SizeIs(n));
    for (size_t i = 0; i < counts.back(); ++i) EXPECT_EQ(ranked[i][3], absl::StrCat(going[i]));
  }
  EXPECT_THAT(halving.out, HasSubstr(absl::StrCat("\nStopped before the end: ", n - counts.back(),
                                                  " of ", n, " trials")));
  EXPECT_THAT(random.out, Not(HasSubstr("Stopped before")));
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

// --- The networks, by hand ---

constexpr size_t kImages = 200, kForValidation = 50, kBatch = 25, kTwinEpochs = 5, kTwinTrials = 4;
constexpr uint64_t kSeed = 3;

const std::vector<std::string> kTwinFlags = {
    kAllImages, "--seed=2", "--seeds=2", "--rounds=2", "--trials=4", "--train_size=200",
    "--epochs=5", "--validation_share=0.25", "--batch_size=25", "--hidden_sizes=20,20",
    // Penalties that are felt.
    "--learning_rate_range=0.05:0.5", "--weight_decay_range=0.01:0.3"};

// A network that learns as a row of a table says, epoch by epoch.
class LearningNetwork {
 public:
  LearningNetwork(const std::string& learning_rate, const std::string& weight_decay,
                  const ImageDataset& images, uint64_t seed)
      : weight_decay_(Number(weight_decay)),
        network_({.hidden = {20, 20}}, kBatch),
        optimizer_(
            MakeOptimizer<float>("sgd", Number(learning_rate), network_.arena().values().size())),
        iterations_(images.size() / kBatch),
        batches_(images, kBatch, Random(seed, kBatchStream)) {
    InitializeWeights({WeightInit::Kind::kHe}, Random(seed, kWeightStream), network_.arena());
  }

  // The first evaluation is after one iteration, the next ones an epoch later.
  void Learn(size_t epoch) {
    for (size_t i = 0; i < (epoch == 0 ? 1 : iterations_); ++i) {
      const Batch<float> batch = batches_.Next();
      network_.Gradient(batch.x, batch.labels);
      AddPenaltyGradient(Penalty{Penalty::Kind::kL2, weight_decay_}, network_.arena());
      optimizer_->Step(network_.arena().values(), network_.arena().gradients());
    }
  }

  double AccuracyOn(const ImageDataset& images) { return *Accuracy(network_, images); }

 private:
  double weight_decay_;
  MultiLayerNetwork<float> network_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  size_t iterations_;
  BatchSampler<float> batches_;
};

// The images of the second seed, as they are parted: the first ones are for validation.
struct Images {
  Images() : mnist(LoadMnist("").value()) {
    const std::vector<uint32_t> order = RandomOrder(kImages, Random(kSeed, kShuffleStream));
    all = SelectImages(mnist.train, order);
    validation = SelectImages(mnist.train, std::span(order).first(kForValidation));
    train = SelectImages(mnist.train, std::span(order).subspan(kForValidation));
  }
  Mnist mnist;
  ImageDataset all, validation, train;
};

TEST(SearchTwinTest, TrialsLearnAsTheirRowsSay) {
  const CsvTable table = ReadCsv(Tables(kSearch, kTwinFlags) + ".csv");
  const Images images;
  for (size_t of_seed : {0, 3, 4, 6}) {  // two trials of each round
    SCOPED_TRACE(of_seed);
    const std::vector<Row> rows = RowsOf(table, {absl::StrCat(2 * kTwinTrials + of_seed)});
    ASSERT_THAT(rows, SizeIs(kTwinEpochs));
    LearningNetwork network(rows[0][1], rows[0][2], images.train, TrialSeed(kSeed, of_seed));
    for (size_t epoch = 0; epoch < kTwinEpochs; ++epoch) {
      network.Learn(epoch);
      EXPECT_EQ(rows[epoch][3], absl::StrCat(epoch));
      EXPECT_EQ(Number(rows[epoch][4]), network.AccuracyOn(images.validation));
      EXPECT_EQ(Number(rows[epoch][5]), network.AccuracyOn(images.train));
    }
  }
}

TEST(SearchTwinTest, AllTrialsOfASeedStartAsTheSeedSays) {
  std::vector<std::string> flags = kTwinFlags;
  flags.push_back("--same_start");
  const CsvTable table = ReadCsv(Tables(kSearch, flags) + ".csv");
  const Images images;
  for (size_t of_seed : {1, 5}) {
    const std::vector<Row> rows = RowsOf(table, {absl::StrCat(2 * kTwinTrials + of_seed)});
    ASSERT_THAT(rows, SizeIs(kTwinEpochs));
    LearningNetwork network(rows[0][1], rows[0][2], images.train, kSeed);
    for (size_t epoch = 0; epoch < kTwinEpochs; ++epoch) network.Learn(epoch);
    EXPECT_EQ(Number(rows.back()[4]), network.AccuracyOn(images.validation));
    EXPECT_EQ(Number(rows.back()[5]), network.AccuracyOn(images.train));
  }
}

TEST(SearchTwinTest, TheBestSettingLearnsFromAllImagesAndIsTested) {
  const CsvTable best = ReadCsv(Tables(kSearch, kTwinFlags) + "_best.csv");
  ASSERT_THAT(best.rows, SizeIs(2));
  const Row& row = best.rows[1];
  const Images images;
  LearningNetwork network(row[2], row[3], images.all, kSeed);
  for (size_t epoch = 0; epoch < kTwinEpochs; ++epoch) network.Learn(epoch);
  EXPECT_EQ(Number(row[6]), network.AccuracyOn(images.mnist.test));
}

}  // namespace
}  // namespace dlfs
