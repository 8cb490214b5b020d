// A search made by Bazel, shard by shard, against the same one made by the program.
#include <string>

#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

constexpr char kName[] = "hyperparameter_optimization";

class SweepTest : public testing::TestWithParam<std::string> {};

TEST_P(SweepTest, HasTheBytesOfTheProgram) {
  const std::string method = GetParam();
  const std::string directory = FreshDirectory();
  const Outcome outcome = RunBinary(
      {.program = FindRunfile(absl::StrCat("chapter6/", kName)),
       .arguments = {"--trials=9", "--seed=5", "--isa=baseline", "--epochs=3", "--train_size=30",
                     "--batch_size=10", "--hidden_sizes=10,10", "--figure=none",
                     "--method=" + method, "--output_dir=" + directory}});
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::string sweep = FindRunfile("tests/chapter6/small_" + method + "_sweep");
  for (const char* suffix : {".csv", "_trials.csv", "_rounds.csv", "_best.csv", ".gp"}) {
    const std::string file = absl::StrCat("/", kName, suffix);
    EXPECT_EQ(ReadFile(sweep + file), ReadFile(directory + file)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Both, SweepTest, testing::Values("random", "grid"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace dlfs
