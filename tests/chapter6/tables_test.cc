// The tables that the experiments write.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/isa.h"
#include "common/mean_and_std.h"
#include "common/smooth_curve.h"
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
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<std::string> kOptimizers = {"sgd", "momentum", "adagrad", "adam"};

TEST(TableTest, EveryLossOfEverySeedAndOptimizerOnMnist) {
  const CsvTable table = ReadCsv(Tables(kMnist) + ".csv");
  EXPECT_THAT(table.comments,
              ElementsAre("optimizer_compare_mnist", MatchesRegex("seed=0 seeds=2 isa=[a-z0-9]+"),
                          "optimizers=sgd momentum adagrad adam",
                          "learning_rates=0.01 0.01 0.01 0.001 learning_rate_decay=0",
                          "hidden=20,20 activation=relu init=he", "batch_size=32 iterations=30"));
  EXPECT_EQ(table.header, "seed,optimizer,iteration,loss,smoothed_loss");
  ASSERT_THAT(table.rows, SizeIs(2 * kOptimizers.size() * kShortIterations));
  auto row = table.rows.begin();
  for (const char* seed : {"0", "1"}) {
    for (const std::string& optimizer : kOptimizers) {
      std::vector<double> loss, smoothed_loss;
      for (size_t t = 0; t < kShortIterations; ++t, ++row) {
        ASSERT_THAT(std::vector(row->begin(), row->begin() + 3),
                    ElementsAre(seed, optimizer, absl::StrCat(t)));
        loss.push_back(Number((*row)[3]));
        smoothed_loss.push_back(Number((*row)[4]));
      }
      EXPECT_EQ(smoothed_loss, SmoothCurve(loss));
    }
  }
}

TEST(TableTest, SummaryOfTheSeedsOnMnist) {
  const std::string experiment = Tables(kMnist);
  const CsvTable runs = ReadCsv(experiment + ".csv");
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  EXPECT_EQ(summary.header, "optimizer,iteration,mean,std");
  const size_t rows_of_a_seed = kOptimizers.size() * kShortIterations;
  ASSERT_THAT(summary.rows, SizeIs(rows_of_a_seed));
  ASSERT_THAT(runs.rows, SizeIs(2 * rows_of_a_seed));
  for (size_t i = 0; i < rows_of_a_seed; ++i) {
    const auto& seed_0 = runs.rows[i];
    const auto& seed_1 = runs.rows[rows_of_a_seed + i];
    const MeanAndStd expected(std::vector{Number(seed_0[4]), Number(seed_1[4])});
    EXPECT_THAT(summary.rows[i], ElementsAre(seed_0[1], seed_0[2], testing::_, testing::_));
    EXPECT_EQ(Number(summary.rows[i][2]), expected.mean);
    EXPECT_EQ(Number(summary.rows[i][3]), expected.std);
  }
}

TEST(TableTest, EveryPointOfEveryPathOnF) {
  const CsvTable table = ReadCsv(Tables(kNaive) + ".csv");
  EXPECT_EQ(table.header, "optimizer,step,x,y");
  constexpr size_t kPoints = 30;
  ASSERT_THAT(table.rows, SizeIs(kOptimizers.size() * kPoints));
  auto row = table.rows.begin();
  for (const std::string& optimizer : kOptimizers) {
    for (size_t step = 0; step < kPoints; ++step, ++row) {
      ASSERT_EQ((*row)[0], optimizer);
      ASSERT_EQ((*row)[1], absl::StrCat(step));
    }
    EXPECT_THAT(*(row - kPoints), ElementsAre(optimizer, "0", "-7", "2"));
  }
  EXPECT_NEAR(Number(table.rows[kPoints - 1][2]), -0.38717458, 1e-8);
  EXPECT_NEAR(Number(table.rows[kPoints - 1][3]), -0.09420257, 1e-8);
}

class SameTablesTest : public testing::TestWithParam<Program> {};

TEST_P(SameTablesTest, WhenRunAgainOrOnAnyNumberOfThreads) {
  const std::string one_thread = Tables(GetParam(), {"--threads=1"});
  for (const char* threads : {"1", "2", "7"}) {
    const std::string experiment = Tables(GetParam(), {absl::StrCat("--threads=", threads)});
    for (const std::string& suffix : GetParam().tables) {
      EXPECT_EQ(ReadFile(experiment + suffix + ".csv"), ReadFile(one_thread + suffix + ".csv"));
    }
  }
}

