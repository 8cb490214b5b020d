#include "chapter6/batchnorm.h"

#include <cmath>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"
#include "common/matrix/simd.h"

namespace dlfs {
namespace {

// The book's 10e-7.
constexpr double kEpsilon = 1e-6;

// The loops run along the rows, which is along memory, with a vector of columns at a time.

// mu = 1/N Σ x,  var = 1/N Σ (x − mu)².     x: [N, stride], mu, var: [stride]
template <typename T>
void MeanAndVariance(size_t N, size_t stride, const T* __restrict x, T* __restrict mu,
                     T* __restrict var) {
  for (size_t j = 0; j < stride; ++j) mu[j] = var[j] = 0;
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) mu[j] += x[i * stride + j];
  }
  for (size_t j = 0; j < stride; ++j) mu[j] /= static_cast<T>(N);
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      const T x_c = x[i * stride + j] - mu[j];
      var[j] += x_c * x_c;
    }
  }
  for (size_t j = 0; j < stride; ++j) var[j] /= static_cast<T>(N);
}

// average ← momentum average + (1 − momentum) value.     value, average: [stride]
template <typename T>
void MoveAverage(size_t stride, double momentum, const T* __restrict value, T* __restrict average) {
  const T keep = static_cast<T>(momentum), take = static_cast<T>(1 - momentum);
  for (size_t j = 0; j < stride; ++j) average[j] = keep * average[j] + take * value[j];
}

// std = √(var + ε),  x_hat = (x − mu) / std.     x, x_hat: [N, stride], mu, var, std: [stride]
template <typename T>
void Normalize(size_t N, size_t stride, const T* __restrict x, const T* __restrict mu,
               const T* __restrict var, T* __restrict std, T* __restrict x_hat) {
  for (size_t j = 0; j < stride; ++j) {
    std[j] = std::sqrt(var[j] + static_cast<T>(kEpsilon)) + elementary::NanIfInfinite(var[j]);
  }
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      x_hat[i * stride + j] = (x[i * stride + j] - mu[j]) / std[j];
    }
  }
}

// y = γ x_hat + β.     x_hat, y: [N, stride], gamma, beta: [stride]
template <typename T>
void ScaleAndShift(size_t N, size_t stride, const T* __restrict x_hat, const T* __restrict gamma,
                   const T* __restrict beta, T* __restrict y) {
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      y[i * stride + j] = gamma[j] * x_hat[i * stride + j] + beta[j];
    }
  }
}

// As batchnorm.h says.     x_hat, dy, dx: [N, stride], all others: [stride]
template <typename T>
void BatchNormGradient(size_t N, size_t stride, const T* __restrict x_hat, const T* __restrict std,
                       const T* __restrict gamma, const T* __restrict dy, T* __restrict dgamma,
                       T* __restrict dbeta, T* __restrict dvar, T* __restrict dmu,
                       T* __restrict dx) {
  for (size_t j = 0; j < stride; ++j) dgamma[j] = dbeta[j] = dmu[j] = 0;
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      dbeta[j] += dy[i * stride + j];
      dgamma[j] += x_hat[i * stride + j] * dy[i * stride + j];
    }
  }
  for (size_t j = 0; j < stride; ++j) {
    // −Σ dx_hat x_c / std², where dx_hat = γ dy and x_c = std x_hat
    const T dstd = -gamma[j] * dgamma[j] / std[j];
    dvar[j] = dstd / (2 * std[j]);
  }
  const T n = static_cast<T>(N);
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      const T dx_hat = gamma[j] * dy[i * stride + j];
      const T x_c = std[j] * x_hat[i * stride + j];
      const T dx_c = dx_hat / std[j] + 2 / n * x_c * dvar[j];
      dmu[j] -= dx_c;
      dx[i * stride + j] = dx_c;
    }
  }
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) dx[i * stride + j] += 1 / n * dmu[j];
  }
}

}  // namespace

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

template <typename T>
ConstMatrixView<T> BatchNorm<T>::Forward(ConstMatrixView<T> x_view, Mode mode) {
  const MatrixView<T> y_view = y_.view().Rows(0, x_view.rows());
  DLFS_CHECK(SameShape(x_view, y_view) && x_view.stride() == y_view.stride());
  const bool training = mode == Mode::kTraining;
  training_rows_ = training ? x_view.rows() : 0;
  const size_t N = x_view.rows(), stride = x_view.stride();
  const double momentum = momentum_;
  const T* const x = x_view.data();
  const T* const gamma = gamma_.value.data();
  const T* const beta = beta_.value.data();
  T* const mu = mu_.view().data();
  T* const var = var_.view().data();
  T* const std = std_.view().data();
  T* const x_hat = x_hat_.view().data();
  T* const running_mean = running_mean_.view().data();
  T* const running_var = running_var_.view().data();
  T* const y = y_view.data();
  Vectorized([=] {
    if (training) {
      MeanAndVariance(N, stride, x, mu, var);
      MoveAverage(stride, momentum, mu, running_mean);
      MoveAverage(stride, momentum, var, running_var);
      Normalize(N, stride, x, mu, var, std, x_hat);
    } else {
      Normalize<T>(N, stride, x, running_mean, running_var, std, x_hat);
    }
    ScaleAndShift(N, stride, x_hat, gamma, beta, y);
  });
  return y_view;
}

template <typename T>
ConstMatrixView<T> BatchNorm<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(dy.rows() > 0 && dy.rows() == training_rows_);
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  Vectorized([N = dy.rows(), stride = dy.stride(), x_hat = x_hat_.view().data(),
              std = std_.view().data(), gamma = gamma_.value.data(), dy = dy.data(),
              dgamma = gamma_.gradient.data(), dbeta = beta_.gradient.data(),
              dvar = dvar_.view().data(), dmu = dmu_.view().data(), dx = dx.data()] {
    BatchNormGradient<T>(N, stride, x_hat, std, gamma, dy, dgamma, dbeta, dvar, dmu, dx);
  });
  return dx;
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace dlfs
