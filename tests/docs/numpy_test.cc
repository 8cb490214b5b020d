// Runs numpy_test.py: the NumPy of the pages, beside the golden numbers.
#include <chrono>

#include "common/experiment/runfiles.h"
#include "gtest/gtest.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

constexpr char kPython[] = "/usr/bin/python3";

TEST(NumpyTest, OfThePagesComputesTheGoldenNumbers) {
  if (RunBinary({.program = kPython, .arguments = {"-c", "import numpy"}}).exit_status != 0) {
    GTEST_SKIP() << "NumPy is not installed (apt-get install python3-numpy)";
  }
  const Outcome outcome = RunBinary({.program = kPython,
                                     .arguments = {"-B", FindRunfile("tests/docs/numpy_test.py")},
                                     .patience = std::chrono::seconds(200)});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

}  // namespace
}  // namespace dlfs
