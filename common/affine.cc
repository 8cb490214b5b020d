#include "common/affine.h"

#include "common/check.h"
#include "common/isa.h"
#include "common/matrix_product.h"
#include "common/pointwise_kernel.h"

namespace dlfs {

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
  DLFS_DISPATCH(ColumnSums(dy.rows(), dy.stride(), dy.data(), b_.gradient.data()));
  if (dx_.rows() == 0) return {};
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  MultiplyTransposedB<T>(dy, W_.value, dx);
  return dx;
}

template class Affine<float>;
template class Affine<double>;

}  // namespace dlfs
