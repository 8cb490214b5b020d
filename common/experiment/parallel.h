#ifndef COMMON_EXPERIMENT_PARALLEL_H_
#define COMMON_EXPERIMENT_PARALLEL_H_

#include <chrono>
#include <cstddef>
#include <functional>

namespace dlfs {

// Calls work(0), ..., work(n - 1), each once, on at most `threads` threads at a time, and done(0),
// done(1), ... on the calling thread, in this order, done(i) after work(i) and as early as that
// allows. So what done() writes does not depend on the number of threads. While it waits, the
// calling thread calls tick() about ten times a second. Where fewer threads can be started, these do
// all; std::system_error where none can.
//
// Where n is no multiple of `threads`, the pieces that are left over would leave threads idle at
// the end. So that many more pieces are begun at once, and take turns on `threads` threads where
// work() calls TakeTurns: three equal pieces on two threads then take as long as one and a half.
void RunInOrder(size_t n, int threads, const std::function<void(size_t)>& work,
                const std::function<void(size_t)>& done, const std::function<void()>& tick);

// To be called by work() again and again, with the share of the piece that is done, in [0, 1]: lets
// the piece go on that has waited longest for a thread, if this one has done a twelfth since its turn
// began, and returns when it is this one's turn again. Does nothing outside of work(). -> how long
// this one has waited
std::chrono::steady_clock::duration TakeTurns(double done);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_PARALLEL_H_
