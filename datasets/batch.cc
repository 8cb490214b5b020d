#include "datasets/batch.h"

#include "common/matrix/check.h"
#include "common/matrix/simd.h"

namespace dlfs {
namespace {

// Images of a random batch lie anywhere in memory: each is asked for while the ones before it are
// converted.
constexpr size_t kImagesAhead = 4;
constexpr size_t kCacheLine = 64;  // bytes

void Prefetch(std::span<const uint8_t> bytes) {
  for (size_t i = 0; i < bytes.size(); i += kCacheLine) __builtin_prefetch(&bytes[i]);
}

// x = p / 255, rounded to float also where T is double. Correctly rounded without a division:
// 1/255 = high + low, where high has so few bits that p * high is exact. p, x: [n]
template <typename T>
void ScaleBytes(size_t n, const uint8_t* p, T* x) {
  constexpr float kHigh = 0x1.01p-8f;
  constexpr float kLow = static_cast<float>(1.0 / 255 - kHigh);
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) {
      x[i] = static_cast<float>(p[i]) * kHigh + static_cast<float>(p[i]) * kLow;
    }
  });
}

}  // namespace

template <typename T>
BatchBuffer<T>::BatchBuffer(const ImageDataset& dataset, size_t max_batch)
    : dataset_(dataset), x_(max_batch, dataset.pixels_per_image()), labels_(max_batch) {}

template <typename T>
Batch<T> BatchBuffer<T>::Gather(std::span<const uint32_t> rows) {
  DLFS_CHECK(rows.size() <= labels_.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + kImagesAhead < rows.size()) Prefetch(dataset_.image(rows[i + kImagesAhead]));
    Copy(i, rows[i]);
  }
  return Filled(rows.size());
}

template <typename T>
Batch<T> BatchBuffer<T>::GatherRange(size_t begin, size_t count) {
  DLFS_CHECK(count <= labels_.size() && begin + count <= dataset_.size());
  for (size_t i = 0; i < count; ++i) Copy(i, begin + i);
  return Filled(count);
}

template <typename T>
void BatchBuffer<T>::Copy(size_t to, size_t from) {
  const std::span<const uint8_t> pixels = dataset_.image(from);
  ScaleBytes(pixels.size(), pixels.data(), x_.view().row(to).data());
  labels_[to] = dataset_.labels[from];
}

template <typename T>
Batch<T> BatchBuffer<T>::Filled(size_t count) {
  return {x_.view().Rows(0, count), std::span<const uint8_t>(labels_).first(count)};
}

template <typename T>
BatchSampler<T>::BatchSampler(const ImageDataset& dataset, size_t batch_size, Random random)
    : buffer_(dataset, batch_size),
      dataset_size_(static_cast<uint32_t>(dataset.size())),
      random_(random),
      rows_(batch_size) {}

template <typename T>
Batch<T> BatchSampler<T>::Next() {
  for (uint32_t& row : rows_) row = random_.UniformInt(dataset_size_);
  return buffer_.Gather(rows_);
}

template class BatchBuffer<float>;
template class BatchBuffer<double>;
template class BatchSampler<float>;
template class BatchSampler<double>;

}  // namespace dlfs
