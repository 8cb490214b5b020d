#ifndef COMMON_EXPERIMENT_TASK_H_
#define COMMON_EXPERIMENT_TASK_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/experiment/progress.h"

namespace dlfs {

// One of several pieces of work that run in parallel, a network that learns, say. Its loop is
//
//   for (const int64_t i : task.Iterations(n)) ...
//
// which runs over 0, 1, ..., n - 1, and between two iterations does what a long run has to do: it
// tells how far it is, lets other tasks have their turn on the thread (parallel.h), and ends early
// where the run is asked to stop (interrupt.h).
class Task {
 public:
  Task(size_t index, Progress& progress) : index_(index), progress_(progress) {}

  size_t index() const { return index_; }

  class IterationRange;
  IterationRange Iterations(int64_t n);

  // That `count` more of what the progress counts are done, where there is no such loop.
  void Add(size_t count) { progress_.Add(count); }

  // How long its loops took, without the time for which it waited for a thread.
  double seconds() const { return std::chrono::duration<double>(learning_).count(); }

 private:
  size_t index_;
  Progress& progress_;
  std::chrono::steady_clock::duration learning_ = {};
};

class Task::IterationRange {
 public:
  struct End {};

  class Iterator {
   public:
    Iterator(Task& task, int64_t n) : task_(task), n_(n) {}
    int64_t operator*() const { return i_; }
    Iterator& operator++();
    bool operator!=(End);

   private:
    Task& task_;
    int64_t n_;
    int64_t i_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  };

  IterationRange(Task& task, int64_t n) : task_(task), n_(n) {}
  Iterator begin() const { return Iterator(task_, n_); }
  End end() const { return {}; }

 private:
  Task& task_;
  int64_t n_;
};

inline Task::IterationRange Task::Iterations(int64_t n) { return {*this, n}; }

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_TASK_H_
