#ifndef COMMON_MATRIX_GEMM_KERNEL_H_
#define COMMON_MATRIX_GEMM_KERNEL_H_

#include <stddef.h>

// The inner part of every matrix product, once per instruction set. Call it through
// matrix_product.h.
namespace dlfs {

// So much of A and B is packed at a time: kBlockM rows of A and kBlockN columns of B, for kBlockK
// steps of l.
inline constexpr size_t kBlockM = 144;  // a multiple of the rows of every tile
inline constexpr size_t kBlockK = 256;
template <typename T>
inline constexpr size_t kBlockN = 1024 / sizeof(T);

// C = init + A B, with A [m, k], B [k, n], C [m, n].
//
// Every element starts at its init and is added up over k in ascending order, one fused
// multiply-add (where the instruction set has it) a step:
//   c = init(i, j);  for (l = 0; l < k; ++l) c = fma(A(i, l), B(l, j), c)
// This order, and so every bit of the result, does not depend on how the work is cut into tiles.
//
// Strides are in elements. The rows of all matrices are padded as in matrix.h.
template <typename T>
struct GemmArgs {
  size_t m, n, k;
  const T* a;  // A(i, l) = a[i * a_row_stride + l * a_column_stride]
  size_t a_row_stride, a_column_stride;
  const T* b;  // B(l, j) = b_transposed ? b[j * b_stride + l] : b[l * b_stride + j]
  size_t b_stride;
  bool b_transposed;
  // init(i, j) = init[i * init_stride + j], so that stride 0 repeats one row; nullptr: zeros
  const T* init;
  size_t init_stride;
  T* c;  // C(i, j) = c[i * c_stride + j]; overlaps nothing, but may be init itself
  size_t c_stride;
  // For what is packed; 64-byte aligned. Up to 0.4 MiB, which is more than some threads' stacks hold.
  T* packed_a;  // [kBlockK, kBlockM]
  T* packed_b;  // [kBlockK, kBlockN]
};

namespace baseline {
void Gemm(const GemmArgs<float>& args);
void Gemm(const GemmArgs<double>& args);
}  // namespace baseline

namespace avx2 {
void Gemm(const GemmArgs<float>& args);
void Gemm(const GemmArgs<double>& args);
}  // namespace avx2

namespace avx512 {
void Gemm(const GemmArgs<float>& args);
void Gemm(const GemmArgs<double>& args);
}  // namespace avx512

}  // namespace dlfs

#endif  // COMMON_MATRIX_GEMM_KERNEL_H_
