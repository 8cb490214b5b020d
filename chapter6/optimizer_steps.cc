#include "chapter6/optimizer_steps.h"

// Compiled once per instruction set (common/isa.bzl), which the compiler vectorises for; so nothing
// that holds inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

constexpr double kEpsilon =
    1e-7;  // keeps a division by √0 from happening; outside the root, as in the book

float Sqrt(float x) { return __builtin_sqrtf(x); }
double Sqrt(double x) { return __builtin_sqrt(x); }

}  // namespace

template <typename T>
void Sgd(size_t n, T eta, const T* __restrict dW, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) W[i] -= eta * dW[i];
}

template <typename T>
void Momentum(size_t n, T eta, T alpha, const T* __restrict dW, T* __restrict v, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) {
    v[i] = alpha * v[i] - eta * dW[i];
    W[i] += v[i];
  }
}

template <typename T>
void Nesterov(size_t n, T eta, T alpha, const T* __restrict dW, T* __restrict v, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) {
    W[i] += alpha * alpha * v[i] - (1 + alpha) * eta * dW[i];
    v[i] = alpha * v[i] - eta * dW[i];
  }
}

template <typename T>
void AdaGrad(size_t n, T eta, const T* __restrict dW, T* __restrict h, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) {
    h[i] += dW[i] * dW[i];
    W[i] -= eta * dW[i] / (Sqrt(h[i]) + T(kEpsilon));
  }
}

template <typename T>
void RmsProp(size_t n, T eta, T rho, const T* __restrict dW, T* __restrict h, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) {
    h[i] = rho * h[i] + (1 - rho) * dW[i] * dW[i];
    W[i] -= eta * dW[i] / (Sqrt(h[i]) + T(kEpsilon));
  }
}

template <typename T>
void Adam(size_t n, T eta_t, T beta1, T beta2, const T* __restrict dW, T* __restrict m,
          T* __restrict v, T* __restrict W) {
  for (size_t i = 0; i < n; ++i) {
    m[i] += (1 - beta1) * (dW[i] - m[i]);
    v[i] += (1 - beta2) * (dW[i] * dW[i] - v[i]);
    W[i] -= eta_t * m[i] / (Sqrt(v[i]) + T(kEpsilon));
  }
}

#define DLFS_INSTANTIATE(T)                               \
  template void Sgd(size_t, T, const T*, T*);             \
  template void Momentum(size_t, T, T, const T*, T*, T*); \
  template void Nesterov(size_t, T, T, const T*, T*, T*); \
  template void AdaGrad(size_t, T, const T*, T*, T*);     \
  template void RmsProp(size_t, T, T, const T*, T*, T*);  \
  template void Adam(size_t, T, T, T, const T*, T*, T*, T*);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)

}  // namespace DLFS_ISA
}  // namespace dlfs
