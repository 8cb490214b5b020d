#include "common/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace dlfs {
namespace {

class InterruptDeathTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, InterruptDeathTest, testing::Values(SIGINT, SIGTERM));

TEST_P(InterruptDeathTest, TheFirstSignalIsNoted) {
  EXPECT_EQ(InterruptSignal(), 0);
  EXPECT_EXIT(
      {
        CatchInterrupts();
        raise(GetParam());
        _exit(InterruptSignal());
      },
      testing::ExitedWithCode(GetParam()), "");
}

TEST_P(InterruptDeathTest, TheSecondSignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        raise(GetParam());
        raise(GetParam());
      },
      testing::KilledBySignal(GetParam()), "");
}

}  // namespace
}  // namespace dlfs
