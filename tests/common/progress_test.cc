#include "common/progress.h"

#include <chrono>
#include <thread>

#include "gtest/gtest.h"

namespace dlfs {
namespace {

// What a Progress writes that is half done and is shown twice after that time.
std::string ShownAfter(std::chrono::milliseconds time) {
  testing::internal::CaptureStderr();
  {
    Progress progress("training", 40, "steps");
    std::this_thread::sleep_for(time);
    progress.Add(15);
    progress.Add(5);
    progress.Show();
    progress.Show();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Progress, SaysNothingAboutAShortRun) {
  EXPECT_EQ(ShownAfter(std::chrono::milliseconds(0)), "");
}

TEST(Progress, WritesALineWhereThereIsNoTerminal) {
  EXPECT_EQ(ShownAfter(std::chrono::milliseconds(1010)), "training: 20 of 40 steps (50 %)\n");
}

}  // namespace
}  // namespace dlfs
