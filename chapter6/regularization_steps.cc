#include "chapter6/regularization_steps.h"

// Compiled once per instruction set (common/isa.bzl), which the compiler vectorises for; so nothing
// that holds inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

// Σ f(W_i), as eight sums of every eighth element, so that they fit into vectors and every
// instruction set adds in the same order.
template <typename T, typename F>
double Sum(size_t n, const T* W, F f) {
  constexpr size_t kLanes = 8;
  double sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += f(W[i + lane]);
  }
  for (size_t lane = 0; i + lane < n; ++lane) sums[lane] += f(W[i + lane]);
  double sum = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  return sum;
}

}  // namespace

template <typename T>
double SumOfSquares(size_t n, const T* W) {
  return Sum(n, W, [](double w) { return w * w; });
}

template <typename T>
double SumOfMagnitudes(size_t n, const T* W) {
  return Sum(n, W, [](double w) { return w < 0 ? -w : w; });
}

template <typename T>
void AddL2Gradient(size_t n, double lambda, const T* __restrict W, T* __restrict dW) {
  const T lambda_T = static_cast<T>(lambda);
  for (size_t i = 0; i < n; ++i) dW[i] += lambda_T * W[i];
}

template <typename T>
void AddL1Gradient(size_t n, double lambda, const T* __restrict W, T* __restrict dW) {
  const T lambda_T = static_cast<T>(lambda);
  for (size_t i = 0; i < n; ++i) dW[i] += W[i] > 0 ? lambda_T : W[i] < 0 ? -lambda_T : T(0);
}

template <typename T>
void MultiplyElements(size_t n, const T* __restrict x, const T* __restrict mask, T* __restrict y) {
  for (size_t i = 0; i < n; ++i) y[i] = x[i] * mask[i];
}

template <typename T>
void Scale(size_t n, double scale, const T* __restrict x, T* __restrict y) {
  const T scale_T = static_cast<T>(scale);
  for (size_t i = 0; i < n; ++i) y[i] = scale_T * x[i];
}

#define DLFS_INSTANTIATE(T)                                       \
  template double SumOfSquares(size_t, const T*);                 \
  template double SumOfMagnitudes(size_t, const T*);              \
  template void AddL2Gradient(size_t, double, const T*, T*);      \
  template void AddL1Gradient(size_t, double, const T*, T*);      \
  template void MultiplyElements(size_t, const T*, const T*, T*); \
  template void Scale(size_t, double, const T*, T*);
DLFS_INSTANTIATE(float)
DLFS_INSTANTIATE(double)
#undef DLFS_INSTANTIATE

}  // namespace DLFS_ISA
}  // namespace dlfs
