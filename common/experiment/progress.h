#ifndef COMMON_EXPERIMENT_PROGRESS_H_
#define COMMON_EXPERIMENT_PROGRESS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>

namespace dlfs {

// Tells on stderr how far a long run is: on a terminal one line that is rewritten, elsewhere a line
// for every tenth of the work, at most one a second. Says nothing for the first half second. Where all
// is counted there may still be work that is not, such as an evaluation.
class Progress {
 public:
  // "<label>: 1200 of 8000 <unit> (15 %)", in the end "<label>: 8000 of 8000 <unit>, finishing"
  Progress(std::string label, size_t total, std::string unit,
           std::chrono::milliseconds quiet_time = std::chrono::milliseconds(500));

  ~Progress() { Clear(); }

  // That `count` more are done. From any thread.
  void Add(size_t count) { count_.fetch_add(count, std::memory_order_relaxed); }

  // Writes the line if there is something new to say. From one thread.
  void Show();

  // Clears the line on a terminal, so that something else can be printed there. From that thread.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  const std::string label_;
  const size_t total_;
  const std::string unit_;
  const std::chrono::milliseconds quiet_time_;
  const bool terminal_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<size_t> count_ = 0;
  Clock::time_point shown_at_ = start_;
  size_t shown_tenths_ = 0;
  bool line_open_ = false;
};

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_PROGRESS_H_
