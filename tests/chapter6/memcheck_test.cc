// valgrind's memcheck finds nothing in short runs: no use of what was never written, which the
// address sanitizer does not look for, and no leak.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/experiment/isa_name.h"
#include "common/matrix/isa.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

class MemcheckTest : public testing::TestWithParam<Program> {};

TEST_P(MemcheckTest, FindsNothing) {
  if (kSanitized) GTEST_SKIP() << "valgrind runs no sanitized program";
  if (RunBinary({.program = "valgrind", .arguments = {"-q", "true"}}).exit_status != 0) {
    GTEST_SKIP() << "no valgrind (apt-get install valgrind libc6-dbg)";
  }
  // The fastest one that valgrind knows.
  const bool avx2 = std::ranges::count(SupportedIsas(), Isa::kAvx2) > 0;
  Command command =
      ShortRun(GetParam(), {absl::StrCat("--isa=", IsaName(avx2 ? Isa::kAvx2 : Isa::kBaseline)),
                            "--figure=none", "--output_dir=" + FreshDirectory()});
  if (GetParam().reads_mnist) {
    command.arguments.insert(command.arguments.end(),
                             {"--data_dir=" + SmallMnistDirectory(), "--batch_size=10"});
  }
  if (GetParam().name == kMnist.name) command.arguments.push_back("--iterations=5");
  if (GetParam().name == kOverfit.name || GetParam().name == kSearch.name) {
    command.arguments.push_back(absl::StrCat("--train_size=", kSmallTrain));
  }
  command.arguments.insert(command.arguments.begin(),
                           {"-q", "--vgdb=no", "--error-exitcode=99", "--leak-check=full",
                            "--errors-for-leak-kinds=definite,possible", command.program});
  command.program = "valgrind";
  const Outcome outcome = RunWithoutProgress(command);
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
}

INSTANTIATE_TEST_SUITE_P(All, MemcheckTest, testing::Values(kMnist, kHistogram, kOverfit, kSearch),
                         NameOf);

}  // namespace
}  // namespace dlfs
