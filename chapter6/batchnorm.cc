#include "chapter6/batchnorm.h"

#include "chapter6/batchnorm_steps.h"
#include "common/check.h"
#include "common/isa.h"

namespace dlfs {

template <typename T>
BatchNorm<T>::BatchNorm(const Parameter<T>& gamma, const Parameter<T>& beta, size_t max_batch,
                        double momentum)
    : gamma_(gamma),
      beta_(beta),
      momentum_(momentum),
      x_hat_(max_batch, gamma.value.cols()),
      y_(max_batch, gamma.value.cols()),
      dx_(max_batch, gamma.value.cols()),
      mu_(1, gamma.value.cols()),
      var_(1, gamma.value.cols()),
      std_(1, gamma.value.cols()),
      dvar_(1, gamma.value.cols()),
      dmu_(1, gamma.value.cols()),
      running_mean_(1, gamma.value.cols()),
      running_var_(1, gamma.value.cols()) {
  DLFS_CHECK(gamma.value.rows() == 1 && SameShape(gamma.value, beta.value));
}

// The loops are in batchnorm_steps.cc, which is compiled once per instruction set.

template <typename T>
ConstMatrixView<T> BatchNorm<T>::Forward(ConstMatrixView<T> x, Mode mode) {
  const MatrixView<T> y = y_.view().Rows(0, x.rows());
  DLFS_CHECK(SameShape(x, y) && x.stride() == y.stride());
  const size_t N = x.rows(), stride = x.stride();
  T* const mu = mu_.view().data();
  T* const var = var_.view().data();
  T* const std = std_.view().data();
  T* const x_hat = x_hat_.view().data();
  T* const running_mean = running_mean_.view().data();
  T* const running_var = running_var_.view().data();
  const T* const gamma = gamma_.value.data();
  const T* const beta = beta_.value.data();

  training_rows_ = mode == Mode::kTraining ? x.rows() : 0;
  if (mode == Mode::kTraining) {
    DLFS_DISPATCH(MeanAndVariance(N, stride, x.data(), mu, var));
    DLFS_DISPATCH(MoveAverage(stride, momentum_, mu, running_mean));
    DLFS_DISPATCH(MoveAverage(stride, momentum_, var, running_var));
    DLFS_DISPATCH(Normalize(N, stride, x.data(), mu, var, std, x_hat));
  } else {
    DLFS_DISPATCH(Normalize(N, stride, x.data(), running_mean, running_var, std, x_hat));
  }
  DLFS_DISPATCH(ScaleAndShift(N, stride, x_hat, gamma, beta, y.data()));
  return y;
}

template <typename T>
ConstMatrixView<T> BatchNorm<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(dy.rows() > 0 && dy.rows() == training_rows_);
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  DLFS_DISPATCH(BatchNormGradient(dy.rows(), dy.stride(), x_hat_.view().data(), std_.view().data(),
                                  gamma_.value.data(), dy.data(), gamma_.gradient.data(),
                                  beta_.gradient.data(), dvar_.view().data(), dmu_.view().data(),
                                  dx.data()));
  return dx;
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace dlfs
