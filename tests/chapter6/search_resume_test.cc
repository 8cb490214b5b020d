// Searches of 6.5 that are stopped, however, and started again end with the same tables, byte for
// byte, as one that was not; files with which a search does not go on; and parts of a search.
#include <signal.h>
#include <sys/stat.h>

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
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/experiment/isa_name.h"
#include "common/matrix/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

const std::vector<std::string> kFourTrials = {"--trials=4"};

// --- Stopped ---

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
    WaitUntil([&] { return size() >= enough; });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
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
  EXPECT_GE(stops, 2);
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
        Stopped{"CtrlCOfABayesianOptimisation",
                SIGINT,
                130,
                {"--threads=2", "--method=bayesian", "--seeds=3", "--trials=12"}},
        Stopped{"KillOfABayesianOptimisation",
                SIGKILL,
                -SIGKILL,
                {"--threads=2", "--method=bayesian", "--seeds=3", "--trials=12"}},
        Stopped{"CtrlCOfHalving", SIGINT, 130, {"--threads=2", "--method=halving", "--epochs=16"}},
        Stopped{"KillOfHalving",
                SIGKILL,
                -SIGKILL,
                {"--threads=2", "--method=halving", "--epochs=16", "--seeds=2"}},
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
  while (cuts.size() < 12) {
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

TEST_F(LeftFileTest, TrialsInAnotherOrderAreSorted) {
  std::string reversed = split_.head;
  for (size_t i = 8; i-- > 0;) reversed += split_.trials[i];
  WriteFile(csv_, reversed);
  EXPECT_EQ(FinishSearch(directory_, flags_), whole_);
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

// The rows of a trial, which all say that it has another learning rate; what that was is put in `rate`.
std::string WithAnotherLearningRate(const std::string& trial, std::string& rate) {
  const size_t start = trial.find(',') + 1;
  rate = trial.substr(start, trial.find(',', start) - start);
  return absl::StrReplaceAll(trial, {{rate, "0.5"}});
}

// That the search goes on from a file in which trial 5 has tried something else.
void ExpectAnotherTrial5IsRefused(const std::vector<std::string>& flags) {
  const std::string directory = FreshDirectory();
  SplitTable split = Split(FinishSearch(directory, flags).at(""));
  std::string rate;
  split.trials[5] = WithAnotherLearningRate(split.trials[5], rate);
  WriteFile(directory + kSearchCsv, split.head + absl::StrJoin(split.trials, ""));
  ExpectRefused(
      directory, flags,
      {"trial 5 has the learning rate 0.5 ", "this search tries the learning rate " + rate});
}

void ExpectTheSameFromEveryPart(const std::vector<std::string>& flags, size_t step) {
  const std::string directory = FreshDirectory(), csv = directory + kSearchCsv;
  const TableBytes whole = FinishSearch(directory, flags);
  const std::string& text = whole.at("");
  for (size_t cut = Split(text).head.size(); cut < text.size(); cut += step) {
    WriteFile(csv, text.substr(0, cut));
    EXPECT_EQ(FinishSearch(directory, flags), whole) << cut;
  }
}

TEST(HalvingTest, WhatIsTornIsDoneAgain) {
  ExpectTheSameFromEveryPart({"--method=halving", "--trials=9", "--epochs=16"}, 97);
}

// A trial goes on until it diverges, which must not keep it from going on again.
TEST(HalvingTest, WhatIsTornIsDoneAgainWhereATrialDivergesLate) {
  ExpectTheSameFromEveryPart(
      {"--method=halving", "--trials=9", "--epochs=16", "--seed=1",
       "--hidden_sizes=100,100,100,100,100,100", "--learning_rate_range=0.1:1"},
      397);
}

TEST(BayesianTest, MoreTrialsContinueAnOptimisationOfFewer) {
  const std::string directory = FreshDirectory();
  FinishSearch(directory, {"--method=bayesian", "--trials=6"});
  const TableBytes more = FinishSearch(directory, {"--method=bayesian", "--trials=9"});
  EXPECT_EQ(more, FinishSearch(FreshDirectory(), {"--method=bayesian", "--trials=9"}));
}

// What a trial tries is known only after those before it.
TEST(BayesianTest, ATrialOfOtherHyperparametersIsRefused) {
  ExpectAnotherTrial5IsRefused({"--method=bayesian", "--trials=7"});
}

TEST_F(LeftFileTest, MoreTrialsContinueAHalfFinishedSearchOfFewer) {
  const std::string head = Split(FinishSearch(FreshDirectory(), {"--trials=4"}).at("")).head;
  EXPECT_THAT(head, HasSubstr("\n# trials=4\n"));
  WriteFile(csv_, head + split_.trials[2] + split_.trials[0].substr(0, 40));
  EXPECT_THAT(RunWithoutProgress(SearchIn(directory_, flags_)).err, HasSubstr("cut off"));
  EXPECT_EQ(ReadTables(directory_), whole_);
}

// --- Files with which it does not go on ---

class FileTest : public testing::Test {
 protected:
  const std::string directory_ = FreshDirectory(), csv_ = directory_ + kSearchCsv;
  const TableBytes whole_ = FinishSearch(directory_, kFourTrials);
  const std::string& text_ = whole_.at("");
  const SplitTable split_ = Split(text_);

  void Refuse(const std::vector<std::string>& flags, std::vector<std::string> error) const {
    SCOPED_TRACE(flags.empty() ? "" : flags.back());
    error.push_back(csv_ + ": line ");
    ExpectRefused(directory_, flags, error);
    EXPECT_EQ(ReadTables(directory_), whole_);
  }

  void Damaged(const std::string& text, const std::vector<std::string>& error) const {
    ASSERT_NE(text, text_);
    WriteFile(csv_, text);
    ExpectRefused(directory_, kFourTrials, error);
  }
};

// --- Another search ---

TEST_F(FileTest, OfAnotherSearchIsRefused) {
  Refuse({"--trials=4", "--seed=1"}, {"says '# seed=0 ", "this search is '# seed=1 "});
  Refuse({"--trials=4", "--seeds=2"}, {"says '# seed=0 seeds=1 ", "'# seed=0 seeds=2 "});
  Refuse({"--trials=4", "--learning_rate_range=0.001:0.1"},
         {"learning_rate=0.01:1 ", "learning_rate=0.001:0.1 "});
  Refuse({"--trials=4", "--weight_decay_range=1e-5:1"}, {"weight_decay=1e-05:1 "});
  Refuse({"--trials=4", "--hidden_sizes=20"}, {"'# hidden=20,20 ", "'# hidden=20 "});
  Refuse({"--trials=4", "--scale=uniform"}, {"scale=log ", "scale=uniform "});
  Refuse({"--trials=4", "--method=grid"}, {"method=random ", "method=grid "});
  Refuse({"--trials=4", "--rounds=2"}, {"rounds=1 ", "rounds=2 "});
  Refuse({"--trials=4", "--same_start"}, {"same_start=0'", "same_start=1'"});
  Refuse({"--trials=4", "--epochs=4"}, {"epochs=5 ", "epochs=4 "});
  Refuse({"--trials=4", "--evaluation_interval=2"}, {"evaluation_interval=2 "});
  Refuse({"--trials=4", "--optimizer=adam"}, {"optimizer=sgd'", "optimizer=adam'"});
  Refuse({"--trials=4", "--batch_size=25"}, {"batch_size=20 ", "batch_size=25 "});
  Refuse({"--trials=4", "--train_size=99"}, {"train_size=100 ", "train_size=99 "});
  Refuse({"--trials=4", "--validation_share=0.5"}, {"validation_share=0.2", "_share=0.5"});
  Refuse({"--trials=3"}, {"says '# trials=4', but this search is '# trials=3'"});
  Refuse({"--trials=3", "--only_trials=0:1"}, {"'# trials=4'"});
}

TEST_F(FileTest, OfAnotherInstructionSetIsRefused) {
  if (SupportedIsas().size() < 2) GTEST_SKIP() << "this CPU has no other";
  Refuse({"--trials=4", "--isa=baseline"},
         {absl::StrCat("isa=", IsaName(CurrentIsa())), "'# seed=0 seeds=1 isa=baseline'"});
}

TEST_F(FileTest, OfOtherImagesIsRefused) {
  const std::string small = "--data_dir=" + SmallMnistDirectory(), directory = FreshDirectory();
  FinishSearch(directory, {"--trials=1", "--train_size=20"});
  ExpectRefused(directory, {"--trials=1", "--train_size=20", small},
                {"says '# images=", "this search is '# images="});
}

TEST_F(FileTest, OfAGridOrOfRoundsIsNotTheStartOfALargerOne) {
  for (const char* kind : {"--method=grid", "--method=halving", "--rounds=2", "--seeds=2"}) {
    const std::string directory = FreshDirectory();
    FinishSearch(directory, {"--trials=4", kind});
    ExpectRefused(directory, {"--trials=9", kind}, {"line 6 says '# trials="});
  }
}

// --- Damaged ---

TEST_F(FileTest, ThatIsDamagedIsRefused) {
  const std::string &head = split_.head, &first = split_.trials[0], &second = split_.trials[1];
  const std::string rest = split_.trials[2] + split_.trials[3];
  Damaged(head + first + second.substr(0, 50) + rest, {csv_ + ": line ", "expected a row of"});
  Damaged(head + first + first + rest, {csv_ + ": line ", "trial 0 is there twice"});
  Damaged(head + first + absl::StrReplaceAll(second, {{",2,", ",3,"}}) + rest,
          {csv_ + ": line ", "expected a row of epoch 2 of trial 1, found '1,"});
  Damaged(head.substr(0, head.size() / 2), {csv_ + ": line ", " is missing, but this search is '"});
}

TEST_F(FileTest, WithATrialOfOtherHyperparametersIsRefused) {
  std::string rate;
  const std::string trial = WithAnotherLearningRate(split_.trials[1], rate);
  Damaged(split_.head + split_.trials[0] + trial,
          {"trial 1 has the learning rate 0.5 ", "this search tries the learning rate " + rate});
}

// What a later round tries is known only after the rounds before it.
TEST_F(FileTest, WithATrialOfALaterRoundOfOtherHyperparametersIsRefused) {
  ExpectAnotherTrial5IsRefused({"--trials=4", "--rounds=2"});
}

TEST_F(FileTest, ThatIsNoFileIsRefusedAtOnce) {
  const std::string directory = FreshDirectory(), csv = directory + kSearchCsv;
  const auto refused = [&] {
    const Outcome outcome = RunWithoutProgress(SearchIn(directory, kFourTrials));
    EXPECT_EQ(outcome.exit_status, 1);
    EXPECT_THAT(outcome.err, MatchesRegex("[^\n]+\n"));
    EXPECT_THAT(outcome.err, HasSubstr(csv + ": expected a file"));
  };
  fs::create_directory(csv);
  refused();
  fs::remove(csv);
  ASSERT_EQ(mkfifo(csv.c_str(), 0666), 0);
  refused();
  fs::remove(csv);
  fs::create_symlink(csv_, csv);
  refused();
  EXPECT_EQ(ReadFile(csv_), text_);
}

TEST_F(FileTest, OfARunningSearchIsRefused) {
  const std::string directory = FreshDirectory();
  RunningBinary running(SearchIn(directory, {"--trials=1", "--epochs=1000000"}));
  WaitUntil([&] { return fs::exists(directory + kSearchCsv); });
  ExpectRefused(directory, {"--trials=1", "--epochs=1000000"},
                {"another search is running in this directory"});
  running.Send(SIGKILL);
  running.Wait();
  RunningBinary next(SearchIn(directory, {"--trials=1", "--epochs=1000000"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  next.Send(SIGTERM);
  EXPECT_EQ(next.Wait().exit_status, 143) << "the lock ended with its owner";
}

// --- Parts ---

std::string Part(const std::string& trials) {
  const std::string directory = FreshDirectory();
  const Outcome outcome =
      RunWithoutProgress(SearchIn(directory, {"--trials=4", "--only_trials=" + trials}));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("A part of the search: merge it with the others (--merge)."));
  EXPECT_THAT(FilesIn(directory), ElementsAre(kSearchCsv + 1)) << "no results of a part";
  return directory + kSearchCsv;
}

class PartTest : public testing::Test {
 protected:
  const std::string directory_ = FreshDirectory(), csv_ = directory_ + kSearchCsv;
  const TableBytes whole_ = FinishSearch(directory_, kFourTrials);
  const std::string& text_ = whole_.at("");
  const SplitTable split_ = Split(text_);

  // A part with this text is refused, and nothing is written.
  void RefusePart(const std::string& part_text, const std::string& error) const {
    const std::string part = FreshDirectory() + "/part.csv", directory = FreshDirectory();
    WriteFile(part, part_text);
    const Outcome outcome =
        RunWithoutProgress(SearchIn(directory, {"--trials=4", "--merge=" + part}));
    EXPECT_EQ(outcome.exit_status, 1);
    EXPECT_THAT(outcome.err, AllOf(MatchesRegex("[^\n]+\n"), HasSubstr(part + ": " + error)));
    EXPECT_THAT(FilesIn(directory), IsEmpty());
    EXPECT_EQ(ReadFile(part), part_text);
  }
};

TEST_F(PartTest, HasItsTrialsAndNoOthers) {
  EXPECT_EQ(ReadFile(Part("1:2")), split_.head + split_.trials[1] + split_.trials[2]);
  EXPECT_EQ(ReadFile(Part("3:3")), split_.head + split_.trials[3]);
}

TEST_F(PartTest, AllTogetherAreTheWhole) {
  const std::string directory = FreshDirectory();
  const std::string merge =
      absl::StrCat("--merge=", Part("2:3"), ",", Part("0:0"), ",", Part("0:1"));
  const Outcome merged = RunWithoutProgress(SearchIn(directory, {"--trials=4", merge}));
  EXPECT_EQ(merged.exit_status, 0);
  EXPECT_EQ(merged.err, "");
  EXPECT_THAT(merged.out, HasSubstr("\nseed 0, round 1: 0 trials in "));
  EXPECT_EQ(ReadTables(directory), whole_);
  EXPECT_EQ(FinishSearch(directory, {"--trials=4", merge}), whole_) << "once more";
}

TEST_F(PartTest, WhatNoneHasIsMade) {
  const std::string directory = FreshDirectory();
  const Outcome merged =
      RunWithoutProgress(SearchIn(directory, {"--trials=4", "--merge=" + Part("1:2")}));
  EXPECT_THAT(merged.out, HasSubstr("\nseed 0, round 1: 2 trials in "));
  EXPECT_EQ(ReadTables(directory), whole_);
}

TEST_F(PartTest, AddsToTheFileOfAnother) {
  const std::string csv = Part("2:3");
  const std::string directory = fs::path(csv).parent_path();
  RunWithoutProgress(SearchIn(directory, {"--trials=4", "--only_trials=0:0"}));
  EXPECT_EQ(ReadFile(csv), split_.head + split_.trials[0] + split_.trials[2] + split_.trials[3]);
  EXPECT_EQ(FinishSearch(directory, kFourTrials), whole_);
}

TEST_F(PartTest, OfAnotherSearchOrDamagedOrTornIsRefused) {
  RefusePart(absl::StrReplaceAll(text_, {{"seed=0", "seed=1"}}), "line 2 says '# seed=1 ");
  RefusePart(split_.head + "x" + split_.trials[2], "line 8: expected a row of epoch 0");
  RefusePart(split_.head + split_.trials[2].substr(0, 60), "the trial from line 8 on ends after ");
}

}  // namespace
}  // namespace dlfs
