#include "common/experiment/parallel.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "common/experiment/interrupt.h"
#include "common/experiment/progress.h"
#include "common/experiment/task.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/progress_text.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

constexpr size_t kJobs = 100;

MATCHER(IsOne, "") { return arg == 1; }  // of an atomic, which cannot be copied

class RunInOrderTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, RunInOrderTest, testing::Values(1, 2, 7, 200));

TEST_P(RunInOrderTest, DoesEachJobOnce) {
  std::vector<std::atomic<int>> calls(kJobs);
  RunInOrder(
      kJobs, GetParam(), [&](size_t i) { ++calls[i]; }, [](size_t) {}, [] {});
  EXPECT_THAT(calls, Each(IsOne()));
}

TEST_P(RunInOrderTest, IsDoneInOrderOnTheCallingThreadAfterTheWork) {
  std::vector<std::atomic<bool>> worked(kJobs);
  std::vector<size_t> done;
  const auto caller = std::this_thread::get_id();
  RunInOrder(
      kJobs, GetParam(),
      [&](size_t i) {
        if (i % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        worked[i] = true;
      },
      [&](size_t i) {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        EXPECT_TRUE(worked[i]);
        done.push_back(i);
      },
      [] {});
  std::vector<size_t> in_order(kJobs);
  std::iota(in_order.begin(), in_order.end(), 0);
  EXPECT_EQ(done, in_order);
}

TEST_P(RunInOrderTest, UsesNoMoreThreadsThanItMay) {
  std::atomic<int> at_work = 0, most = 0;
  RunInOrder(
      kJobs, GetParam(),
      [&](size_t) {
        const int now = ++at_work;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        --at_work;
      },
      [](size_t) {}, [] {});
  EXPECT_LE(most, GetParam());
}

TEST_P(RunInOrderTest, DoesNothingWithoutJobs) {
  const auto unexpected = [](size_t) { FAIL(); };
  RunInOrder(0, GetParam(), unexpected, unexpected, [] {});
}

// Waits for something that another thread does. Whether it came, in ten seconds.
bool Comes(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(RunInOrder, WorksAtTheSameTime) {
  std::atomic<int> at_work = 0;
  RunInOrder(
      2, 2,
      [&](size_t) {
        ++at_work;
        EXPECT_TRUE(Comes([&] { return at_work == 2; }));
      },
      [](size_t) {}, [] {});
}

TEST(TakeTurns, ATurnIsATwelfth) {
  std::array<int, 3> turns = {};
  RunInOrder(
      3, 2,
      [&](size_t i) {
        for (int step = 1; step <= 48; ++step) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          if (TakeTurns(step / 48.0) > std::chrono::steady_clock::duration::zero()) ++turns[i];
        }
      },
      [](size_t) {}, [] {});
  EXPECT_THAT(turns, Each(Le(12)));
  EXPECT_THAT(turns, Contains(Ge(6))) << "that which is done first has given up its turns";
}

// Three pieces on two threads: each gets on before one of them is done.
TEST(RunInOrder, PiecesLeftOverTakeTurns) {
  std::atomic<int> at_work = 0, begun = 0;
  std::atomic<bool> all_begun_before_one_was_done = true;
  RunInOrder(
      3, 2,
      [&](size_t) {
        ++begun;
        ++at_work;
        double done = 0;
        EXPECT_TRUE(Comes([&] {
          EXPECT_LE(at_work, 2);
          --at_work;
          TakeTurns(done += 0.1);
          ++at_work;
          return begun == 3;
        }));
        if (begun < 3) all_begun_before_one_was_done = false;
        --at_work;
      },
      [](size_t) {}, [] {});
  EXPECT_TRUE(all_begun_before_one_was_done);
}

TEST(TakeTurns, TellsHowLongItWaited) {
  using Clock = std::chrono::steady_clock;
  std::array<Clock::duration, 3> waited = {}, worked = {};
  const Clock::time_point start = Clock::now();
  RunInOrder(
      3, 2,
      [&](size_t i) {
        constexpr std::chrono::duration<double> kWork = std::chrono::milliseconds(300);
        const Clock::time_point begin = Clock::now();
        do {
          waited[i] += TakeTurns(worked[i] / kWork);
          worked[i] = Clock::now() - begin - waited[i];
        } while (worked[i] < kWork);
      },
      [](size_t) {}, [] {});
  EXPECT_GE(waited[0] + waited[1] + waited[2], std::chrono::milliseconds(25));  // a turn
  EXPECT_LE(worked[0] + worked[1] + worked[2], 2 * (Clock::now() - start));     // on two threads
}

TEST(TakeTurns, DoesNothingOutsideOfWork) {
  EXPECT_EQ(TakeTurns(1), std::chrono::steady_clock::duration::zero());
}

TEST(RunInOrder, IsDoneWhileLaterJobsStillWork) {
  std::atomic<bool> first_is_done = false;
  RunInOrder(
      2, 1, [&](size_t i) { EXPECT_TRUE(i == 0 || Comes([&] { return first_is_done.load(); })); },
      [&](size_t) { first_is_done = true; }, [] {});
}

TEST(RunInOrder, TicksOnTheCallingThreadWhileItWaits) {
  std::atomic<int> ticks = 0;
  const auto caller = std::this_thread::get_id();
  RunInOrder(
      1, 1, [&](size_t) { EXPECT_TRUE(Comes([&] { return ticks >= 2; })); }, [](size_t) {},
      [&] {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        ++ticks;
      });
}

// --- Tasks ---

void Sleep(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

class TaskTest : public testing::Test {
 protected:
  std::vector<int64_t> Iterations(int64_t n) {
    std::vector<int64_t> all;
    for (const int64_t i : task_.Iterations(n)) all.push_back(i);
    return all;
  }

  Progress silent_{"", 0, ""};
  Task task_{5, silent_};
};

TEST_F(TaskTest, IteratesFrom0) {
  EXPECT_EQ(task_.index(), 5);
  EXPECT_THAT(Iterations(4), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Iterations(0), IsEmpty());
}

TEST_F(TaskTest, ProgressCountsIterations) {
  const auto work = [](Progress& progress) {
    Task task(0, progress);
    for ([[maybe_unused]] const int64_t i : task.Iterations(8)) continue;
    task.Add(2);
  };
  EXPECT_EQ(ProgressText(20, work), "run: 10 of 20 steps (50 %)\n");
}

TEST_F(TaskTest, SecondsAreThoseOfItsLoops) {
  EXPECT_EQ(task_.seconds(), 0);
  for (int loop = 0; loop < 2; ++loop) {
    Sleep(200);
    for ([[maybe_unused]] const int64_t i : task_.Iterations(4)) Sleep(5);
  }
  EXPECT_GE(task_.seconds(), 0.04);
  EXPECT_LT(task_.seconds(), 0.2) << "what is around the loops took 0.4";
}

// Three tasks take turns on two threads, which have only twice the time that passed.
TEST_F(TaskTest, SecondsLeaveOutTheWaitForATurn) {
  using Clock = std::chrono::steady_clock;
  std::array<double, 3> seconds;
  const Clock::time_point start = Clock::now();
  RunInOrder(
      3, 2,
      [&](size_t index) {
        Task task(index, silent_);
        for ([[maybe_unused]] const int64_t i : task.Iterations(8)) Sleep(30);
        seconds[index] = task.seconds();
      },
      [](size_t) {}, [] {});
  const std::chrono::duration<double> passed = Clock::now() - start;
  EXPECT_LE(seconds[0] + seconds[1] + seconds[2], 2 * passed.count());
  for (const double s : seconds) EXPECT_GE(s, 8 * 0.03);
}

TEST_F(TaskTest, DoesNothingWhereItIsAskedToStop) {
  const StopRequest stop;
  EXPECT_THAT(Iterations(3), IsEmpty());
}

using TaskDeathTest = TaskTest;

TEST_F(TaskDeathTest, EndsAfterTheIterationInWhichItIsInterrupted) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        int done = 0;
        for (const int64_t i : task_.Iterations(8)) {
          if (i == 2) raise(SIGTERM);
          ++done;
        }
        exit(done);
      },
      testing::ExitedWithCode(3), "");
}

