// A search of 6.5 that is stopped, however, and started again ends with the same tables, byte for
// byte, as one that was not.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/pictures.h"
#include "tests/chapter6/searches.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

struct Stopped {
  std::string name;
  int signal;
  int exit_status;
  std::vector<std::string> flags;
};
void PrintTo(const Stopped& stopped, std::ostream* out) { *out << stopped.name; }

class StoppedSearchTest : public testing::TestWithParam<Stopped> {};

TEST_P(StoppedSearchTest, EndsAsIfItHadNotBeen) {
  const auto& [name, signal, exit_status, flags] = GetParam();
  const TableBytes whole = FinishSearch(FreshDirectory(), flags);
  const std::string directory = FreshDirectory(), csv = directory + kSearchCsv;
  const auto size = [&] {
    std::error_code none;
    const uintmax_t bytes = fs::file_size(csv, none);
    return none ? 0 : bytes;
  };
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>()(name)));
  int stops = 0;
  while (size() < whole.at("").size() || random() % 2 == 0) {
    // Somewhere in the next few trials, each of about 250 bytes.
    const uintmax_t enough = std::min<uintmax_t>(size() + random() % 1500, whole.at("").size());
    RunningBinary running(SearchIn(directory, flags));
    for (int i = 0; i < 10000 && size() < enough; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 10000));
    running.Send(signal);
    const Outcome outcome = running.Wait();
    if (outcome.exit_status == 0) break;
    // It may not have come to catching the signal.
    ASSERT_THAT(outcome.exit_status, AnyOf(exit_status, -signal)) << outcome.err;
    if (signal != SIGKILL) {
      EXPECT_THAT(outcome.err, Not(HasSubstr("cut off")));
    }
    ++stops;
  }
  EXPECT_GE(stops, 3);
  EXPECT_EQ(FinishSearch(directory, flags), whole);
  EXPECT_EQ(FilesIn(directory), TablesAndScripts(kSearch)) << "nothing is left over";
}

INSTANTIATE_TEST_SUITE_P(
    All, StoppedSearchTest,
    testing::Values(
        Stopped{"CtrlC", SIGINT, 130, {"--threads=1"}},
        Stopped{"CtrlCOnTwoThreads", SIGINT, 130, {"--threads=2"}},
        Stopped{"Term", SIGTERM, 143, {"--threads=2", "--rounds=2", "--trials=15"}},
        Stopped{"Kill", SIGKILL, -SIGKILL, {"--threads=1"}},
        Stopped{"KillOnTwoThreads", SIGKILL, -SIGKILL, {"--threads=2"}},
        Stopped{"KillOnSevenThreads", SIGKILL, -SIGKILL, {"--threads=7", "--same_start"}},
        Stopped{"KillOfRounds",
                SIGKILL,
                -SIGKILL,
                {"--threads=2", "--rounds=2", "--seeds=2", "--trials=8"}},
        Stopped{"KillOfAGrid", SIGKILL, -SIGKILL, {"--threads=2", "--method=grid", "--trials=25"}}),
    [](const auto& info) { return info.param.name; });

// --- Files that a run may leave ---

class LeftFileTest : public testing::Test {
 protected:
  const std::vector<std::string> flags_ = {"--trials=8"};
  const std::string directory_ = FreshDirectory(), csv_ = directory_ + kSearchCsv;
  const TableBytes whole_ = FinishSearch(directory_, flags_);
  const SplitTable split_ = Split(whole_.at(""));
};

TEST_F(LeftFileTest, WhatIsTornIsCutOffAndDoneAgain) {
  const std::string& text = whole_.at("");
  // Where a trial ends.
  std::set<size_t> ends = {split_.head.size()};
  for (const std::string& trial : split_.trials) ends.insert(*ends.rbegin() + trial.size());
  ASSERT_EQ(*ends.rbegin(), text.size());

  std::mt19937 random(6);
  std::set<size_t> cuts = {split_.head.size(), split_.head.size() + 1, text.size() - 1};
  cuts.insert(*std::next(ends.begin(), 3));                   // between two trials
  cuts.insert(text.find('\n', split_.head.size()) + 1);       // between two epochs
  cuts.insert(text.find('\n', *std::next(ends.begin(), 4)));  // before an end of line
  while (cuts.size() < 25) {
    cuts.insert(split_.head.size() + random() % (text.size() - split_.head.size()));
  }
  for (const size_t cut : cuts) {
    SCOPED_TRACE(cut);
    WriteFile(csv_, text.substr(0, cut));
    const Outcome outcome = RunWithoutProgress(SearchIn(directory_, flags_));
    EXPECT_EQ(outcome.exit_status, 0);
    if (ends.contains(cut)) {
      EXPECT_EQ(outcome.err, "");
    } else {
      EXPECT_THAT(outcome.err, MatchesRegex("[^\n]*cut off and done again\n"));
      EXPECT_THAT(outcome.err, HasSubstr(csv_ + ": the trial from line "));
    }
    EXPECT_EQ(ReadTables(directory_), whole_);
  }
}

