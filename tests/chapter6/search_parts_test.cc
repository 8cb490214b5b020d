// Parts of a search of 6.5, made one by one and put together.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/pictures.h"
#include "tests/chapter6/searches.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kFourTrials = {"--trials=4"};

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

  // A part with this text, merged into the first two trials, is refused.
  void RefusePart(const std::string& part_text, const std::vector<std::string>& error) const {
    const std::string part = FreshDirectory() + "/part.csv";
    WriteFile(part, part_text);
    WriteFile(csv_, split_.head + split_.trials[0] + split_.trials[1]);
    ExpectRefused(directory_, {"--trials=4", "--merge=" + part}, error);
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

TEST_F(PartTest, OfAnotherSearchIsRefused) {
  RefusePart(absl::StrReplaceAll(text_, {{"seed=0", "seed=1"}}), {"/part.csv belongs to another"});
}

TEST_F(PartTest, ThatIsDamagedOrTornIsRefused) {
  RefusePart(split_.head + split_.trials[2].substr(0, 60), {"/part.csv is incomplete: "});
  RefusePart(split_.head + "x" + split_.trials[2], {"/part.csv is damaged: "});
}

TEST_F(PartTest, ThatCannotBeTakenLeavesNoFile) {
  const std::string directory = FreshDirectory(), part = FreshDirectory() + "/part.csv";
  const std::string& trial = split_.trials[1];
  const size_t rate = trial.find(',') + 1, after = trial.find(',', rate);
  const std::string tried = trial.substr(rate, after - rate);
  WriteFile(part, split_.head + absl::StrReplaceAll(trial, {{tried, "0.5"}}));
  const Outcome outcome =
      RunWithoutProgress(SearchIn(directory, {"--trials=4", "--merge=" + part}));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("/part.csv is damaged: trial 1 has the learning rate 0.5 "));
  EXPECT_THAT(FilesIn(directory), IsEmpty());
}

TEST_F(PartTest, ThatSaysSomethingElseIsRefused) {
  std::string accuracies = split_.trials[1];
  const size_t last = accuracies.rfind(',');
  accuracies.replace(last, std::string::npos, accuracies.substr(last) == ",0\n" ? ",1\n" : ",0\n");
  RefusePart(split_.head + accuracies, {csv_ + ": trial 1 is not the same as in another file"});
}

}  // namespace
}  // namespace dlfs
