#include "common/layers/activations.h"

#include <algorithm>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"
#include "common/matrix/simd.h"

namespace dlfs {

template <typename T>
ConstMatrixView<T> Activation<T>::Forward(ConstMatrixView<T> x, Mode) {
  const MatrixView<T> y = y_.view().Rows(0, x.rows());
  DLFS_CHECK(SameShape(x, y) && x.stride() == y.stride());
  Apply(x.flat().size(), x.data(), y.data());
  return y;
}

template <typename T>
ConstMatrixView<T> Activation<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  ApplyGradient(dy.flat().size(), y_.view().data(), dy.data(), dx.data());
  return dx;
}

// NaN stays NaN.
template <typename T>
void Relu<T>::Apply(size_t n, const T* x, T* y) const {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) y[i] = x[i] <= 0 ? 0 : x[i];
  });
}

template <typename T>
void Relu<T>::ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) dx[i] = y[i] <= 0 ? 0 : dy[i];
  });
}

template <typename T>
void Sigmoid<T>::Apply(size_t n, const T* x, T* y) const {
  constexpr size_t kAtATime = 256;
  double exp[kAtATime];  // e^-x
  for (size_t begin = 0; begin < n; begin += kAtATime) {
    const size_t count = std::min(kAtATime, n - begin);
    for (size_t i = 0; i < count; ++i) exp[i] = -double{x[begin + i]};
    elementary::Exp({exp, count}, {exp, count});
    Vectorized([count, e = &exp[0], y_begin = y + begin] {
      for (size_t i = 0; i < count; ++i) y_begin[i] = static_cast<T>(1 / (1 + e[i]));
    });
  }
}

template <typename T>
void Sigmoid<T>::ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) dx[i] = dy[i] * (1 - y[i]) * y[i];
  });
}

template <typename T>
void Tanh<T>::Apply(size_t n, const T* x, T* y) const {
  for (size_t i = 0; i < n; ++i) y[i] = static_cast<T>(elementary::Tanh(double{x[i]}));
}

template <typename T>
void Tanh<T>::ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) dx[i] = dy[i] * (1 - y[i] * y[i]);
  });
}

template <typename T>
std::unique_ptr<Layer<T>> MakeActivation(ActivationKind kind, size_t max_batch, size_t units) {
  switch (kind) {
    case ActivationKind::kRelu:
      return std::make_unique<Relu<T>>(max_batch, units);
    case ActivationKind::kSigmoid:
      return std::make_unique<Sigmoid<T>>(max_batch, units);
    case ActivationKind::kTanh:
      return std::make_unique<Tanh<T>>(max_batch, units);
  }
  return nullptr;
}

template class Activation<float>;
template class Activation<double>;
template class Relu<float>;
template class Relu<double>;
template class Sigmoid<float>;
template class Sigmoid<double>;
template class Tanh<float>;
template class Tanh<double>;
template std::unique_ptr<Layer<float>> MakeActivation(ActivationKind, size_t, size_t);
template std::unique_ptr<Layer<double>> MakeActivation(ActivationKind, size_t, size_t);

}  // namespace dlfs
