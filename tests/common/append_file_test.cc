#include "common/experiment/append_file.h"

#include <filesystem>
#include <string>

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
  AppendFile file = AppendFile::Create("/dev/full").value();
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

TEST_F(AppendFileTest, RenamedItReplacesAnotherFile) {
  WriteFile(path_, "another");
  AppendFile file = AppendFile::Create(path_ + ".new").value();
  ASSERT_TRUE(file.Append("one\n").ok());
  ASSERT_TRUE(file.Rename(path_).ok());
  EXPECT_EQ(file.path(), path_);
  ASSERT_TRUE(file.Append("two\n").ok());
  EXPECT_EQ(ReadFile(path_), "one\ntwo\n");
  EXPECT_FALSE(fs::exists(path_ + ".new"));
  EXPECT_THAT(std::string(file.Rename(directory_ + "/missing/table.csv").message()),
              testing::HasSubstr("/missing/table.csv: cannot write: No such file or directory"));
}

}  // namespace
}  // namespace dlfs
