#include "common/experiment/task.h"

#include <signal.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "common/experiment/interrupt.h"
#include "common/experiment/parallel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/progress_text.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace dlfs
