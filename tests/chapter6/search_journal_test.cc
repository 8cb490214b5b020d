#include "chapter6/search_journal.h"

#include <cstddef>
#include <filesystem>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chapter6/search_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"
#include "tests/files.h"

// What is refused, and full disks, are in search_journal_failure_test.cc, the files of others in
// search_journal_merge_test.cc.
namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SearchJournalTest : public testing::Test {
 protected:
  absl::StatusOr<SearchJournal> Open(const SearchTableFormat& format = ExampleFormat()) {
    return SearchJournal::Open(path_, format);
  }

  // All that Open() says on stderr for a file of this text, which is then `text`.
  std::string Opened(std::string& text) {
    WriteFile(path_, text);
    testing::internal::CaptureStderr();
    const absl::Status status = Open().status();
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(status.ok()) << status;
    text = ReadFile(path_);
    return said;
  }

  // Nothing but the journal is left in its directory.
  ~SearchJournalTest() override {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      EXPECT_EQ(entry.path().string(), path_);
    }
  }

  const std::string directory_ = FreshDirectory();
  const std::string path_ = directory_ + "/search.csv";
};

TEST_F(SearchJournalTest, CreatesTheFileWithItsHead) {
  const absl::StatusOr<SearchJournal> journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ(ReadFile(path_), ExampleText({}));
  EXPECT_EQ(journal->path(), path_);
  EXPECT_TRUE(journal->trials().empty());
}

TEST_F(SearchJournalTest, WhatARunThatWasKilledHasLeftBesideItIsNoHarm) {
  WriteFile(path_ + ".new", ExampleText({0, 1, 2}));
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({}));
}

TEST_F(SearchJournalTest, ATrialIsInTheFileAtOnce) {
  SearchJournal journal = Open().value();
  std::vector<size_t> numbers;
  for (const size_t number : {1, 2, 0}) {
    ASSERT_TRUE(journal.Append(ExampleTrial(number)).ok());
    numbers.push_back(number);
    EXPECT_EQ(ReadFile(path_), ExampleText(numbers));
    EXPECT_EQ(journal.trials().size(), numbers.size());
    EXPECT_EQ(journal.trials().at(number).tried, ExampleTrial(number).tried);
  }
}

TEST_F(SearchJournalTest, TakesAllTrialsOfManyThreads) {
  constexpr size_t kTrials = 64, kThreads = 8;
  SearchJournal journal = Open(ExampleFormat(kTrials)).value();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t number = t; number < kTrials; number += kThreads) {
        EXPECT_TRUE(journal.Append(ExampleTrial(number)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto table = ReadSearchTable(ReadFile(path_), ExampleFormat(kTrials));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->trials.size(), kTrials);
  EXPECT_EQ(table->torn, "");

  ASSERT_TRUE(journal.Sort().ok());
  std::vector<size_t> all(kTrials);
  std::iota(all.begin(), all.end(), size_t{0});
  EXPECT_EQ(ReadFile(path_), ExampleText(all, kTrials));
}

TEST_F(SearchJournalTest, IsSortedAndGoesOn) {
  SearchJournal journal = Open(ExampleFormat(6)).value();
  ASSERT_TRUE(journal.Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({}, 6));
  for (const size_t number : {4, 0, 2}) ASSERT_TRUE(journal.Append(ExampleTrial(number)).ok());
  ASSERT_TRUE(journal.Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 4}, 6));
  for (const size_t number : {5, 3}) ASSERT_TRUE(journal.Append(ExampleTrial(number)).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 4, 5, 3}, 6));
  ASSERT_TRUE(journal.Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 3, 4, 5}, 6));
}

TEST_F(SearchJournalTest, GoesOnWithTheTrialsOfTheFile) {
  for (const auto& [number, text] : {std::pair<size_t, std::string>{2, ExampleText({2})},
                                     {0, ExampleText({2, 0})},
                                     {1, ExampleText({2, 0, 1})}}) {
    SearchJournal journal = Open().value();
    EXPECT_EQ(journal.trials().count(number), 0);
    ASSERT_TRUE(journal.Append(ExampleTrial(number)).ok());
    EXPECT_EQ(ReadFile(path_), text);
  }
  SearchJournal journal = Open().value();
  EXPECT_EQ(journal.trials().size(), 3);
  ASSERT_TRUE(journal.Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 2}));
}

// Each of these is what a run that is killed may leave.
TEST_F(SearchJournalTest, CutsATornEndOffAndSaysSo) {
  const std::string whole = ExampleText({1, 2, 0});
  for (size_t size = ExampleText({}).size(); size <= whole.size(); ++size) {
    std::vector<size_t> complete = {1, 2, 0};
    while (ExampleText(complete).size() > size) complete.pop_back();
    std::string text = whole.substr(0, size);
    const std::string said = Opened(text);
    ASSERT_EQ(text, ExampleText(complete)) << size;
    if (text.size() == size) {
      EXPECT_EQ(said, "");
    } else {
      EXPECT_THAT(said, AllOf(StartsWith(path_ + ": the trial from line "),
                              HasSubstr("it is cut off and done again\n")));
    }
  }
}

TEST_F(SearchJournalTest, GoesOnAfterATornEnd) {
  WriteFile(path_, ExampleText({1, 0}).substr(0, ExampleText({1, 0}).size() - 1));
  testing::internal::CaptureStderr();
  SearchJournal journal = Open().value();
  testing::internal::GetCapturedStderr();
  ASSERT_TRUE(journal.Append(ExampleTrial(2)).ok());
  ASSERT_TRUE(journal.Append(ExampleTrial(0)).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({1, 2, 0}));
}

TEST_F(SearchJournalTest, GoesOnWithAShorterSearchUnderItsOwnHead) {
  WriteFile(path_, ExampleText({1, 0}, 2));
  SearchJournal journal = Open(ExampleFormat(4, true)).value();
  EXPECT_EQ(journal.trials().size(), 2);
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1}, 4));
  ASSERT_TRUE(journal.Append(ExampleTrial(3)).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 3}, 4));
}

TEST_F(SearchJournalTest, ADirectoryHasOneSearchAtATime) {
  {
    const SearchJournal journal = Open().value();
    for (const char* name : {"/search.csv", "/other.csv"}) {
      const absl::Status status = SearchJournal::Open(directory_ + name, ExampleFormat()).status();
      EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
      EXPECT_EQ(status.message(), directory_ + name +
                                      ": another search is running in this directory; wait for its "
                                      "end, or choose another --output_dir");
    }
    EXPECT_TRUE(SearchJournal::Open(FreshDirectory() + "/search.csv", ExampleFormat()).ok());
  }
  EXPECT_TRUE(Open().ok());
  EXPECT_TRUE(Open().ok());
}

TEST_F(SearchJournalTest, APathWithoutADirectoryIsInTheWorkingDirectory) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory_);
  absl::StatusOr<SearchJournal> journal = SearchJournal::Open("search.csv", ExampleFormat());
  const bool second = Open().ok();
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_TRUE(journal->Append(ExampleTrial(0)).ok());
  std::filesystem::current_path(before);
  EXPECT_FALSE(second);
  EXPECT_EQ(ReadFile(path_), ExampleText({0}));
}

}  // namespace
}  // namespace dlfs
