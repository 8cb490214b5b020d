#include "common/interrupt.h"

#include <signal.h>

#include <atomic>

namespace dlfs {
namespace {

std::atomic<int> interrupt_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);  // so that a signal handler may write it

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int signal) { interrupt_signal.store(signal); };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int InterruptSignal() { return interrupt_signal.load(std::memory_order_relaxed); }

}  // namespace dlfs
