#include "common/pointwise_kernel.h"

// Compiled once per instruction set (isa.bzl), which the compiler vectorises for; nothing with
// inline code is included.
namespace dlfs {
namespace DLFS_ISA {

template <typename T>
void Relu(size_t n, const T* __restrict x, T* __restrict y) {
  for (size_t i = 0; i < n; ++i) y[i] = x[i] <= 0 ? 0 : x[i];
}

template <typename T>
void ReluGradient(size_t n, const T* __restrict y, const T* __restrict dy, T* __restrict dx) {
  for (size_t i = 0; i < n; ++i) dx[i] = y[i] <= 0 ? 0 : dy[i];
}

template <typename T>
void ColumnSums(size_t rows, size_t stride, const T* __restrict x, T* __restrict sums) {
  for (size_t j = 0; j < stride; ++j) sums[j] = 0;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < stride; ++j) sums[j] += x[i * stride + j];
  }
}

// Correctly rounded without a division: 1/255 = high + low, where high has so few bits that p *
// high is exact.
template <typename T>
void ScaleBytes(size_t n, const uint8_t* __restrict p, T* __restrict x) {
  constexpr float kHigh = 0x1.01p-8f;
  constexpr float kLow = static_cast<float>(1.0 / 255 - kHigh);
  for (size_t i = 0; i < n; ++i)
    x[i] = static_cast<float>(p[i]) * kHigh + static_cast<float>(p[i]) * kLow;
}

#define DLFS_INSTANTIATE(T)                                   \
  template void Relu(size_t, const T*, T*);                   \
  template void ReluGradient(size_t, const T*, const T*, T*); \
  template void ColumnSums(size_t, size_t, const T*, T*);     \
  template void ScaleBytes(size_t, const uint8_t*, T*);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)
#undef DLFS_INSTANTIATE

}  // namespace DLFS_ISA
}  // namespace dlfs
