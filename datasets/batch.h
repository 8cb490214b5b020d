#ifndef DATASETS_BATCH_H_
#define DATASETS_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// A mini-batch of N images as the network takes them.
template <typename T>
struct Batch {
  ConstMatrixView<T> x;             // [N, pixels], each in [0, 1]
  std::span<const uint8_t> labels;  // [N]
};

// Room for a batch, which is filled again and again.
template <typename T>
class BatchBuffer {
 public:
  BatchBuffer(const ImageDataset& dataset, size_t max_batch);

  // Gathers the images `rows`. The batch is valid until the next call. Pixels become p / 255 in
  // float, also where T is double: so has the book. Requires: rows.size() <= max_batch, each below
  // dataset.size()
  Batch<T> Gather(std::span<const uint32_t> rows);

  // The same for the images [begin, begin + count).
  Batch<T> GatherRange(size_t begin, size_t count);

  // The same for all. Requires: max_batch is the size of the dataset.
  Batch<T> GatherAll() { return GatherRange(0, dataset_.size()); }

 private:
  void Copy(size_t to, size_t from);
  Batch<T> Filled(size_t count);

  const ImageDataset& dataset_;
  Matrix<T> x_;                  // [max_batch, pixels]
  std::vector<uint8_t> labels_;  // [max_batch]
};

// Draws mini-batches uniformly, with replacement, as the book does (np.random.choice): in the long
// run each image comes equally often, but no epoch sees every image once.
template <typename T>
class BatchSampler {
 public:
  BatchSampler(const ImageDataset& dataset, size_t batch_size, Random random);

  // The next batch, valid until the call after.
  Batch<T> Next();

  // What the next batches are drawn with: another sampler goes on where this one is.
  const Random& random() const { return random_; }

 private:
  BatchBuffer<T> buffer_;
  uint32_t dataset_size_;
  Random random_;
  std::vector<uint32_t> rows_;  // [batch_size]
};

}  // namespace dlfs

#endif  // DATASETS_BATCH_H_
