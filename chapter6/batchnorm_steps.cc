#include "chapter6/batchnorm_steps.h"

// Compiled once per instruction set (common/isa.bzl), which the compiler vectorises for, along the
// rows; so nothing that holds inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

constexpr double kEpsilon = 1e-6;

float Sqrt(float x) { return __builtin_sqrtf(x); }
double Sqrt(double x) { return __builtin_sqrt(x); }

// 0, or NaN where x has overflowed: what is divided by an infinite root is 0, as if all were well.
template <typename T>
T NanIfInfinite(T x) {
  return x - x;
}

}  // namespace

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

template <typename T>
void MoveAverage(size_t stride, double momentum, const T* __restrict value, T* __restrict average) {
  const T keep = static_cast<T>(momentum), take = static_cast<T>(1 - momentum);
  for (size_t j = 0; j < stride; ++j) average[j] = keep * average[j] + take * value[j];
}

template <typename T>
void Normalize(size_t N, size_t stride, const T* __restrict x, const T* __restrict mu,
               const T* __restrict var, T* __restrict std, T* __restrict x_hat) {
  for (size_t j = 0; j < stride; ++j) {
    std[j] = Sqrt(var[j] + static_cast<T>(kEpsilon)) + NanIfInfinite(var[j]);
  }
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      x_hat[i * stride + j] = (x[i * stride + j] - mu[j]) / std[j];
    }
  }
}

template <typename T>
void ScaleAndShift(size_t N, size_t stride, const T* __restrict x_hat, const T* __restrict gamma,
                   const T* __restrict beta, T* __restrict y) {
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < stride; ++j) {
      y[i * stride + j] = gamma[j] * x_hat[i * stride + j] + beta[j];
    }
  }
}

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

#define DLFS_INSTANTIATE(T)                                                                       \
  template void MeanAndVariance(size_t, size_t, const T*, T*, T*);                                \
  template void MoveAverage(size_t, double, const T*, T*);                                        \
  template void Normalize(size_t, size_t, const T*, const T*, const T*, T*, T*);                  \
  template void ScaleAndShift(size_t, size_t, const T*, const T*, const T*, T*);                  \
  template void BatchNormGradient(size_t, size_t, const T*, const T*, const T*, const T*, T*, T*, \
                                  T*, T*, T*);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)
#undef DLFS_INSTANTIATE

}  // namespace DLFS_ISA
}  // namespace dlfs