// --- Progress ---

// What a Progress writes that is half done and is shown twice, with that quiet time at its start.
std::string Shown(std::chrono::milliseconds quiet_time) {
  testing::internal::CaptureStderr();
  {
    Progress progress("training", 40, "steps", quiet_time);
    std::this_thread::sleep_for(std::chrono::milliseconds(1010));  // at most one line a second
    progress.Add(15);
    progress.Add(5);
    progress.Show();
    progress.Show();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Progress, SaysNothingAboutAShortRun) { EXPECT_EQ(Shown(std::chrono::hours(1)), ""); }

TEST(Progress, WritesALineWhereThereIsNoTerminal) {
  EXPECT_EQ(Shown(std::chrono::milliseconds(500)), "training: 20 of 40 steps (50 %)\n");
}

TEST(Progress, TellsEachTenthOnce) {
  testing::internal::CaptureStderr();
  Progress progress("training", 40, "steps", std::chrono::milliseconds(0));
  for (const size_t steps : {20, 1, 3}) {
    progress.Add(steps);
    std::this_thread::sleep_for(std::chrono::milliseconds(1010));
    progress.Show();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "training: 20 of 40 steps (50 %)\ntraining: 24 of 40 steps (60 %)\n");
}

TEST(Progress, SaysThatAllIsCountedButNotOver) {
  testing::internal::CaptureStderr();
  Progress progress("training", 40, "steps", std::chrono::milliseconds(0));
  progress.Add(40);
  std::this_thread::sleep_for(std::chrono::milliseconds(1010));
  progress.Show();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "training: 40 of 40 steps, finishing\n");
}

