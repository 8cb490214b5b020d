#include "common/experiment/parallel.h"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::Each;

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

// Three pieces on two threads: each gets on before one of them is done.
TEST(RunInOrder, PiecesLeftOverTakeTurns) {
  std::atomic<int> at_work = 0, begun = 0;
  std::atomic<bool> all_begun_before_one_was_done = true;
  RunInOrder(
      3, 2,
      [&](size_t) {
        ++begun;
        ++at_work;
        EXPECT_TRUE(Comes([&] {
          EXPECT_LE(at_work, 2);
          --at_work;
          TakeTurns();
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
        const Clock::time_point begin = Clock::now();
        do {
          waited[i] += TakeTurns();
          worked[i] = Clock::now() - begin - waited[i];
        } while (worked[i] < std::chrono::milliseconds(300));
      },
      [](size_t) {}, [] {});
  EXPECT_GE(waited[0] + waited[1] + waited[2], std::chrono::milliseconds(50));
  EXPECT_LE(worked[0] + worked[1] + worked[2], 2 * (Clock::now() - start));  // on two threads
}

TEST(TakeTurns, DoesNothingOutsideOfWork) {
  EXPECT_EQ(TakeTurns(), std::chrono::steady_clock::duration::zero());
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

}  // namespace
}  // namespace dlfs
