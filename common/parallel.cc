#include "common/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "common/check.h"

namespace dlfs {

void RunInOrder(size_t n, int threads, const std::function<void(size_t)>& work,
                const std::function<void(size_t)>& done, const std::function<void()>& tick) {
  DLFS_CHECK(threads > 0);
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> finished(n, false);  // guarded by mutex

  const auto worker = [&] {
    for (size_t i = next++; i < n; i = next++) {
      work(i);
      const std::lock_guard<std::mutex> lock(mutex);
      finished[i] = true;
      changed.notify_one();
    }
  };
  std::vector<std::jthread> workers;
  for (size_t t = 0; t < std::min(n, static_cast<size_t>(threads)); ++t) {
    workers.emplace_back(worker);
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
