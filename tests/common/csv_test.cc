#include "common/experiment/csv.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/experiment/append_file.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ostringstream contents;
  contents << std::ifstream(path).rdbuf();
  return contents.str();
}

class CsvTest : public testing::Test {
 protected:
  // What a file without comments and with these cells in its only row holds in that row.
  template <typename... Cells>
  std::string Written(const Cells&... cells) {
    CsvWriter csv = *CsvWriter::Create(path_, {}, {"x"});
    csv.Row(cells...);
    EXPECT_TRUE(csv.Flush().ok());
    const std::string contents = Contents(path_);
    EXPECT_EQ(contents.substr(0, 2), "x\n");
    EXPECT_EQ(contents.back(), '\n');
    return contents.substr(2, contents.size() - 3);
  }

  const std::string path_ = testing::TempDir() + "/csv_test.csv";
};

TEST_F(CsvTest, WritesCommentsHeaderAndRows) {
  absl::StatusOr<CsvWriter> csv =
      CsvWriter::Create(path_, {"an experiment", "seed=1"}, {"name", "step", "loss"});
  ASSERT_TRUE(csv.ok()) << csv.status();
  EXPECT_EQ(csv->file().path(), path_);
  csv->Row("SGD", 1, 0.5);
  csv->Row(std::string("Adam"), size_t{2}, 0.25f);
  ASSERT_TRUE(csv->Flush().ok());
  EXPECT_EQ(Contents(path_), "# an experiment\n# seed=1\nname,step,loss\nSGD,1,0.5\nAdam,2,0.25\n");
}

TEST_F(CsvTest, TheHeadIsThereBeforeTheFirstRow) {
  const absl::StatusOr<CsvWriter> csv = CsvWriter::Create(path_, {}, {"a", "b"});
  EXPECT_EQ(Contents(path_), "a,b\n");
}

TEST_F(CsvTest, ReplacesAFile) {
  Written("something that is longer than what follows");
  EXPECT_EQ(Written(1), "1");
}

TEST_F(CsvTest, NumbersAreAsShortAsTheyCanBe) {
  EXPECT_EQ(Written(0.1, 100.0, 1e-7, 1e300, -0.0), "0.1,100,1e-07,1e+300,-0");
  EXPECT_EQ(Written(std::numeric_limits<uint64_t>::max(), std::numeric_limits<int64_t>::min()),
            "18446744073709551615,-9223372036854775808");
}

TEST_F(CsvTest, AListOfNamesFillsAsManyCells) {
  const std::vector<std::string> names = {"a", "b", "c"}, none;
  EXPECT_EQ(Written(names), "a,b,c");
  EXPECT_EQ(Written(1, names, 2.5), "1,a,b,c,2.5");
  EXPECT_EQ(Written("x", none, names, "y"), "x,a,b,c,y");
}

TEST_F(CsvTest, HeadAndLineAreWhatIsWritten) {
  EXPECT_EQ(CsvWriter::Head({}, {"a"}), "a\n");
  EXPECT_EQ(CsvWriter::Head({"an experiment", "seed=1"}, {"a", "b"}),
            "# an experiment\n# seed=1\na,b\n");
  EXPECT_EQ(CsvWriter::Line(1), "1\n");
  const std::vector<std::string> names = {"a", "b"};
  EXPECT_EQ(CsvWriter::Line("x", 0.1, names, size_t{2}), "x,0.1,a,b,2\n");
  EXPECT_EQ(CsvWriter::Line("x", 0.1, names, size_t{2}),
            Written("x", 0.1, names, size_t{2}) + "\n");
}

TEST_F(CsvTest, NumbersAreReadBackAsTheyWere) {
  using Limits = std::numeric_limits<double>;
  std::vector<double> numbers = {1.0 / 3, Limits::max(), Limits::min(), Limits::denorm_min()};
  Random random(0, 0);
  for (int i = 0; i < 100; ++i) numbers.push_back(random.Normal());
  for (double number : numbers) {
    double read;
    ASSERT_TRUE(absl::SimpleAtod(Written(number), &read));
    EXPECT_EQ(read, number);
  }
}

