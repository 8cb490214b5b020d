#include "common/experiment/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "common/matrix/check.h"

namespace dlfs {
namespace {

// A counting semaphore that is fair: first come, first served.
class FairSemaphore {
 public:
  explicit FairSemaphore(uint64_t count) : end_(count) {}

  void Acquire() {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint64_t ticket = next_++;
    freed_.wait(lock, [&] { return ticket < end_; });
  }

  void Release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++end_;
    freed_.notify_all();
  }

  bool SomebodyWaits() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return next_ > end_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  uint64_t next_ = 0;  // ticket
  uint64_t end_;       // tickets below this one hold it, or did
};

// What a working thread works on.
struct Turn {
  FairSemaphore* semaphore = nullptr;
  double done_before = 0;  // the share of the piece
};
thread_local Turn turn;

// Joins them, however RunInOrder ends. (libc++ 19 has no std::jthread.)
struct Threads : std::vector<std::thread> {
  ~Threads() {
    for (std::thread& thread : *this) thread.join();
  }
};

}  // namespace

std::chrono::steady_clock::duration TakeTurns(double done) {
  // So few turns, because the system often lets both begin on one CPU, and it takes milliseconds
  // until it sees that the other is idle. Twelfths of the pieces come out even on up to 4 threads.
  constexpr double kTurn = 1.0 / 12;
  const bool has_done_it = std::fabs(done - turn.done_before) >= kTurn;  // or begun another loop
  if (turn.semaphore == nullptr || !has_done_it || !turn.semaphore->SomebodyWaits()) return {};
  const auto start = std::chrono::steady_clock::now();
  turn.semaphore->Release();
  turn.semaphore->Acquire();
  turn.done_before = done;
  return std::chrono::steady_clock::now() - start;
}

void RunInOrder(size_t n, int threads, const std::function<void(size_t)>& work,
                const std::function<void(size_t)>& done, const std::function<void()>& tick) {
  DLFS_CHECK(threads > 0);
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> finished(n, false);  // guarded by mutex

  const size_t at_once = static_cast<size_t>(threads);
  FairSemaphore semaphore(at_once);
  const auto worker = [&] {
    for (size_t i = next++; i < n; i = next++) {
      semaphore.Acquire();
      turn = {.semaphore = &semaphore};
      work(i);
      semaphore.Release();
      const std::lock_guard<std::mutex> lock(mutex);
      finished[i] = true;
      changed.notify_one();
    }
  };
  Threads workers;
  for (size_t t = 0; t < std::min(n, at_once + n % at_once); ++t) {
    try {
      workers.emplace_back(worker);
    } catch (const std::system_error& error) {
      if (workers.empty()) throw std::system_error(error.code(), "cannot start a thread");
      break;
    }
  }

  for (size_t i = 0; i < n; ++i) {
    std::unique_lock<std::mutex> lock(mutex);
    while (!changed.wait_for(lock, std::chrono::milliseconds(100), [&] { return finished[i]; })) {
      lock.unlock();
      tick();
      lock.lock();
    }
    lock.unlock();
    done(i);
  }
}

}  // namespace dlfs
