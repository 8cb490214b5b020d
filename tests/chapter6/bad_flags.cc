#include "tests/chapter6/bad_flags.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {

void ExpectRejection(const BadFlags& bad) {
  const std::string output_dir = FreshDirectory() + "/out";
  std::vector<std::string> arguments = {"--output_dir=" + output_dir};
  arguments.insert(arguments.end(), bad.flags.begin(), bad.flags.end());
  const std::string error = Rejection(bad.program, arguments, bad.exit_status);
  for (const std::string& part : bad.error) EXPECT_THAT(error, testing::HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

}  // namespace dlfs
