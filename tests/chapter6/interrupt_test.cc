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
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

using ::testing::AnyOf;
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
  // Starts a program, and interrupts it after half a second of learning, not before its table has so
  // many lines.
  Outcome Interrupt(const Program& program, const std::vector<std::string>& flags, int threads,
                    ptrdiff_t lines = 0) const {
    std::vector<std::string> arguments = program.endless;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.insert(arguments.end(),
                     {absl::StrCat("--threads=", threads), "--output_dir=" + directory_});
    RunningBinary running(
        {.program = FindRunfile("chapter6/" + program.name), .arguments = arguments});
    const std::string csv = directory_ + "/" + program.name + ".csv";
    WaitUntil([&] {
      if (!std::filesystem::exists(csv)) return false;
      const std::string table = ReadFile(csv);
      return std::count(table.begin(), table.end(), '\n') >= lines;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
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
  return {
      program, {"--hidden_sizes=5", "--batch_size=1", methods}, 2, "smoothed_loss", "mean", "std",
      printed};
}

Learner OfAccuracies(const Program& program, const std::string& methods, size_t columns,
                     const std::vector<std::string>& printed) {
  return {
      program,
      {"--hidden_sizes=5", "--train_size=10", "--batch_size=1", "--evaluation_interval=1", methods},
      columns,
      "train_accuracy",
      "train_mean",
      "train_std",
      printed};
}

class NotStartedTest : public InterruptTest {};

// One thread, so that only the first network has learned.
TEST_P(NotStartedTest, NetworksHaveNoResult) {
  const Outcome outcome = Interrupt(std::get<0>(GetParam()).program,
                                    {"--hidden_sizes=5", "--train_size=10", "--batch_size=1"}, 1);
  EXPECT_THAT(outcome.out, Not(HasSubstr("0.0000 ± 0.0000")));
  EXPECT_THAT(outcome.out, HasSubstr("\nStopped early: not all networks are trained.\n"));
}

class InterruptedGradientCheckTest : public InterruptTest {};

TEST_P(InterruptedGradientCheckTest, SaysNothingOfWhatWasNotChecked) {
  Interrupt(kGradientCheck, {"--samples=1000"}, 2);
  for (const Row& row : ReadCsv(directory_ + "/batch_norm_gradient_check.csv").rows) {
    EXPECT_NE(row[2], "nan") << row[0] << " on " << row[1];
  }
}

class InterruptedSearchTest : public InterruptTest {};

TEST_P(InterruptedSearchTest, WritesWhichTrialsAreFinished) {
  // The comments, the header and a few trials.
  const Outcome outcome =
      Interrupt(kSearch, {"--epochs=2", "--trials=100000", "--hidden_sizes=5"}, 2, 20);
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

const std::vector<Signal> kSignals = {{"CtrlC", SIGINT, 130}, {"Kill", SIGTERM, 143}};

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
                                          testing::ValuesIn(kSignals)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Accuracies, InterruptTest,
                         testing::Combine(testing::ValuesIn(AccuracyLearners()),
                                          testing::ValuesIn(kSignals)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Accuracies, NotStartedTest,
                         testing::Combine(testing::ValuesIn(AccuracyLearners()),
                                          testing::Values(kSignals[0])),
                         NameOf);

INSTANTIATE_TEST_SUITE_P(Once, InterruptedGradientCheckTest,
                         testing::Values(std::tuple(Learner(), kSignals[0])),
                         [](const auto&) { return "CtrlC"; });

INSTANTIATE_TEST_SUITE_P(Once, InterruptedSearchTest,
                         testing::Combine(testing::Values(Learner()), testing::ValuesIn(kSignals)),
                         [](const auto& info) { return std::get<1>(info.param).name; });

// --- Every program, but for the search, which is above ---

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
  const std::vector<std::pair<Program, std::vector<std::string>>> programs = {
      // It computes for a second, and gnuplot draws for much longer.
      {kNaive, {"--points=1000000"}},
      {kMnist, {"--iterations=20", "--batch_size=10", "--hidden_sizes=5", "--seeds=10000"}},
      {kHistogram, {"--samples=300", "--nodes=100", "--seeds=400", "--threads=1"}},
      {kSymmetry, kSymmetry.endless},
      {kInitCompare, kInitCompare.endless},
      {kGradientCheck, kGradientCheck.endless},
      {kBatchNorm, kBatchNorm.endless},
      {kWeightDecay, {"--epochs=3", "--train_size=20", "--hidden_sizes=5", "--seeds=10000"}},
      {kDropout, kDropout.endless},
      {kOverfit, kOverfit.endless}};
  std::vector<std::tuple<Program, std::vector<std::string>, Signal>> all;
  for (const auto& [program, flags] : programs) {
    for (const Signal& signal : kSignals) all.push_back({program, flags, signal});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, AnyProgramTest, testing::ValuesIn(AnyProgram()),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + std::get<2>(info.param).name;
                         });

TEST(BothProgramsTest, EndInTheSecondWithTheFilesOfTheFirst) {
  const std::string directory = FreshDirectory();
  std::vector<std::string> arguments = kBoth.endless;
  arguments.insert(arguments.end(), {"--figure=none", "--output_dir=" + directory});
  RunningBinary running(
      {.program = FindRunfile("chapter6/optimizer_compare"), .arguments = arguments});
  WaitUntil([&] { return std::filesystem::exists(directory + "/optimizer_compare_mnist.csv"); });
  running.Send(SIGTERM);
  EXPECT_EQ(running.Wait().exit_status, 143);
  EXPECT_THAT(ReadCsv(directory + "/optimizer_compare_naive.csv").rows, SizeIs(4 * 30));
  EXPECT_EQ(ReadCsv(directory + "/optimizer_compare_mnist.csv").header, kMnist.tables[0].header);
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
