#include "common/progress.h"

#include <chrono>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace dlfs {
namespace {

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

}  // namespace
}  // namespace dlfs
