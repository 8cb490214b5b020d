#include "common/experiment/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

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
