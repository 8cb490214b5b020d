#ifndef TESTS_WAIT_UNTIL_H_
#define TESTS_WAIT_UNTIL_H_

#include <chrono>
#include <concepts>
#include <thread>

namespace dlfs {

// Waits until happened() is true, for ten seconds at most: what comes next shows whether it was.
template <std::predicate F>
void WaitUntil(F&& happened) {
  for (int ms = 0; ms < 10000 && !happened(); ++ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace dlfs

#endif  // TESTS_WAIT_UNTIL_H_
