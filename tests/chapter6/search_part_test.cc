#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_replace.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SearchPartTest : public testing::Test {
 protected:
  // Adds a file of this text.
  absl::Status Add(const std::string& text) {
    WriteFile(part_, text);
    const auto part = ReadPart(part_, ExampleFormat(6));
    EXPECT_EQ(ReadFile(part_), text);
    return part.ok() ? AddTrials(part_, *part, trials_) : part.status();
  }

  // What a search has written that has made the trials.
  std::string Text() const {
    std::string text = SearchTableHead(ExampleFormat(6));
    for (const auto& [number, trial] : trials_) text += SearchTableRows(trial);
    return text;
  }

  const std::string part_ = FreshDirectory() + "/part.csv";
  std::map<size_t, Trial> trials_;
};

TEST_F(SearchPartTest, ItsTrialsAreAdded) {
  trials_[3] = ExampleTrial(3);
  ASSERT_TRUE(Add(ExampleText({5, 1}, 6)).ok());
  ASSERT_TRUE(Add(ExampleText({}, 6)).ok());
  ASSERT_TRUE(Add(ExampleText({0}, 6)).ok());
  EXPECT_EQ(Text(), ExampleText({0, 1, 3, 5}, 6));
}

TEST_F(SearchPartTest, TheSameTrialAgainIsTheSame) {
  ASSERT_TRUE(Add(ExampleText({1, 2}, 6)).ok());  // 2 diverges: NaN is not the same as NaN
  ASSERT_TRUE(Add(ExampleText({2, 3}, 6)).ok());
  EXPECT_EQ(Text(), ExampleText({1, 2, 3}, 6));
}

TEST_F(SearchPartTest, AnotherResultOfATrialIsAnError) {
  trials_[1] = ExampleTrial(1);
  for (const char* other : {"0.25,0.2\n", "0.5,0.1\n", "nan,nan\n"}) {
    const absl::Status status =
        Add(absl::StrReplaceAll(ExampleText({1}, 6), {{"0.25,0.1\n", other}}));
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                StartsWith(part_ + ": trial 1 is not the same as in another file"));
  }
  EXPECT_TRUE(
      absl::IsDataLoss(Add(absl::StrReplaceAll(ExampleText({1}, 6), {{"0.005", "0.006"}}))));
  EXPECT_EQ(Text(), ExampleText({1}, 6));
}

TEST_F(SearchPartTest, AnIncompletePartIsAnError) {
  const std::string text = ExampleText({1, 2}, 6);
  const absl::Status status = Add(text.substr(0, text.size() - 1));
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              StartsWith(part_ + " is incomplete: the trial from line 7 on ends after 1 of 2"));
  EXPECT_EQ(Text(), ExampleText({}, 6));
}

TEST_F(SearchPartTest, APartOfAnotherSearchOrADamagedOneIsAnError) {
  const absl::Status other = Add(absl::StrReplaceAll(ExampleText({1}, 6), {{"seed=8", "seed=9"}}));
  EXPECT_TRUE(absl::IsFailedPrecondition(other)) << other;
  EXPECT_THAT(std::string(other.message()), StartsWith(part_ + " belongs to another search: "));
  const absl::Status shorter = Add(ExampleText({1}, 5));
  EXPECT_TRUE(absl::IsFailedPrecondition(shorter)) << shorter;
  const absl::Status damaged = Add(absl::StrReplaceAll(ExampleText({1}, 6), {{"0.25", "0.26"}}));
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  EXPECT_THAT(std::string(damaged.message()), StartsWith(part_ + " is damaged: line 5"));
  EXPECT_EQ(Text(), ExampleText({}, 6));
}

TEST_F(SearchPartTest, AMissingPartOrADirectoryIsAnErrorThatNamesIt) {
  EXPECT_THAT(std::string(ReadPart(part_, ExampleFormat(6)).status().message()),
              AllOf(StartsWith(part_ + ": cannot be read"), HasSubstr("No such file")));
  const std::string directory = FreshDirectory();
  EXPECT_THAT(std::string(ReadPart(directory, ExampleFormat(6)).status().message()),
              AllOf(StartsWith(directory + ": cannot be read"), HasSubstr("Is a directory")));
}

}  // namespace
}  // namespace dlfs