TEST_F(CsvTest, NotANumberHasNoSign) {
  EXPECT_EQ(Written(std::nan(""), -std::nan("")), "nan,nan");
  EXPECT_EQ(Written(INFINITY, -INFINITY), "inf,-inf");
}

TEST_F(CsvTest, AMissingDirectoryIsAnErrorThatNamesThePath) {
  const std::string path = testing::TempDir() + "/missing/csv_test.csv";
  const absl::Status status = CsvWriter::Create(path, {}, {"x"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(path));
  EXPECT_THAT(std::string(status.message()), HasSubstr("No such file or directory"));
}

TEST_F(CsvTest, AFullDiskIsAnErrorFromTheStart) {
  const FileSizeLimit no_space(0);
  EXPECT_EQ(CsvWriter::Create(path_, {}, {"x"}).status().message(),
            path_ + ": cannot write: File too large");
}

TEST_F(CsvTest, ADiskThatBecomesFullIsAnErrorThatIsNotForgotten) {
  CsvWriter csv = *CsvWriter::Create(path_, {}, {"x"});
  csv.Row("the first");
  ASSERT_TRUE(csv.Flush().ok());
  {
    const FileSizeLimit no_more_space(0);
    for (int i = 0; i < 400'000; ++i) csv.Row(i);  // more than the writer keeps for itself
  }
  csv.Row("too late");
  for (int flush = 0; flush < 2; ++flush) {
    EXPECT_EQ(csv.Flush().message(), path_ + ": cannot write: File too large");
  }
  EXPECT_EQ(Contents(path_), "x\nthe first\n");
}

// --- Files that are appended to ---

class AppendFileTest : public testing::Test {
 protected:
  const std::string directory_ = FreshDirectory();
  const std::string path_ = directory_ + "/table.csv";
};

TEST_F(AppendFileTest, CreateReplacesAndOpenGoesOn) {
  WriteFile(path_, "something longer");
  AppendFile created = AppendFile::Create(path_).value();
  EXPECT_EQ(created.path(), path_);
  EXPECT_EQ(ReadFile(path_), "");
  ASSERT_TRUE(created.Append("one\n").ok());
  ASSERT_TRUE(created.Append("two\n").ok());
  ASSERT_TRUE(AppendFile::Open(path_).value().Append("three\n").ok());
  EXPECT_EQ(ReadFile(path_), "one\ntwo\nthree\n");
}

TEST_F(AppendFileTest, OpenCreatesNothing) {
  EXPECT_EQ(AppendFile::Open(path_).status().message(),
            path_ + ": cannot write: No such file or directory");
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(AppendFileTest, WhereTheDiskBecomesFullNothingOfTheTextIsLeft) {
  AppendFile file = AppendFile::Create(path_).value();
  ASSERT_TRUE(file.Append("one\n").ok());
  for (const rlim_t room : {0, 1, 3}) {
    absl::Status status;
    {
      const FileSizeLimit limit(4 + room);
      status = file.Append("two\n");
    }
    EXPECT_EQ(status.message(), path_ + ": cannot write: File too large");
    EXPECT_EQ(ReadFile(path_), "one\n");
  }
  ASSERT_TRUE(file.Append("three\n").ok()) << "there is room again";
  EXPECT_EQ(ReadFile(path_), "one\nthree\n");
}

TEST_F(AppendFileTest, WhatCannotBeCutOffIsNotAppendedTo) {
  AppendFile file("/dev/full", Descriptor(open("/dev/full", O_WRONLY | O_APPEND)));
  for (const char* text : {"one\n", ""}) {
    EXPECT_EQ(file.Append(text).message(), "/dev/full: cannot write: No space left on device");
  }
}

TEST_F(AppendFileTest, AFileThatIsGoneIsAnError) {
  const std::string error = path_ + ": was removed or replaced while the program wrote to it";
  AppendFile file = AppendFile::Create(path_).value();
  ASSERT_TRUE(file.Append("one\n").ok());
  fs::remove(path_);
  EXPECT_EQ(file.Append("two\n").message(), error);
  WriteFile(path_, "of another program");
  EXPECT_EQ(file.Append("three\n").message(), error);
  EXPECT_EQ(ReadFile(path_), "of another program");
  fs::remove_all(directory_);
  EXPECT_EQ(file.Append("four\n").message(), error);
}

TEST_F(AppendFileTest, TheFileBeforeIsKept) {
  WriteFile(path_, "of a finished run");
  ASSERT_TRUE(AppendFile::Create(path_).value().Append("of one that is killed\n").ok());
  EXPECT_EQ(ReadFile(path_ + ".previous"), "of a finished run");
  ASSERT_TRUE(AppendFile::Create(path_).value().Append("of the next\n").ok());
  EXPECT_EQ(ReadFile(path_ + ".previous"), "of a finished run");
  EXPECT_EQ(ReadFile(path_), "of the next\n");
}

TEST_F(AppendFileTest, TwoDoNotCreateTheSameFile) {
  const std::string error = path_ +
                            ": another run is writing this file; wait for its end, or choose "
                            "another --output_dir";
  {
    AppendFile one = AppendFile::Create(path_).value();
    const Descriptor lock = one.descriptor().Duplicate();
    EXPECT_EQ(AppendFile::Create(path_).status().message(), error);
    { const AppendFile gone = std::move(one); }
    EXPECT_EQ(AppendFile::Create(path_).status().message(), error) << "there is the duplicate";
  }
  EXPECT_TRUE(AppendFile::Create(path_).ok());
}

TEST_F(AppendFileTest, ReplaceWritesAllOrNothing) {
  WriteFile(path_, "another");
  WriteFile(directory_ + "/users", "of the user");
  fs::create_hard_link(directory_ + "/users", path_ + ".new");
  {
    const FileSizeLimit limit(3);
    EXPECT_EQ(AppendFile::Replace(path_, "one\n").status().message(),
              path_ + ".new: cannot write: File too large");
  }
  EXPECT_EQ(ReadFile(path_), "another");
  EXPECT_FALSE(fs::exists(path_ + ".new"));
  EXPECT_EQ(ReadFile(directory_ + "/users"), "of the user");
  AppendFile file = AppendFile::Replace(path_, "one\n").value();
  EXPECT_EQ(file.path(), path_);
  ASSERT_TRUE(file.Append("two\n").ok());
  EXPECT_EQ(ReadFile(path_), "one\ntwo\n");
  EXPECT_FALSE(fs::exists(path_ + ".new"));
  EXPECT_EQ(AppendFile::Replace(directory_ + "/missing/a.csv", "").status().message(),
            directory_ + "/missing/a.csv.new: cannot write: No such file or directory");
}

TEST_F(AppendFileTest, WhatIsNoFileIsRefusedAndStays) {
  const std::string users = directory_ + "/users";
  WriteFile(users, "of the user");
  const auto link = [&](const std::string& path) { fs::create_symlink(users, path); };
  const auto dangling = [&](const std::string& path) { fs::create_symlink("missing", path); };
  const auto pipe = [&](const std::string& path) { ASSERT_EQ(mkfifo(path.c_str(), 0666), 0); };
  const auto directory = [&](const std::string& path) { fs::create_directory(path); };
  const std::vector<std::pair<std::string, std::function<void(const std::string&)>>> things = {
      {"a link", link}, {"a link", dangling}, {"a pipe", pipe}, {"a directory", directory}};
  for (const auto& [found, make] : things) {
    const auto error = [&, found = found](const std::string& path) {
      return path + ": expected a file, or none; found " + found +
             "; remove it, or choose another --output_dir";
    };
    make(path_);
    EXPECT_EQ(AppendFile::Create(path_).status().message(), error(path_));
    EXPECT_EQ(AppendFile::Open(path_).status().message(), error(path_));
    EXPECT_EQ(AppendFile::Replace(path_, "one\n").status().message(), error(path_));
    EXPECT_TRUE(fs::exists(fs::symlink_status(path_)));
    fs::remove(path_);

    make(path_ + ".previous");
    EXPECT_EQ(AppendFile::Create(path_).status().message(), error(path_ + ".previous"));
    make(path_ + ".new");
    EXPECT_EQ(AppendFile::Replace(path_, "one\n").status().message(), error(path_ + ".new"));
    fs::remove(path_ + ".previous");
    fs::remove(path_ + ".new");
  }
  EXPECT_EQ(ReadFile(users), "of the user");
}

}  // namespace
}  // namespace dlfs
