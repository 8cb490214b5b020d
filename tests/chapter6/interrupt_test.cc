// Ctrl-C and SIGTERM in the middle of a run.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A program with two networks that learn at the same time, for ever.
struct Learner {
  Program program;
  std::vector<std::string> flags;
  size_t columns;                    // of the seed and the method
  std::string value;                 // a column of the runs
  std::string mean, std;             // of it, in the summary
  std::vector<std::string> printed;  // what the printed rows of the networks start with
};

struct Signal {
  std::string name;
  int number;
  int exit_status;
};

class InterruptTest : public testing::TestWithParam<std::tuple<Learner, Signal>> {
 protected:
  // Starts a program, and interrupts it when its threads learn, not before its table has so many lines.
  Outcome Interrupt(const Program& program, const std::vector<std::string>& flags, int threads,
                    ptrdiff_t lines = 0) const {
    std::vector<std::string> arguments = flags;
    arguments.insert(arguments.end(),
                     {absl::StrCat("--threads=", threads), "--output_dir=" + directory_});
    RunningBinary running(EndlessRun(program, arguments));
    const std::string csv = directory_ + "/" + program.name + ".csv";
    WaitUntil([&] {
      if (!std::filesystem::exists(csv)) return false;
      const std::string table = ReadFile(csv);
      return std::count(table.begin(), table.end(), '\n') >= lines;
    });
    running.WaitUntilThreadsCompute(threads);
    running.Send(std::get<1>(GetParam()).number);
    return running.Wait();
  }

  const std::string directory_ = FreshDirectory();
};

TEST_P(InterruptTest, WhatWasComputedIsWritten) {
  const auto& [learner, signal] = GetParam();
  const Outcome outcome = Interrupt(learner.program, learner.flags, 2);
  EXPECT_EQ(outcome.exit_status, signal.exit_status);
  EXPECT_THAT(outcome.err, HasSubstr(absl::StrCat("stopped by signal ", signal.number)));

  // No picture, and nothing of what would have come next.
  const std::string experiment = directory_ + "/" + learner.program.name;
  EXPECT_TRUE(std::filesystem::exists(experiment + ".gp"));
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_NE(entry.path().extension(), ".svg");
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("_adam")));
  }
  std::map<std::string, CsvTable> tables;
  for (const Table& table : learner.program.tables) {
    if (absl::StartsWith(table.suffix, "_adam")) continue;
    tables[table.suffix] = ReadCsv(experiment + table.suffix + ".csv");
    EXPECT_EQ(tables[table.suffix].header, table.header);
    EXPECT_THAT(outcome.out, HasSubstr("  " + experiment + table.suffix + ".csv\n"));
  }

  // Every network has learned something, and what it has is there from the start.
  std::map<Row, int> rows;
  for (const Row& row : tables[""].rows) {
    const Row network(row.begin(), row.begin() + learner.columns);
    ASSERT_EQ(Number(row[learner.columns]), rows[network]++);
  }
  EXPECT_EQ(rows.size(), learner.printed.size());
  for (const auto& [network, count] : rows) EXPECT_LT(count, 1000000);
  ExpectMeanAndStd(tables[""], learner.value, tables["_summary"], learner.mean, learner.std);
  for (const std::string& network : learner.printed) {
    EXPECT_THAT(PrintedRow(outcome.out, network), Not(IsEmpty()));
  }
}

Learner OfLosses(const Program& program, const std::string& methods,
                 const std::vector<std::string>& printed) {
  return {program, {"--hidden_sizes=5", "--batch_size=1", "--seeds=1", methods},
          2,       "smoothed_loss",
          "mean",  "std",
          printed};
}

Learner OfAccuracies(const Program& program, const std::string& methods, size_t columns,
                     const std::vector<std::string>& printed) {
  return {
      program,      {"--hidden_sizes=5", "--train_size=10", "--batch_size=1", "--seeds=1", methods},
      columns,      "train_accuracy",
      "train_mean", "train_std",
      printed};
}

class NotStartedTest : public InterruptTest {};

// One thread, so that only the first network has learned.
TEST_P(NotStartedTest, NetworksHaveNoResult) {
  const Outcome outcome =
      Interrupt(std::get<0>(GetParam()).program,
                {"--hidden_sizes=5", "--train_size=10", "--batch_size=1", "--seeds=1"}, 1);
  EXPECT_THAT(outcome.out, Not(HasSubstr("0.0000 ± 0.0000")));
  EXPECT_THAT(outcome.out, HasSubstr("\nStopped early: not all networks are trained.\n"));
}

