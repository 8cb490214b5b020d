#ifndef COMMON_POINTWISE_KERNEL_H_
#define COMMON_POINTWISE_KERNEL_H_

#include <stddef.h>
#include <stdint.h>

// Loops over the elements of matrices, for T float and double, once per instruction set. The
// results are the same to the last bit for all. Call the variant for the current instruction set
// with DLFS_DISPATCH (isa.h).
#define DLFS_DECLARE_POINTWISE                                             \
  /* y = max(x, 0), and NaN stays NaN. x, y: [n] */                        \
  template <typename T>                                                    \
  void Relu(size_t n, const T* x, T* y);                                   \
  /* dx = 0 where y <= 0, else dy. y, dy, dx: [n] */                       \
  template <typename T>                                                    \
  void ReluGradient(size_t n, const T* y, const T* dy, T* dx);             \
  /* sums_j = Σ_i x_ij, i ascending. x: [rows, stride], sums: [stride] */ \
  template <typename T>                                                    \
  void ColumnSums(size_t rows, size_t stride, const T* x, T* sums);        \
  /* x = p / 255, rounded to float also where T is double. p, x: [n] */    \
  template <typename T>                                                    \
  void ScaleBytes(size_t n, const uint8_t* p, T* x);

namespace dlfs {

namespace baseline {
DLFS_DECLARE_POINTWISE
}

namespace avx2 {
DLFS_DECLARE_POINTWISE
}

namespace avx512 {
DLFS_DECLARE_POINTWISE
}

}  // namespace dlfs

#undef DLFS_DECLARE_POINTWISE

#endif  // COMMON_POINTWISE_KERNEL_H_
