#include "chapter6/optimizer_steps.h"

// Compiled once per instruction set (common/isa.bzl), which the compiler vectorises for; so nothing
// that holds inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

// Keeps a division by √0 from happening; outside the root, as in the book.
constexpr double kEpsilon = 1e-7;

float Sqrt(float x) { return __builtin_sqrtf(x); }
double Sqrt(double x) { return __builtin_sqrt(x); }

// 0, or NaN where x has overflowed: what is divided by an infinite root is 0, as if all were well.
template <typename T>
T NanIfInfinite(T x) {
  return x - x;
}

}  // namespace

// Hyper-parameters come as doubles, so that 1 − ρ is not the difference of two rounded floats.

template <typename T>
void Sgd(size_t n, double eta, const T* __restrict dW, T* __restrict W) {
  const T eta_T = static_cast<T>(eta);
  for (size_t i = 0; i < n; ++i) W[i] -= eta_T * dW[i];
}

template <typename T>
void Momentum(size_t n, double eta, double alpha, const T* __restrict dW, T* __restrict v,
              T* __restrict W) {
  const T eta_T = static_cast<T>(eta), alpha_T = static_cast<T>(alpha);
  for (size_t i = 0; i < n; ++i) {
    v[i] = alpha_T * v[i] - eta_T * dW[i];
    W[i] += v[i];
  }
}

template <typename T>
void Nesterov(size_t n, double eta, double alpha, const T* __restrict dW, T* __restrict v,
              T* __restrict W) {
  const T eta_T = static_cast<T>(eta), alpha_T = static_cast<T>(alpha);
  const T alpha2 = static_cast<T>(alpha * alpha), eta2 = static_cast<T>((1 + alpha) * eta);
  for (size_t i = 0; i < n; ++i) {
    W[i] += alpha2 * v[i] - eta2 * dW[i];
    v[i] = alpha_T * v[i] - eta_T * dW[i];
  }
}

template <typename T>
void AdaGrad(size_t n, double eta, const T* __restrict dW, T* __restrict h, T* __restrict W) {
  const T eta_T = static_cast<T>(eta), epsilon = static_cast<T>(kEpsilon);
  for (size_t i = 0; i < n; ++i) {
    h[i] += dW[i] * dW[i];
    W[i] -= eta_T * dW[i] / (Sqrt(h[i]) + epsilon) + NanIfInfinite(h[i]);
  }
}

template <typename T>
void RmsProp(size_t n, double eta, double rho, const T* __restrict dW, T* __restrict h,
             T* __restrict W) {
  const T eta_T = static_cast<T>(eta), epsilon = static_cast<T>(kEpsilon);
  const T rho_T = static_cast<T>(rho), one_minus_rho = static_cast<T>(1 - rho);
  for (size_t i = 0; i < n; ++i) {
    h[i] = rho_T * h[i] + one_minus_rho * dW[i] * dW[i];
    W[i] -= eta_T * dW[i] / (Sqrt(h[i]) + epsilon) + NanIfInfinite(h[i]);
  }
}

template <typename T>
void Adam(size_t n, double eta_t, double beta1, double beta2, const T* __restrict dW,
          T* __restrict m, T* __restrict v, T* __restrict W) {
  const T eta_T = static_cast<T>(eta_t), epsilon = static_cast<T>(kEpsilon);
  const T one_minus_beta1 = static_cast<T>(1 - beta1), one_minus_beta2 = static_cast<T>(1 - beta2);
  for (size_t i = 0; i < n; ++i) {
    m[i] += one_minus_beta1 * (dW[i] - m[i]);
    v[i] += one_minus_beta2 * (dW[i] * dW[i] - v[i]);
    W[i] -= eta_T * m[i] / (Sqrt(v[i]) + epsilon) + NanIfInfinite(v[i]);
  }
}

#define DLFS_INSTANTIATE(T)                                         \
  template void Sgd(size_t, double, const T*, T*);                  \
  template void Momentum(size_t, double, double, const T*, T*, T*); \
  template void Nesterov(size_t, double, double, const T*, T*, T*); \
  template void AdaGrad(size_t, double, const T*, T*, T*);          \
  template void RmsProp(size_t, double, double, const T*, T*, T*);  \
  template void Adam(size_t, double, double, double, const T*, T*, T*, T*);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)
#undef DLFS_INSTANTIATE

}  // namespace DLFS_ISA
}  // namespace dlfs