TEST_P(SameTablesTest, OnEveryInstructionSetWithFma) {
  std::vector<std::string> experiments;
  for (Isa isa : SupportedIsas()) {
    if (HasFma(isa)) {
      experiments.push_back(Tables(GetParam(), {absl::StrCat("--isa=", IsaName(isa))}));
    }
  }
  if (experiments.size() < 2) GTEST_SKIP() << "this CPU has no two of them";
  for (const std::string& suffix : GetParam().tables) {
    const CsvTable first = ReadCsv(experiments[0] + suffix + ".csv");
    const CsvTable second = ReadCsv(experiments[1] + suffix + ".csv");
    EXPECT_NE(first.comments, second.comments) << "they name the instruction set";
    EXPECT_EQ(first.rows, second.rows);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SameTablesTest, testing::Values(kMnist, kNaive),
                         [](const auto& info) { return info.param.name; });

// The printed row of a method, split at its spaces; "±" and what follows it are cells of their own.
std::vector<std::string> PrintedRow(const std::string& out, const std::string& method) {
  for (absl::string_view line : absl::StrSplit(out, '\n')) {
    if (absl::StartsWith(line, method + " ")) return absl::StrSplit(line, ' ', absl::SkipEmpty());
  }
  ADD_FAILURE() << "no row of " << method << " in\n" << out;
  return {};
}

TEST(PrintedTableTest, SaysWhatTheFilesSay) {
  const std::string directory = FreshDirectory();
  const Outcome outcome =
      RunExperiment(kMnist.name, {"--iterations=520", "--seeds=2", "--batch_size=8",
                                  "--hidden_sizes=10", "--optimizers=sgd,adam", "--threads=7",
                                  "--figure=none", "--output_dir=" + directory});
  const CsvTable summary = ReadCsv(directory + "/optimizer_compare_mnist_summary.csv");
  for (const auto& [method, first] : {std::pair("sgd", 0), std::pair("adam", 520)}) {
    const std::vector<std::string> row = PrintedRow(outcome.out, method);
    ASSERT_THAT(row, SizeIs(12));  // three times mean ± spread, seconds, rate
    for (const auto& [cell, iteration] : {std::pair(1, 500), std::pair(4, 519)}) {
      EXPECT_NEAR(Number(row[cell]), Number(summary.rows[first + iteration][2]), 5.1e-5);
      EXPECT_NEAR(Number(row[cell + 2]), Number(summary.rows[first + iteration][3]), 5.1e-5);
    }
    EXPECT_GT(Number(row[7]), 0.2) << "the test accuracy, of a network that has learned a little";
    EXPECT_LT(Number(row[7]), 1);
    EXPECT_GT(Number(row[11]), 0);
  }
  EXPECT_THAT(outcome.out, HasSubstr("\n4 networks on 4 threads in "));
}

TEST(DivergedTest, IsAResult) {
  const std::string directory = FreshDirectory();
  const Outcome outcome = RunWithoutProgress(
      ShortRun(kMnist, {"--learning_rate=sgd=1e30", "--output_dir=" + directory}));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(PrintedRow(outcome.out, "sgd"), testing::Contains("diverged").Times(2));
  EXPECT_THAT(PrintedRow(outcome.out, "adam"), Not(testing::Contains("diverged")));
  const CsvTable table = ReadCsv(directory + "/optimizer_compare_mnist.csv");
  EXPECT_EQ(table.rows[kShortIterations - 1][1], "sgd");
  EXPECT_EQ(table.rows[kShortIterations - 1][3], "nan");
  EXPECT_EQ(ReadCsv(directory + "/optimizer_compare_mnist_summary.csv").rows[20][2], "nan");
  EXPECT_THAT(ReadFile(directory + "/optimizer_compare_mnist.gp"),
              HasSubstr("\ndiverged = 'sgd sgd '\n"));
}

TEST(DivergedTest, IsSaidOfAPathOnF) {
  const std::string directory = FreshDirectory();
  const Outcome outcome =
      RunExperiment(kNaive.name, {"--learning_rate=sgd=1e300", "--output_dir=" + directory});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(PrintedRow(outcome.out, "sgd"), ElementsAre("sgd", "1e+300", "diverged"));
  EXPECT_THAT(ReadFile(directory + "/optimizer_compare_naive.gp"),
              HasSubstr("\ndiverged = 'sgd '\n"));
}

TEST(ConfigurationTest, IsExact) {
  const std::string experiment =
      Tables(kMnist, {"--learning_rate=0.012345678901", "--learning_rate_decay=1e-12"});
  EXPECT_THAT(ReadCsv(experiment + ".csv").comments,
              testing::Contains("learning_rates=0.012345678901 0.012345678901 0.012345678901 "
                                "0.012345678901 learning_rate_decay=1e-12"));
}

TEST(LearningRateDecayTest, SlowsMnistDownFromTheSecondIteration) {
  const CsvTable steady = ReadCsv(Tables(kMnist) + ".csv");
  const CsvTable decaying = ReadCsv(Tables(kMnist, {"--learning_rate_decay=0.5"}) + ".csv");
  EXPECT_EQ(steady.rows[0][3], decaying.rows[0][3]);
  EXPECT_NE(steady.rows[1][3], decaying.rows[1][3]);
}

TEST(SeedTest, DecidesEveryRowOfItsOwn) {
  const auto both = ReadCsv(Tables(kMnist) + ".csv").rows;
  const auto second = ReadCsv(Tables(kMnist, {"--seed=1", "--seeds=1"}) + ".csv").rows;
  ASSERT_EQ(both.size(), 2 * second.size());
  for (size_t i = 0; i < second.size(); ++i) {
    EXPECT_EQ(both[second.size() + i], second[i]);
    EXPECT_NE(both[i][3], second[i][3]);
  }
}

}  // namespace
}  // namespace dlfs
