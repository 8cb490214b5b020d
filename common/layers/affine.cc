#include "common/layers/affine.h"

#include "common/matrix/check.h"
#include "common/matrix/matrix_product.h"
#include "common/matrix/simd.h"

namespace dlfs {
namespace {

// sums_j = Σ_i x_ij, i ascending. x: [rows, stride], sums: [stride]
template <typename T>
void ColumnSums(size_t rows, size_t stride, const T* x, T* sums) {
  Vectorized([=] {
    for (size_t j = 0; j < stride; ++j) sums[j] = 0;
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < stride; ++j) sums[j] += x[i * stride + j];
    }
  });
}

}  // namespace

template <typename T>
Affine<T>::Affine(const Parameter<T>& W, const Parameter<T>& b, size_t max_batch,
                  InputGradient input_gradient)
    : W_(W), b_(b), y_(max_batch, W.value.cols()) {
  DLFS_CHECK(b.value.rows() == 1 && b.value.cols() == W.value.cols());
  if (input_gradient == InputGradient::kNeeded) dx_ = Matrix<T>(max_batch, W.value.rows());
}

template <typename T>
ConstMatrixView<T> Affine<T>::Forward(ConstMatrixView<T> x, Mode) {
  x_ = x;
  const MatrixView<T> y = y_.view().Rows(0, x.rows());
  MultiplyAddRow<T>(x, W_.value, b_.value, y);
  return y;
}

template <typename T>
ConstMatrixView<T> Affine<T>::Backward(ConstMatrixView<T> dy) {
  DLFS_CHECK(dy.stride() == b_.gradient.stride());
  MultiplyTransposedA<T>(x_, dy, W_.gradient);
  ColumnSums(dy.rows(), dy.stride(), dy.data(), b_.gradient.data());
  if (dx_.rows() == 0) return {};
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  MultiplyTransposedB<T>(dy, W_.value, dx);
  return dx;
}

template class Affine<float>;
template class Affine<double>;

}  // namespace dlfs
