#include <filesystem>
#include <string>

#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct MnistFile {
  std::string name;
  size_t bytes;
  std::string bytes_in_readme;
  std::string sha256;
};

class MnistFilesTest : public testing::TestWithParam<MnistFile> {};

TEST_P(MnistFilesTest, IsTheOriginal) {
  const std::string path = FindRunfile("datasets/mnist/" + GetParam().name);
  EXPECT_EQ(std::filesystem::file_size(path), GetParam().bytes);
  const Outcome sha256sum = RunBinary({.program = "sha256sum", .arguments = {path}});
  EXPECT_THAT(sha256sum.out, StartsWith(GetParam().sha256 + " ")) << sha256sum.err;
}

TEST_P(MnistFilesTest, IsListedInTheReadme) {
  EXPECT_THAT(ReadFile(FindRunfile("datasets/mnist/README.md")),
              HasSubstr("| " + GetParam().name + " | " + GetParam().bytes_in_readme + " | `" +
                        GetParam().sha256 + "` |\n"));
}

INSTANTIATE_TEST_SUITE_P(
    All, MnistFilesTest,
    testing::Values(MnistFile{"train-images-idx3-ubyte", 47040016, "47,040,016",
                              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
                    MnistFile{"train-labels-idx1-ubyte", 60008, "60,008",
                              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
                    MnistFile{"t10k-images-idx3-ubyte", 7840016, "7,840,016",
                              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
                    MnistFile{"t10k-labels-idx1-ubyte", 10008, "10,008",
                              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}));

}  // namespace
}  // namespace dlfs
