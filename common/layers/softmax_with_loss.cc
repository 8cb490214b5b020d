#include "common/layers/softmax_with_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"

namespace dlfs {

template <typename T>
double SoftmaxWithLoss<T>::Forward(ConstMatrixView<T> a, std::span<const uint8_t> labels) {
  DLFS_CHECK(a.rows() == labels.size() && a.rows() <= y_.rows() && a.cols() == y_.cols());
  labels_ = labels;
  const MatrixView<double> exp = exp_.view().Rows(0, a.rows());
  for (size_t i = 0; i < a.rows(); ++i) {
    const std::span<const T> a_i = a.row(i);
    const double max = *std::max_element(a_i.begin(), a_i.end());
    for (size_t j = 0; j < a_i.size(); ++j) {
      exp(i, j) = std::isinf(a_i[j]) ? std::numeric_limits<double>::quiet_NaN() : a_i[j] - max;
    }
  }
  elementary::Exp(exp.flat(), exp.flat());
  double loss = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    const std::span<const double> exp_i = exp.row(i);
    const std::span<T> y_i = y_.view().row(i);
    const double sum = std::accumulate(exp_i.begin(), exp_i.end(), 0.0);
    for (size_t j = 0; j < y_i.size(); ++j) y_i[j] = static_cast<T>(static_cast<T>(exp_i[j]) / sum);
    DLFS_CHECK(labels[i] < y_i.size());
    loss -= elementary::Log(y_i[labels[i]] + 1e-7);
  }
  return loss / static_cast<double>(a.rows());
}

template <typename T>
ConstMatrixView<T> SoftmaxWithLoss<T>::Backward() {
  const size_t n = labels_.size();
  const MatrixView<T> da = da_.view().Rows(0, n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < da.cols(); ++j) {
      const T t = j == labels_[i] ? 1 : 0;
      da(i, j) = (y_(i, j) - t) / static_cast<T>(n);
    }
  }
  return da;
}

template class SoftmaxWithLoss<float>;
template class SoftmaxWithLoss<double>;

}  // namespace dlfs
