#include "common/experiment/interrupt.h"

#include <signal.h>

#include <atomic>

namespace dlfs {
namespace {

std::atomic<int> interrupt_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);  // so that a signal handler may write it

std::atomic<int> stop_requests = 0;

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int signal) { interrupt_signal.store(signal); };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int InterruptSignal() { return interrupt_signal.load(std::memory_order_relaxed); }

StopRequest::StopRequest() { ++stop_requests; }
StopRequest::~StopRequest() { --stop_requests; }

bool StopRequested() {
  return InterruptSignal() != 0 || stop_requests.load(std::memory_order_relaxed) > 0;
}

}  // namespace dlfs
