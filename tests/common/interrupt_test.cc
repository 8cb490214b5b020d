#include "common/experiment/interrupt.h"

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

TEST_P(InterruptDeathTest, TheFirstSignalAsksToStop) {
  EXPECT_FALSE(StopRequested());
  EXPECT_EXIT(
      {
        CatchInterrupts();
        raise(GetParam());
        _exit(StopRequested() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
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

TEST(StopRequestTest, IsOneAsLongAsItLives) {
  EXPECT_FALSE(StopRequested());
  {
    const StopRequest one;
    EXPECT_TRUE(StopRequested());
    {
      const StopRequest another;
      EXPECT_TRUE(StopRequested());
    }
    EXPECT_TRUE(StopRequested());
    EXPECT_EQ(InterruptSignal(), 0);
  }
  EXPECT_FALSE(StopRequested());
}

}  // namespace
}  // namespace dlfs
