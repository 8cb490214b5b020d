#ifndef COMMON_LAYERS_ACTIVATIONS_H_
#define COMMON_LAYERS_ACTIVATIONS_H_

#include <array>
#include <cstddef>
#include <memory>

#include "common/layers/layer.h"
#include "common/matrix/matrix.h"

// The activation functions, element by element. Each derivative needs only the output y.
namespace dlfs {

// What the three have in common: y and dx, and that Backward follows Forward.
template <typename T>
class Activation : public Layer<T> {
 public:
  Activation(size_t max_batch, size_t units) : y_(max_batch, units), dx_(max_batch, units) {}

  ConstMatrixView<T> Forward(ConstMatrixView<T> x, Mode mode) final;
  ConstMatrixView<T> Backward(ConstMatrixView<T> dy) final;

 private:
  // y = h(x). x, y: [n]
  virtual void Apply(size_t n, const T* x, T* y) const = 0;
  // dx = dy h'(x), where y = h(x). y, dy, dx: [n]
  virtual void ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const = 0;

  Matrix<T> y_;   // [max_batch, units]
  Matrix<T> dx_;  // [max_batch, units]
};

// y = max(x, 0);  dx = dy where x > 0, else 0. So the derivative at 0 is 0, as in the book's layer
// (5.5.1).
template <typename T>
class Relu final : public Activation<T> {
 public:
  using Activation<T>::Activation;

 private:
  void Apply(size_t n, const T* x, T* y) const override;
  void ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const override;
};

// y = 1 / (1 + e^-x);  dx = dy y (1 − y)                                            (book: 5.5.2)
template <typename T>
class Sigmoid final : public Activation<T> {
 public:
  using Activation<T>::Activation;

 private:
  void Apply(size_t n, const T* x, T* y) const override;
  void ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const override;
};

// y = tanh x;  dx = dy (1 − y²)
template <typename T>
class Tanh final : public Activation<T> {
 public:
  using Activation<T>::Activation;

 private:
  void Apply(size_t n, const T* x, T* y) const override;
  void ApplyGradient(size_t n, const T* y, const T* dy, T* dx) const override;
};

enum class ActivationKind { kRelu, kSigmoid, kTanh };

// In the order of the kinds.
inline constexpr std::array<const char*, 3> kActivationNames = {"relu", "sigmoid", "tanh"};
inline const char* ActivationName(ActivationKind kind) {
  return kActivationNames[static_cast<size_t>(kind)];
}

template <typename T>
std::unique_ptr<Layer<T>> MakeActivation(ActivationKind kind, size_t max_batch, size_t units);

}  // namespace dlfs

#endif  // COMMON_LAYERS_ACTIVATIONS_H_