// A terminal in place of stderr.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    const bool granted = grantpt(terminal_) == 0 && unlockpt(terminal_) == 0;
    const int other_end = granted ? open(ptsname(terminal_), O_RDWR | O_NOCTTY) : -1;
    if (other_end < 0) GTEST_SKIP() << "this machine has no pseudo-terminals";
    dup2(other_end, STDERR_FILENO);
    close(other_end);
  }
  ~TerminalTest() override {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    close(terminal_);
  }

  // What was written since the last call.
  std::string Text() {
    char text[1000];
    const ssize_t size = read(terminal_, text, sizeof(text));
    return size > 0 ? std::string(text, size) : "";
  }

  const int stderr_ = dup(STDERR_FILENO);
  const int terminal_ = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
};

TEST_F(TerminalTest, HasOneLineThatIsRewrittenAndCleared) {
  {
    Progress progress("training", 40, "steps", std::chrono::milliseconds(0));
    progress.Clear();
    EXPECT_EQ(Text(), "") << "there is no line yet";
    progress.Add(1);
    progress.Show();
    EXPECT_EQ(Text(), "\r\033[Ktraining: 1 of 40 steps (2 %)");
    progress.Add(1);
    progress.Show();
    EXPECT_EQ(Text(), "\r\033[Ktraining: 2 of 40 steps (5 %)");
    progress.Clear();
    EXPECT_EQ(Text(), "\r\033[K");
    progress.Clear();
    EXPECT_EQ(Text(), "");
    progress.Show();
    EXPECT_EQ(Text(), "\r\033[Ktraining: 2 of 40 steps (5 %)");
  }
  EXPECT_EQ(Text(), "\r\033[K") << "at its end";
}

// --- Interrupts ---

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
  const int second = GetParam() == SIGINT ? SIGTERM : SIGINT;
  EXPECT_EXIT(
      {
        CatchInterrupts();
        raise(GetParam());
        usleep(1'100'000);
        raise(second);
      },
      testing::KilledBySignal(second), "");
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
