#include "common/experiment/runfiles.h"

#include <stdlib.h>

#include <filesystem>

#include "gtest/gtest.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

class RunfilesTest : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("BUILD_WORKING_DIRECTORY");
    unsetenv("BUILD_WORKSPACE_DIRECTORY");
  }
};

TEST_F(RunfilesTest, FindsAFileAndItsDirectory) {
  const std::string file = FindRunfile("tests/common/runfiles_test.cc");
  ASSERT_NE(file, "");
  EXPECT_TRUE(fs::is_regular_file(file));
  EXPECT_EQ(FindRunfile("tests/common"), fs::path(file).parent_path());
}

TEST_F(RunfilesTest, FindsNothingWhereThereIsNothing) {
  EXPECT_EQ(FindRunfile("tests/common/no_such_file.cc"), "");
}

TEST_F(RunfilesTest, PathsAreRelativeToWhereTheUserIs) {
  setenv("BUILD_WORKING_DIRECTORY", "/home/reader", 1);
  EXPECT_EQ(FromWorkingDirectory("out"), "/home/reader/out");
  EXPECT_EQ(FromWorkingDirectory("./a/../b"), "/home/reader/b");
  EXPECT_EQ(FromWorkingDirectory("../out"), "/home/out");
  EXPECT_EQ(FromWorkingDirectory("/tmp/out"), "/tmp/out");
}

TEST_F(RunfilesTest, OutsideOfBazelRunThatIsTheCurrentDirectory) {
  EXPECT_EQ(FromWorkingDirectory("out"), fs::current_path() / "out");
  EXPECT_EQ(WorkspaceDirectory(), fs::current_path());
}

TEST_F(RunfilesTest, TheWorkspaceIsTheOneOfBazelRun) {
  setenv("BUILD_WORKSPACE_DIRECTORY", "/home/reader/workspace", 1);
  EXPECT_EQ(WorkspaceDirectory(), "/home/reader/workspace");
}

}  // namespace
}  // namespace dlfs
