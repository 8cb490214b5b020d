#include "common/experiment/task.h"

#include "common/experiment/interrupt.h"
#include "common/experiment/parallel.h"

namespace dlfs {

Task::IterationRange::Iterator& Task::IterationRange::Iterator::operator++() {
  ++i_;
  task_.progress_.Add(1);
  const double done = static_cast<double>(i_) / static_cast<double>(n_);
  start_ += TakeTurns(done);  // waiting is not learning
  return *this;
}

bool Task::IterationRange::Iterator::operator!=(End) {
  if (i_ < n_ && !StopRequested()) return true;
  task_.learning_ += std::chrono::steady_clock::now() - start_;
  return false;
}

}  // namespace dlfs
