#ifndef TESTS_COMMON_PROGRESS_TEXT_H_
#define TESTS_COMMON_PROGRESS_TEXT_H_

#include <chrono>
#include <concepts>
#include <cstddef>
#include <string>
#include <thread>

#include "common/experiment/progress.h"
#include "gtest/gtest.h"

namespace dlfs {

// How far a progress has come at the end of f(progress): "run: 3 of 10 steps (30 %)\n". Takes a
// second, before which a progress says nothing.
template <std::invocable<Progress&> F>
std::string ProgressText(size_t total, F&& f) {
  testing::internal::CaptureStderr();
  Progress progress("run", total, "steps", std::chrono::milliseconds(0));
  f(progress);
  std::this_thread::sleep_for(std::chrono::milliseconds(1010));
  progress.Show();
  return testing::internal::GetCapturedStderr();
}

}  // namespace dlfs

#endif  // TESTS_COMMON_PROGRESS_TEXT_H_