TEST_F(LeftFileTest, TheHeadIsNeverTornByARunAndThereforeDamaged) {
  for (const size_t cut : {size_t{0}, size_t{1}, split_.head.size() / 2, split_.head.size() - 1}) {
    SCOPED_TRACE(cut);
    WriteFile(csv_, split_.head.substr(0, cut));
    ExpectRefused(directory_, flags_, {csv_ + " is damaged: the file ends in its head"});
  }
}

TEST_F(LeftFileTest, TrialsInAnotherOrderAreSorted) {
  WriteFile(csv_, split_.head + split_.trials[5] + split_.trials[7] + split_.trials[0] +
                      split_.trials[3]);
  EXPECT_EQ(FinishSearch(directory_, flags_), whole_);
  std::string reversed = split_.head;
  for (size_t i = 8; i-- > 0;) reversed += split_.trials[i];
  WriteFile(csv_, reversed);
  EXPECT_EQ(FinishSearch(directory_, flags_), whole_);
}

TEST_F(LeftFileTest, AHalfWrittenNewFileIsOfNoImportance) {
  WriteFile(csv_ + ".new", split_.head + split_.trials[6] + "torn");
  WriteFile(csv_, split_.head + split_.trials[1] + split_.trials[0]);
  EXPECT_EQ(FinishSearch(directory_, flags_), whole_);
  EXPECT_FALSE(fs::exists(csv_ + ".new"));
}

TEST_F(LeftFileTest, AFinishedSearchMakesNoTrialAndChangesNoByte) {
  const fs::file_time_type written = fs::last_write_time(csv_);
  const Outcome again = RunWithoutProgress(SearchIn(directory_, flags_));
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_EQ(again.err, "");
  EXPECT_THAT(again.out, HasSubstr("\nseed 0, round 1: 0 trials in "));
  EXPECT_THAT(again.out, HasSubstr("\n  8 more were in the file already; "));
  EXPECT_EQ(ReadTables(directory_), whole_);
  EXPECT_EQ(fs::last_write_time(csv_), written);
}

TEST_F(LeftFileTest, OnlyWhatIsMissingIsMade) {
  WriteFile(csv_, split_.head + split_.trials[0] + split_.trials[2] + split_.trials[7]);
  const Outcome again = RunWithoutProgress(SearchIn(directory_, flags_));
  EXPECT_THAT(again.out, HasSubstr("\nseed 0, round 1: 5 trials in "));
  EXPECT_THAT(again.out, HasSubstr("\n  3 more were in the file already; "));
  EXPECT_EQ(ReadTables(directory_), whole_);
}

// --- The retraining of the best setting ---

TEST(RetrainingTest, ThatIsInterruptedHasNoResult) {
  using Clock = std::chrono::steady_clock;
  const std::string directory = FreshDirectory();
  const std::vector<std::string> flags = {"--trials=1", "--rounds=1", "--seeds=1", "--epochs=6000"};
  const auto start = Clock::now();
  FinishSearch(directory, flags);
  const auto whole = Clock::now() - start;  // a trial, and about as much again
  RunningBinary running(SearchIn(directory, flags));
  std::this_thread::sleep_for(whole / 8);
  running.Send(SIGINT);
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, 130);
  EXPECT_THAT(outcome.out, HasSubstr("Stopped early: the same command goes on from here.\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("learned once more")));
  EXPECT_THAT(ReadCsv(directory + "/hyperparameter_optimization_best.csv").rows, IsEmpty());
}

// --- A search of more trials ---

// On one thread the file needs no sorting, which would write it anew.
TEST_F(LeftFileTest, MoreTrialsContinueASearchOfFewer) {
  const std::string directory = FreshDirectory();
  FinishSearch(directory, {"--trials=4"});
  const Outcome more = RunWithoutProgress(SearchIn(directory, {"--trials=8", "--threads=1"}));
  EXPECT_THAT(more.out, HasSubstr("\nseed 0, round 1: 4 trials in "));
  EXPECT_EQ(ReadTables(directory), whole_);
}

TEST_F(LeftFileTest, MoreTrialsContinueAHalfFinishedSearchOfFewer) {
  const std::string head = Split(FinishSearch(FreshDirectory(), {"--trials=4"}).at("")).head;
  EXPECT_THAT(head, HasSubstr("\n# trials=4\n"));
  WriteFile(csv_, head + split_.trials[2] + split_.trials[0].substr(0, 40));
  EXPECT_THAT(RunWithoutProgress(SearchIn(directory_, flags_)).err, HasSubstr("cut off"));
  EXPECT_EQ(ReadTables(directory_), whole_);
}

}  // namespace
}  // namespace dlfs
