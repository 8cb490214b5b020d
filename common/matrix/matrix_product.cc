#include "common/matrix/matrix_product.h"

#include "common/matrix/check.h"
#include "common/matrix/gemm_kernel.h"
#include "common/matrix/isa.h"

namespace dlfs {
namespace {

enum class Transpose { kNone, kA, kB };

// C = init + op(A) op(B), where init is empty (zeros), C, or one row that stands for all.
template <typename T>
void Product(Transpose transpose, ConstMatrixView<T> a, ConstMatrixView<T> b,
             ConstMatrixView<T> init, MatrixView<T> c) {
  const bool a_transposed = transpose == Transpose::kA;
  const bool b_transposed = transpose == Transpose::kB;
  const size_t m = a_transposed ? a.cols() : a.rows();
  const size_t k = a_transposed ? a.rows() : a.cols();
  const size_t n = b_transposed ? b.rows() : b.cols();
  DLFS_CHECK(k == (b_transposed ? b.cols() : b.rows()));
  DLFS_CHECK(c.rows() == m && c.cols() == n);
  // Each thread has room of its own for what is packed, from its first product on.
  thread_local Matrix<T> packed_a(kBlockK, kBlockM), packed_b(kBlockK, kBlockN<T>);
  const GemmArgs<T> args = {
      .m = m,
      .n = n,
      .k = k,
      .a = a.data(),
      .a_row_stride = a_transposed ? 1 : a.stride(),
      .a_column_stride = a_transposed ? a.stride() : 1,
      .b = b.data(),
      .b_stride = b.stride(),
      .b_transposed = b_transposed,
      .init = init.data(),
      .init_stride = init.rows() == 1 ? 0 : init.stride(),
      .c = c.data(),
      .c_stride = c.stride(),
      .packed_a = packed_a.view().data(),
      .packed_b = packed_b.view().data(),
  };
  DLFS_DISPATCH(Gemm(args));
}

template <typename T>
ConstMatrixView<T> InitFor(Output output, MatrixView<T> c) {
  return output == Output::kAccumulate ? ConstMatrixView<T>(c) : ConstMatrixView<T>();
}

}  // namespace

template <typename T>
void Multiply(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c, Output output) {
  Product<T>(Transpose::kNone, a, b, InitFor(output, c), c);
}

template <typename T>
void MultiplyTransposedA(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c,
                         Output output) {
  Product<T>(Transpose::kA, a, b, InitFor(output, c), c);
}

template <typename T>
void MultiplyTransposedB(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c,
                         Output output) {
  Product<T>(Transpose::kB, a, b, InitFor(output, c), c);
}

template <typename T>
void MultiplyAddRow(ConstMatrixView<T> a, ConstMatrixView<T> b, ConstMatrixView<T> row,
                    MatrixView<T> c) {
  DLFS_CHECK(row.rows() == 1 && row.cols() == c.cols());
  Product<T>(Transpose::kNone, a, b, row, c);
}

#define DLFS_INSTANTIATE(T)                                                                   \
  template void Multiply<T>(ConstMatrixView<T>, ConstMatrixView<T>, MatrixView<T>, Output);   \
  template void MultiplyTransposedA<T>(ConstMatrixView<T>, ConstMatrixView<T>, MatrixView<T>, \
                                       Output);                                               \
  template void MultiplyTransposedB<T>(ConstMatrixView<T>, ConstMatrixView<T>, MatrixView<T>, \
                                       Output);                                               \
  template void MultiplyAddRow<T>(ConstMatrixView<T>, ConstMatrixView<T>, ConstMatrixView<T>, \
                                  MatrixView<T>);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)
#undef DLFS_INSTANTIATE

}  // namespace dlfs
