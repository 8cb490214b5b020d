// Files with which a search of 6.5 does not go on.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/searches.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

const std::vector<std::string> kFourTrials = {"--trials=4"};

class FileTest : public testing::Test {
 protected:
  const std::string directory_ = FreshDirectory(), csv_ = directory_ + kSearchCsv;
  const TableBytes whole_ = FinishSearch(directory_, kFourTrials);
  const std::string& text_ = whole_.at("");
  const SplitTable split_ = Split(text_);

  void Refuse(const std::vector<std::string>& flags, std::vector<std::string> error) const {
    SCOPED_TRACE(flags.empty() ? "" : flags.back());
    error.push_back(csv_ + " belongs to another search: ");
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
  Refuse({"--trials=3"}, {"it is of a search of 4 trials, this one has 3"});
  Refuse({"--trials=3", "--only_trials=0:1"}, {"of 4 trials, this one has 3"});
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
  for (const char* kind : {"--method=grid", "--rounds=2", "--seeds=2"}) {
    const std::string directory = FreshDirectory();
    FinishSearch(directory, {"--trials=4", kind});
    ExpectRefused(directory, {"--trials=9", kind}, {"belongs to another search"});
  }
}

// --- Damaged ---

TEST_F(FileTest, ThatIsDamagedIsRefused) {
  const std::string head = split_.head;
  const std::vector<std::string>& trials = split_.trials;
  const std::string rest = trials[2] + trials[3], damaged = csv_ + " is damaged: ";
  const std::string second_row = trials[1].substr(trials[1].find('\n') + 1);
  const auto edited = [&](const char* from, const char* to) {
    return head + trials[0] + absl::StrReplaceAll(trials[1], {{from, to}}) + rest;
  };
  Damaged(head + trials[0] + second_row + rest, {damaged, "expected epoch 0"});
  Damaged(head + trials[0] + trials[0] + rest, {damaged, "trial 0 is there twice"});
  Damaged(head + trials[0].substr(0, 50) + rest, {damaged, "line "});
  Damaged(head + trials[0] + "\n" + rest, {damaged, "expected 6 cells"});
  Damaged(head + head + rest, {damaged});
  Damaged(edited("1,", "x,"), {damaged});
  Damaged(edited(",2,", ",3,"), {damaged, "expected epoch 2, found '3'"});
  Damaged(edited("0.", "0.001"), {damaged});
  Damaged(edited("\n1,", "\n4,"), {damaged});
  Damaged(edited(",0", ",-0"), {damaged});
  Damaged(text_ + "4" + trials[3].substr(1), {damaged});
  Damaged("x" + text_, {"says 'x# hyperparameter_optimization'"});
  Damaged(absl::StrReplaceAll(text_, {{"trial,learning", "learning"}}),
          {damaged, "expected 'trial"});
}

// The rows of a trial, which all say that it has another learning rate; what that was is put in `rate`.
std::string WithAnotherLearningRate(const std::string& trial, std::string& rate) {
  const size_t start = trial.find(',') + 1;
  rate = trial.substr(start, trial.find(',', start) - start);
  return absl::StrReplaceAll(trial, {{rate, "0.5"}});
}

TEST_F(FileTest, WithATrialOfOtherHyperparametersIsRefused) {
  std::string rate;
  const std::string trial = WithAnotherLearningRate(split_.trials[1], rate);
  Damaged(split_.head + split_.trials[0] + trial,
          {"trial 1 has the learning rate 0.5 ", "this search tries the learning rate " + rate});
}

// What a later round tries is known only after the rounds before it.
TEST_F(FileTest, WithATrialOfALaterRoundOfOtherHyperparametersIsRefused) {
  const std::vector<std::string> flags = {"--trials=4", "--rounds=2"};
  const std::string directory = FreshDirectory();
  SplitTable split = Split(FinishSearch(directory, flags).at(""));
  std::string rate;
  split.trials[5] = WithAnotherLearningRate(split.trials[5], rate);
  WriteFile(directory + kSearchCsv, split.head + absl::StrJoin(split.trials, ""));
  ExpectRefused(
      directory, flags,
      {"trial 5 has the learning rate 0.5 ", "this search tries the learning rate " + rate});
}

TEST_F(FileTest, ThatIsADirectoryIsRefused) {
  const std::string directory = FreshDirectory();
  fs::create_directory(directory + kSearchCsv);
  const Outcome outcome = RunWithoutProgress(SearchIn(directory, kFourTrials));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  EXPECT_THAT(outcome.err, HasSubstr(directory + kSearchCsv + ": cannot be read: Is a directory"));
}

TEST_F(FileTest, ThatCannotBeWrittenIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write to every file";
  WriteFile(csv_, split_.head);
  fs::permissions(csv_, fs::perms::owner_read);
  ExpectRefused(directory_, kFourTrials, {csv_, "Permission denied"});
}

TEST_F(FileTest, OfARunningSearchIsRefused) {
  const std::string directory = FreshDirectory();
  RunningBinary running(SearchIn(directory, {"--trials=1", "--epochs=1000000"}));
  for (int i = 0; i < 10000 && !fs::exists(directory + kSearchCsv); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ExpectRefused(directory, {"--trials=1", "--epochs=1000000"},
                {"another search is running in this directory"});
  running.Send(SIGKILL);
  running.Wait();
  RunningBinary next(SearchIn(directory, {"--trials=1", "--epochs=1000000"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  next.Send(SIGTERM);
  EXPECT_EQ(next.Wait().exit_status, 143) << "the lock ended with its owner";
}

}  // namespace
}  // namespace dlfs
