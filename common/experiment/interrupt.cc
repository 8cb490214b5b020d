#include "common/experiment/interrupt.h"

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cstdint>
#include <initializer_list>

namespace dlfs {
namespace {

std::atomic<int> interrupt_signal = 0;
std::atomic<int64_t> interrupt_time = 0;               // in milliseconds
static_assert(std::atomic<int>::is_always_lock_free);  // so that a signal handler may write them
static_assert(std::atomic<int64_t>::is_always_lock_free);

std::atomic<int> stop_requests = 0;

void HandleInterrupt(int signal) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t ms = 1 + int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  int64_t first = 0;
  if (interrupt_time.compare_exchange_strong(first, ms)) {
    interrupt_signal.store(signal);
  } else if (ms - first >= 1000) {
    ::signal(signal, SIG_DFL);
    raise(signal);  // which comes when this function returns
  }
}

}  // namespace

void CatchInterrupts() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action;
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = HandleInterrupt;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
}

int InterruptSignal() { return interrupt_signal.load(std::memory_order_relaxed); }

StopRequest::StopRequest() { ++stop_requests; }
StopRequest::~StopRequest() { --stop_requests; }

bool StopRequested() {
  return InterruptSignal() != 0 || stop_requests.load(std::memory_order_relaxed) > 0;
}

}  // namespace dlfs
