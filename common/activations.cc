#include "common/activations.h"

#include <algorithm>
#include <array>

#include "common/check.h"
#include "common/elementary.h"
#include "common/isa.h"
#include "common/names.h"
#include "common/pointwise_kernel.h"

namespace dlfs {

template <typename T>
ConstMatrixView<T> Activation<T>::Forward(ConstMatrixView<T> x, Mode) {
  const MatrixView<T> y = y_.view().Rows(0, x.rows());
  DLFS_CHECK(SameShape(x, y) && x.stride() == y.stride());
  Apply(x.flat(), y.flat());
  return y;
}

template <typename T>
ConstMatrixView<T> Activation<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  ApplyGradient(y_.view().Rows(0, dy.rows()).flat(), dy.flat(), dx.flat());
  return dx;
}

template <typename T>
void Relu<T>::Apply(std::span<const T> x, std::span<T> y) const {
  DLFS_DISPATCH(Relu(x.size(), x.data(), y.data()));
}

template <typename T>
void Relu<T>::ApplyGradient(std::span<const T> y, std::span<const T> dy, std::span<T> dx) const {
  DLFS_DISPATCH(ReluGradient(y.size(), y.data(), dy.data(), dx.data()));
}

template <typename T>
void Sigmoid<T>::Apply(std::span<const T> x, std::span<T> y) const {
  std::array<double, 256> exp;  // e^-x of as many elements as are computed at a time
  for (size_t begin = 0; begin < x.size(); begin += exp.size()) {
    const size_t n = std::min(exp.size(), x.size() - begin);
    for (size_t i = 0; i < n; ++i) exp[i] = -double{x[begin + i]};
    elementary::Exp({exp.data(), n}, {exp.data(), n});
    for (size_t i = 0; i < n; ++i) y[begin + i] = static_cast<T>(1 / (1 + exp[i]));
  }
}

template <typename T>
void Sigmoid<T>::ApplyGradient(std::span<const T> y, std::span<const T> dy, std::span<T> dx) const {
  for (size_t i = 0; i < y.size(); ++i) dx[i] = dy[i] * (1 - y[i]) * y[i];
}

template <typename T>
void Tanh<T>::Apply(std::span<const T> x, std::span<T> y) const {
  for (size_t i = 0; i < x.size(); ++i) y[i] = static_cast<T>(elementary::Tanh(double{x[i]}));
}

template <typename T>
void Tanh<T>::ApplyGradient(std::span<const T> y, std::span<const T> dy, std::span<T> dx) const {
  for (size_t i = 0; i < y.size(); ++i) dx[i] = dy[i] * (1 - y[i] * y[i]);
}

// In the order of the kinds.
constexpr std::array<absl::string_view, 3> kNames = {"relu", "sigmoid", "tanh"};

absl::StatusOr<ActivationKind> ActivationFromName(absl::string_view name) {
  const auto index = FindName("an activation function", name, kNames);
  if (!index.ok()) return index.status();
  return static_cast<ActivationKind>(*index);
}

absl::string_view ActivationName(ActivationKind kind) { return kNames[static_cast<size_t>(kind)]; }

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
