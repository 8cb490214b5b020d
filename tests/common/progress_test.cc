#include "common/experiment/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

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

}  // namespace
}  // namespace dlfs
