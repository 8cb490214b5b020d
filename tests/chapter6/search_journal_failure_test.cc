#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SearchJournalFailureTest : public testing::Test {
 protected:
  absl::StatusOr<SearchJournal> Open(size_t trials = 3) {
    return SearchJournal::Open(path_, ExampleFormat(trials, true));
  }

  static void ExpectTooLarge(const absl::Status& status, const std::string& path) {
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_EQ(status.message(), path + ": cannot write: File too large");
  }

  size_t FilesInDirectory() const {
    size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory_)) {
      ++files;
    }
    return files;
  }

  const std::string directory_ = FreshDirectory();
  const std::string path_ = directory_ + "/search.csv";
  const std::string new_ = path_ + ".new";  // what becomes the file when it is complete
};

TEST_F(SearchJournalFailureTest, LeavesAFileOfAnotherSearchOrADamagedOneAsItIs) {
  const std::string good = ExampleText({0, 1, 2});
  const auto changed = [&](const char* from, const char* to) {
    return absl::StrReplaceAll(good, {{from, to}});
  };
  for (const std::string& text :
       {changed("seed=8", "seed=9"), changed("trials=3", "trials=4"), ExampleText({0}, 2)}) {
    WriteFile(path_, text);
    const absl::Status status = SearchJournal::Open(path_, ExampleFormat()).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), StartsWith(path_ + " belongs to another search: "));
    EXPECT_EQ(ReadFile(path_), text);
  }
  for (const std::string& text : {std::string(), good.substr(0, 20), good + "\n",
                                  changed("1,0.005,2e-07,0", "0,0.005,2e-07,0"),
                                  changed("0.25", "0.26"), good + good, ExampleText({1, 0, 1})}) {
    WriteFile(path_, text);
    const absl::Status status = SearchJournal::Open(path_, ExampleFormat()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()), StartsWith(path_ + " is damaged: "));
    EXPECT_EQ(ReadFile(path_), text);
  }
}

TEST_F(SearchJournalFailureTest, ATrialThatIsThereAlreadyDiesAndIsNotWritten) {
  SearchJournal journal = Open().value();
  ASSERT_TRUE(journal.Append(ExampleTrial(0)).ok());
  EXPECT_DEATH(journal.Append(ExampleTrial(0)).IgnoreError(), "check failed");
  EXPECT_EQ(ReadFile(path_), ExampleText({0}));
}

// Of the trial nothing is left, wherever in it the disk becomes full.
TEST_F(SearchJournalFailureTest, ADiskThatBecomesFullInATrialCostsOnlyThatTrial) {
  SearchJournal journal = Open().value();
  ASSERT_TRUE(journal.Append(ExampleTrial(0)).ok());
  const std::string before = ExampleText({0});
  for (size_t room = 0; room < SearchTableRows(ExampleTrial(1)).size(); ++room) {
    absl::Status status;
    {
      const FileSizeLimit limit(before.size() + room);
      status = journal.Append(ExampleTrial(1));
    }
    ExpectTooLarge(status, path_);
    ASSERT_EQ(ReadFile(path_), before) << room;
    ASSERT_EQ(journal.trials().size(), 1);
  }
  ASSERT_TRUE(journal.Append(ExampleTrial(1)).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1}));
}

TEST_F(SearchJournalFailureTest, AFileThatCannotBeSortedStaysAsItIs) {
  SearchJournal journal = Open().value();
  for (const size_t number : {2, 0}) ASSERT_TRUE(journal.Append(ExampleTrial(number)).ok());
  for (const size_t room : {size_t{0}, size_t{20}, ExampleText({2, 0}).size() - 1}) {
    absl::Status status;
    {
      const FileSizeLimit limit(room);
      status = journal.Sort();
    }
    ExpectTooLarge(status, new_);
    EXPECT_EQ(ReadFile(path_), ExampleText({2, 0}));
    EXPECT_EQ(FilesInDirectory(), 1);
  }
  ASSERT_TRUE(journal.Append(ExampleTrial(1)).ok());
  ASSERT_TRUE(journal.Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 2}));
  absl::Status again;
  {
    const FileSizeLimit limit(0);
    again = journal.Sort();  // writes nothing
  }
  EXPECT_TRUE(again.ok()) << again;
}

TEST_F(SearchJournalFailureTest, AFullDiskLeavesNoHeadOfAFile) {
  absl::Status status;
  {
    const FileSizeLimit limit(20);
    status = Open().status();
  }
  ExpectTooLarge(status, new_);
  EXPECT_EQ(FilesInDirectory(), 0);
}

TEST_F(SearchJournalFailureTest, AFullDiskLeavesATornFileAndAShorterSearchAsTheyAre) {
  for (const std::string& text : {ExampleText({1, 0}, 4).substr(0, 150), ExampleText({1, 0}, 2)}) {
    WriteFile(path_, text);
    absl::Status status;
    testing::internal::CaptureStderr();
    {
      const FileSizeLimit limit(100);
      status = Open(4).status();
    }
    testing::internal::GetCapturedStderr();
    ExpectTooLarge(status, new_);
    EXPECT_EQ(ReadFile(path_), text);
    EXPECT_EQ(FilesInDirectory(), 1);
  }
}

TEST_F(SearchJournalFailureTest, AMissingDirectoryIsAnErrorThatNamesThePath) {
  const std::string path = directory_ + "/missing/search.csv";
  EXPECT_EQ(SearchJournal::Open(path, ExampleFormat()).status().message(),
            path + ": cannot write: No such file or directory");
}

TEST_F(SearchJournalFailureTest, AFileInPlaceOfADirectoryIsAnErrorThatNamesThePath) {
  WriteFile(path_, "");
  const std::string path = path_ + "/search.csv";
  EXPECT_EQ(SearchJournal::Open(path, ExampleFormat()).status().message(),
            path + ": cannot write: Not a directory");
}

TEST_F(SearchJournalFailureTest, ADirectoryInPlaceOfAFileIsAnErrorThatNamesThePath) {
  for (const std::string& path : {path_, new_}) {
    std::filesystem::create_directory(path);
    const absl::Status status = Open().status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()),
                AllOf(StartsWith(path + ": cannot "), HasSubstr("Is a directory")));
    EXPECT_TRUE(std::filesystem::is_directory(path));
    std::filesystem::remove(path);
  }
  EXPECT_TRUE(Open().ok());
}

TEST_F(SearchJournalFailureTest, FileThatMustNotBeReadOrWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may do everything";
  WriteFile(path_, ExampleText({0}));
  std::filesystem::permissions(path_, std::filesystem::perms::none);
  EXPECT_EQ(Open().status().message(), path_ + ": cannot be read: Permission denied");
  std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  EXPECT_EQ(Open().status().message(), path_ + ": cannot write: Permission denied");
}

}  // namespace
}  // namespace dlfs
