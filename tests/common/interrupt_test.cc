#include "common/experiment/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace dlfs {
namespace {

class InterruptDeathTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, InterruptDeathTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

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

// `timeout` sends two at once, and a session that ends two that differ.
TEST_P(InterruptDeathTest, AnotherSignalInTheSameSecondIsTheSameWish) {
  for (const int second : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EXIT(
        {
          CatchInterrupts();
          raise(GetParam());
          raise(second);
          _exit(InterruptSignal());
        },
        testing::ExitedWithCode(GetParam()), "");
  }
}

TEST_P(InterruptDeathTest, ASignalASecondLaterEndsTheProcess) {
  for (const int second : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EXIT(
        {
          CatchInterrupts();
          raise(GetParam());
          usleep(1'100'000);
          raise(second);
        },
        testing::KilledBySignal(second), "");
  }
}

TEST_P(InterruptDeathTest, ASignalThatIsIgnoredStaysSo) {
  EXPECT_EXIT(
      {
        signal(GetParam(), SIG_IGN);
        CatchInterrupts();
        raise(GetParam());
        _exit(StopRequested() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
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