class InterruptedGradientCheckTest : public InterruptTest {};

TEST_P(InterruptedGradientCheckTest, SaysNothingOfWhatWasNotChecked) {
  Interrupt(kGradientCheck, {"--samples=1000"}, 1);
  for (const Row& row : ReadCsv(directory_ + "/batch_norm_gradient_check.csv").rows) {
    EXPECT_NE(row[2], "nan") << row[0] << " on " << row[1];
  }
}

TEST_P(InterruptedGradientCheckTest, DoesNotGoOnWithTheOtherSeeds) {
  const auto start = std::chrono::steady_clock::now();
  Interrupt(kGradientCheck, {"--samples=2", "--seeds=10000"}, 2);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

class InterruptedSearchTest : public InterruptTest {};

TEST_P(InterruptedSearchTest, WritesWhichTrialsAreFinished) {
  // The comments, the header and a few trials.
  const Outcome outcome = Interrupt(
      kSearch, {"--epochs=2", "--trials=100000", "--hidden_sizes=5", "--rounds=1", "--seeds=1"}, 2,
      20);
  EXPECT_EQ(outcome.exit_status, std::get<1>(GetParam()).exit_status);
  EXPECT_THAT(outcome.err,
              HasSubstr(absl::StrCat("stopped by signal ", std::get<1>(GetParam()).number)));
  EXPECT_THAT(outcome.out, HasSubstr("\nStopped early: the same command goes on from here.\n"));

  const std::string experiment = directory_ + "/" + kSearch.name;
  EXPECT_TRUE(std::filesystem::exists(experiment + ".gp"));
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_THAT(entry.path().extension(), AnyOf(".csv", ".gp"));
  }
  std::map<std::string, CsvTable> tables;
  for (const Table& table : kSearch.tables) {
    tables[table.suffix] = ReadCsv(experiment + table.suffix + ".csv");
    EXPECT_EQ(tables[table.suffix].header, table.header);
  }
  const size_t trials = tables["_trials"].rows.size();
  EXPECT_GT(trials, 0);
  EXPECT_LT(trials, 100000);
  EXPECT_THAT(tables[""].rows, SizeIs(2 * trials));
  EXPECT_THAT(tables["_rounds"].rows, SizeIs(1));
  EXPECT_THAT(tables["_best"].rows, IsEmpty()) << "the test data are for a finished search";
}

const Signal kCtrlC = {"CtrlC", SIGINT, 130}, kKill = {"Kill", SIGTERM, 143},
             kHangup = {"Hangup", SIGHUP, 129};

std::vector<Learner> LossLearners() {
  return {OfLosses(kMnist, "--optimizers=sgd,adam", {"sgd", "adam"}),
          OfLosses(kSymmetry, "--inits=constant=0.01,he", {"constant=0.01", "he"}),
          OfLosses(kInitCompare, "--inits=he,xavier", {"he", "xavier"})};
}

std::vector<Learner> AccuracyLearners() {
  return {OfAccuracies(kBatchNorm, "--init_std=0.1", 3, {"0.1", "0.1"}),
          OfAccuracies(kWeightDecay, "--penalties=none,l2=0.1", 3, {"no weight decay", "L2,"}),
          OfAccuracies(kDropout, "--dropouts=none,standard", 3, {"no dropout", "standard"}),
          OfAccuracies(kOverfit, "--techniques=none,batch_norm", 2, {"none", "batch norm"})};
}

