#ifndef CHAPTER6_EPOCHS_H_
#define CHAPTER6_EPOCHS_H_

#include <algorithm>
#include <cstdint>

// For how many iterations a network learns, and when it is evaluated.
namespace dlfs {

// An epoch is as many iterations as mini-batches fit into the images, at least one.
inline int64_t IterationsPerEpoch(int images, int batch_size) {
  return std::max(images / batch_size, 1);
}

// As the book does, a network is evaluated after the first iteration, an epoch later, and so on:
// `epochs` times in all. So it learns this many iterations,
inline int64_t IterationsOf(int epochs, int64_t iterations_per_epoch) {
  return (epochs - 1) * iterations_per_epoch + 1;
}

// and with an interval of n it is evaluated every n-th of these times, and the last.
inline bool IsEvaluated(int64_t epoch, int epochs, int interval) {
  return epoch % interval == 0 || epoch + 1 == epochs;
}

}  // namespace dlfs

#endif  // CHAPTER6_EPOCHS_H_
