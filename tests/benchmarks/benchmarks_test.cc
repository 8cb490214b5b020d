#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "common/matrix/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Outcome RunBenchmark(const std::string& benchmark, const std::string& filter,
                     std::vector<std::string> flags = {}) {
  flags.push_back(absl::StrCat("--benchmark_filter=", filter));
  flags.push_back("--benchmark_min_time=0.001");
  return RunBinary({.program = FindRunfile(benchmark), .arguments = flags});
}

// gemm_benchmark ends with 1 where a product, ours or a library's, is wrong.
TEST(GemmBenchmark, PrintsARowForEachProduct) {
  for (Isa isa : SupportedIsas()) {
    const Outcome outcome =
        RunBenchmark("common/benchmarks/gemm_benchmark", "peak|100 x   10 x  100|64 x   64",
                     {absl::StrCat("--isa=", std::string(IsaName(isa)))});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, StartsWith(absl::StrCat("GFLOP/s, one thread, ",
                                                     std::string(IsaName(isa)), "\nOpenBLAS: ")));
    for (const char* product : {"A B  100 x   10 x  100", "A B   64 x   64 x   64",
                                "AtB   64 x   64 x   64", "ABt   64 x   64 x   64"}) {
      EXPECT_THAT(outcome.out,
                  ContainsRegex(absl::StrCat(product, "( +[1-9][0-9]*)+ .* +[0-9]+\\.[0-9]+")));
    }
    EXPECT_THAT(outcome.out, AllOf(Not(HasSubstr("1024")), Not(HasSubstr("nan"))));
  }
}

TEST(GemmBenchmark, WrongCommandLine) {
  EXPECT_EQ(RunBenchmark("common/benchmarks/gemm_benchmark", "no such product").exit_status, 2);
  const Outcome outcome = RunBinary({.program = FindRunfile("common/benchmarks/gemm_benchmark"),
                                     .arguments = {"--benchmark_filtr=64"}});
  EXPECT_EQ(outcome.exit_status, 1);  // Abseil's
  EXPECT_THAT(outcome.err, HasSubstr("benchmark_filtr"));
}

// gemm_steps_benchmark ends with 1 where a step has other bits than the first one.
TEST(GemmStepsBenchmark, PrintsARowForEachStep) {
  for (Isa isa : SupportedIsas()) {
    const Outcome outcome = RunBenchmark("common/benchmarks/gemm_steps_benchmark", "peak|128 x 100",
                                         {absl::StrCat("--isa=", std::string(IsaName(isa)))});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr(IsaName(isa)), HasSubstr("have the same bits")));
    for (const char* step :
         {"1 triple loop i, j, l", "2 loops i, l, j", "3 sums in one register",
          "4 in eight registers", "5 in a tile", "6 packed panels", "7 the kernel"}) {
      EXPECT_THAT(outcome.out, ContainsRegex(absl::StrCat(
                                   step, " +[0-9]+\\.[0-9] +[0-9]+\\.[0-9]+ +- +- +-\n")));
    }
  }
}

TEST(GemmStepsBenchmark, WrongCommandLine) {
  EXPECT_EQ(RunBenchmark("common/benchmarks/gemm_steps_benchmark", "no such product").exit_status,
            2);
  const Outcome outcome =
      RunBenchmark("common/benchmarks/gemm_steps_benchmark", "peak", {"--isa=sse9"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--isa: expected an instruction set"));
}

TEST(TrainingBenchmark, ReportsSpeedAndShareOfThePeak) {
  const Outcome outcome = RunBenchmark("chapter6/training_benchmark", "batch:32/");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              ContainsRegex("batch:32/width:100/depth:4 .*GFLOP/s=[0-9.]+k? of_peak=[0-9.]+"));
}

}  // namespace
}  // namespace dlfs