std::string NameOf(const testing::TestParamInfo<std::tuple<Learner, Signal>>& info) {
  return std::get<0>(info.param).program.name + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(Losses, InterruptTest,
                         testing::Combine(testing::ValuesIn(LossLearners()),
                                          testing::Values(kCtrlC)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(ClosedTerminal, InterruptTest,
                         testing::Combine(testing::Values(LossLearners().front()),
                                          testing::Values(kHangup)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Accuracies, InterruptTest,
                         testing::Combine(testing::ValuesIn(AccuracyLearners()),
                                          testing::Values(kKill)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Accuracies, NotStartedTest,
                         testing::Combine(testing::ValuesIn(AccuracyLearners()),
                                          testing::Values(kCtrlC)),
                         NameOf);

INSTANTIATE_TEST_SUITE_P(Once, InterruptedGradientCheckTest,
                         testing::Values(std::tuple(Learner(), kCtrlC)),
                         [](const auto&) { return "CtrlC"; });

INSTANTIATE_TEST_SUITE_P(Once, InterruptedSearchTest,
                         testing::Combine(testing::Values(Learner()),
                                          testing::Values(kCtrlC, kKill)),
                         [](const auto& info) { return std::get<1>(info.param).name; });

// --- In the middle of an evaluation, of which nothing may be left ---

struct Evaluation {
  Program program;
  std::vector<std::string> flags;
};

class EvaluationTest : public testing::TestWithParam<Evaluation> {
 protected:
  // Interrupts it after a moment.
  Outcome Interrupt(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = GetParam().flags;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.insert(arguments.end(), {"--threads=1", "--figure=none"});
    arguments.push_back("--output_dir=" + directory_);
    RunningBinary running(
        {.program = FindRunfile("chapter6/" + GetParam().program.name), .arguments = arguments});
    WaitUntil([&] { return std::filesystem::exists(Table("")); });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    running.Send(SIGINT);
    const Outcome outcome = running.Wait();
    EXPECT_EQ(outcome.exit_status, 130) << outcome.err;
    return outcome;
  }

  std::string Table(const std::string& suffix) const {
    return directory_ + "/" + GetParam().program.name + suffix + ".csv";
  }

 private:
  const std::string directory_ = FreshDirectory();
};

// Each evaluation takes seconds: the accuracy on the test images with so many neurons,
class TestAccuracyTest : public EvaluationTest {};

TEST_P(TestAccuracyTest, IsNotPrintedWhereItWasStopped) {
  const Outcome outcome = Interrupt({"--hidden_sizes=10000", "--batch_size=1", "--iterations=1"});
  if (!absl::StrContains(outcome.out, "\nzero ")) GTEST_SKIP() << "it had not come to it";
  EXPECT_EQ(PrintedRow(outcome.out, "zero")[2], "-") << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(All, TestAccuracyTest,
                         testing::Values(Evaluation{kInitCompare, {"--inits=zero"}}),
                         [](const auto& info) { return info.param.program.name; });

// the rank of this W2,
class RankTest : public EvaluationTest {};

TEST_P(RankTest, IsNotInTheTableWhereItWasStopped) {
  Interrupt({"--hidden_sizes=3000,3000", "--batch_size=1", "--iterations=1"});
  EXPECT_THAT(ReadCsv(Table("_layers")).rows, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, RankTest, testing::Values(Evaluation{kSymmetry, {"--inits=he"}}),
                         [](const auto& info) { return info.param.program.name; });

// and the accuracy on all training images.
class EpochTest : public EvaluationTest {};

TEST_P(EpochTest, IsNotInTheTableWhereItsEvaluationWasStopped) {
  Interrupt({"--hidden_sizes=2000,1000", "--batch_size=1", "--train_size=60000", "--epochs=1"});
  EXPECT_THAT(ReadCsv(Table("")).rows, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, EpochTest,
                         testing::Values(Evaluation{kBatchNorm, {"--init_std=0.1"}},
                                         Evaluation{kWeightDecay, {"--penalties=none"}},
                                         Evaluation{kDropout, {"--dropouts=none"}},
                                         Evaluation{kOverfit, {"--techniques=none"}},
                                         Evaluation{kSearch,
                                                    {"--trials=1", "--validation_share=0.5"}}),
                         [](const auto& info) { return info.param.program.name; });

// --- The other programs, and many networks ---

class AnyProgramTest
    : public testing::TestWithParam<std::tuple<Program, std::vector<std::string>, Signal>> {};

// In the middle of its work, of which it has more than the patience of a test.
TEST_P(AnyProgramTest, EndsSoonAndLeavesValidFiles) {
  const auto& [program, flags, signal] = GetParam();
  const std::string directory = FreshDirectory();
  std::vector<std::string> arguments = flags;
  arguments.push_back("--output_dir=" + directory);
  RunningBinary running(
      {.program = FindRunfile("chapter6/" + program.name), .arguments = arguments});
  const std::string csv = directory + "/" + program.name + ".csv";
  WaitUntil([&] { return std::filesystem::exists(csv); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  running.Send(signal.number);
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, signal.exit_status);
  EXPECT_THAT(outcome.err, HasSubstr(absl::StrCat("stopped by signal ", signal.number)));
  for (const Table& table : program.tables) {
    if (absl::StartsWith(table.suffix, "_adam")) continue;
    const std::string path = directory + "/" + program.name + table.suffix + ".csv";
    EXPECT_EQ(ReadCsv(path).header, table.header);
    EXPECT_THAT(outcome.out, HasSubstr("  " + path + "\n"));
  }
}

std::vector<std::tuple<Program, std::vector<std::string>, Signal>> AnyProgram() {
  return {
      // It computes for a moment, and gnuplot draws for much longer.
      {kNaive, {"--points=200000"}, kCtrlC},
      {kNaive, {"--points=200000"}, kKill},
      {kMnist, {"--iterations=20", "--batch_size=10", "--hidden_sizes=5", "--seeds=10000"}, kKill},
      {kHistogram, {"--samples=300", "--nodes=100", "--seeds=400", "--threads=1"}, kCtrlC},
      {kGradientCheck, kGradientCheck.endless, kKill},
      {kSurface, kSurface.endless, kKill},
      {kWeightDecay,
       {"--epochs=3", "--train_size=20", "--hidden_sizes=5", "--seeds=10000"},
       kCtrlC},
      {kSearchCompare,
       {"--epochs=3", "--train_size=20", "--hidden_sizes=5", "--seeds=1000"},
       kCtrlC},
      {kSearchCompare, kSearchCompare.endless, kKill}};
}

INSTANTIATE_TEST_SUITE_P(All, AnyProgramTest, testing::ValuesIn(AnyProgram()),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + std::get<2>(info.param).name;
                         });

// Of a surface with so many points and images, each row takes long.
TEST(SurfaceInterruptTest, LeavesThePathsAndTheSurfaceAsFarAsItCame) {
  const std::string directory = FreshDirectory(), experiment = directory + "/" + kSurface.name;
  RunningBinary running(
      {.program = FindRunfile("chapter6/" + kSurface.name),
       .arguments = {"--iterations=4", "--keep_every=2", "--images=10000", "--hidden_sizes=20",
                     "--grid=101", "--threads=2", "--output_dir=" + directory}});
  WaitUntil([&] {
    return std::filesystem::exists(experiment + "_grid.csv") &&
           absl::StrContains(ReadFile(experiment + "_grid.csv"), "loss\n-");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // into the middle of the next rows
  running.Send(SIGINT);
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, 130);
  EXPECT_FALSE(std::filesystem::exists(experiment + ".svg"));
  EXPECT_TRUE(std::filesystem::exists(experiment + ".gp"));
  EXPECT_THAT(ReadCsv(experiment + ".csv").rows, SizeIs(4 * 3));
  std::map<std::string, size_t> rows;  // b -> points
  std::string last;
  for (const Row& point : ReadCsv(experiment + "_grid.csv").rows) ++rows[last = point[1]];
  EXPECT_GT(rows.size(), 1);
  EXPECT_LT(rows.size(), 101);
  EXPECT_LT(rows[last], 101) << "it was in the middle of this row";
}

// A point of a path is kept after each iteration, and takes most of the time.
TEST(SurfaceInterruptTest, LeavesThePathsAsFarAsTheyCame) {
  const std::string directory = FreshDirectory(), experiment = directory + "/" + kSurface.name;
  RunningBinary running(
      {.program = FindRunfile("chapter6/" + kSurface.name),
       .arguments = {"--optimizers=sgd,adam", "--iterations=248", "--keep_every=1",
                     "--images=20000", "--threads=2", "--output_dir=" + directory}});
  WaitUntil([&] { return std::filesystem::exists(experiment + ".csv"); });
  running.WaitUntilThreadsCompute(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  running.Send(SIGINT);
  EXPECT_EQ(running.Wait().exit_status, 130);
  std::map<std::string, int> points;
  for (const Row& row : ReadCsv(experiment + ".csv").rows) {
    ASSERT_EQ(Number(row[1]), points[row[0]]++);
  }
  EXPECT_THAT(points, SizeIs(2));
  for (const auto& [optimizer, count] : points) EXPECT_LT(count, 249) << optimizer;
  EXPECT_THAT(ReadCsv(experiment + "_grid.csv").rows, IsEmpty());
}

// What a search has come to is in the table; a mean is printed of finished searches alone.
TEST(InterruptedSearchesTest, AreWrittenAsFarAsTheyCame) {
  const std::string directory = FreshDirectory(), csv = directory + "/search_compare.csv";
  RunningBinary running(
      ShortRun(kSearchCompare, {"--epochs=2000", "--trials=4,300", "--methods=random", "--seeds=1",
                                "--threads=1", "--figure=none", "--output_dir=" + directory}));
  WaitUntil([&] {
    return std::filesystem::exists(csv) && absl::StrContains(ReadFile(csv), "\nrandom,4,0,8000,");
  });
  std::this_thread::sleep_for(std::chrono::seconds(3));
  running.Send(SIGINT);
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, 130);
  EXPECT_THAT(outcome.out, HasSubstr("\nStopped early: not all searches are finished.\n"));
  const std::vector<Row> rows = RowsOf(ReadCsv(csv), {"random", "300"});
  EXPECT_THAT(rows, Not(IsEmpty()));
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(Number(rows[i][3]), 2000 * (i + 1));
  EXPECT_EQ(PrintedRow(outcome.out, "random         4").size(), 3);
  EXPECT_THAT(PrintedRow(outcome.out, "random       300"), ElementsAre("300", "600000", "-"));
}

TEST(BothProgramsTest, EndInTheSecondWithTheFilesOfTheFirst) {
  const std::string directory = FreshDirectory();
  RunningBinary running(EndlessRun(kBoth, {"--figure=none", "--output_dir=" + directory}));
  WaitUntil([&] { return std::filesystem::exists(directory + "/optimizer_compare_mnist.csv"); });
  running.Send(SIGTERM);
  EXPECT_EQ(running.Wait().exit_status, 143);
  EXPECT_THAT(ReadCsv(directory + "/optimizer_compare_naive.csv").rows, SizeIs(4 * 30));
  EXPECT_EQ(ReadCsv(directory + "/optimizer_compare_mnist.csv").header, kMnist.tables[0].header);
}

// --- Two signals at once ---

// As `timeout` sends them: one to the program, and one to its process group.
TEST(TwoSignalsTest, AreOneWish) {
  for (int run = 0; run < 5; ++run) {
    const std::string directory = FreshDirectory();
    const std::string csv = directory + "/optimizer_compare_mnist.csv";
    RunningBinary running(
        EndlessRun(kMnist, {"--threads=4", "--hidden_sizes=5", "--output_dir=" + directory}));
    WaitUntil([&] { return std::filesystem::exists(csv); });
    running.WaitUntilThreadsCompute(1);
    running.Send(SIGTERM);
    std::this_thread::sleep_for(std::chrono::microseconds(100 * run));
    running.Send(SIGTERM);
    EXPECT_EQ(running.Wait().exit_status, 143);
    EXPECT_THAT(ReadCsv(csv).rows, Not(IsEmpty()));
  }
}

// --- Without a warning ---

struct TwoNetworks {
  Program program;
  std::vector<std::string> flags;  // networks that take a moment
  size_t rows;                     // of each
};

class KillTest : public testing::TestWithParam<TwoNetworks> {};

TEST_P(KillTest, FinishedNetworksAreInTheFile) {
  const std::string directory = FreshDirectory();
  std::vector<std::string> arguments = GetParam().flags;
  arguments.insert(arguments.end(),
                   {"--hidden_sizes=500", "--threads=1", "--output_dir=" + directory});
  RunningBinary running(
      {.program = FindRunfile("chapter6/" + GetParam().program.name), .arguments = arguments});
  const std::string csv = directory + "/" + GetParam().program.name + ".csv";
  WaitUntil(
      [&] { return std::filesystem::exists(csv) && absl::StrContains(ReadFile(csv), "\n0,"); });
  running.Send(SIGKILL);
  EXPECT_EQ(running.Wait().exit_status, -SIGKILL) << "the second network was still learning";
  EXPECT_EQ(ReadCsv(csv).rows.size(), GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(
    All, KillTest,
    testing::Values(
        TwoNetworks{kInitCompare, {"--inits=he,xavier", "--iterations=20", "--batch_size=500"}, 20},
        TwoNetworks{
            kWeightDecay, {"--penalties=none,l2=0.1", "--epochs=3", "--train_size=100"}, 3}),
    [](const auto& info) { return info.param.program.name; });

}  // namespace
}  // namespace dlfs
