#include "chapter6/regularization.h"

#include <array>

#include "common/matrix/check.h"
#include "common/matrix/simd.h"

namespace dlfs {

const char* PenaltyName(Penalty::Kind kind) {
  constexpr std::array kNames = {"none", "l1", "l2", "decoupled"};  // in the order of the kinds
  return kNames[static_cast<size_t>(kind)];
}

namespace {

// Σ f(W_i), as eight sums of every eighth element, so that they fit into vectors and every
// instruction set adds in the same order. W: [n]
template <typename T, typename F>
double Sum(size_t n, const T* W, F f) {
  return Vectorized([=] {
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
  });
}

}  // namespace

template <typename T>
double PenaltyLoss(const Penalty& penalty, const ParameterArena<T>& arena) {
  const bool l1 = penalty.kind == Penalty::Kind::kL1, l2 = penalty.kind == Penalty::Kind::kL2;
  if (!l1 && !l2) return 0;
  double squares = 0, magnitudes = 0;
  for (const Parameter<T>& parameter : arena.parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    const ConstMatrixView<T> W = parameter.value;
    for (size_t i = 0; i < W.rows(); ++i) {
      const T* const W_i = W.row(i).data();
      if (l2) {
        squares += Sum(W.cols(), W_i, [](double w) { return w * w; });
      } else {
        magnitudes += Sum(W.cols(), W_i, [](double w) { return w < 0 ? -w : w; });
      }
    }
  }
  return penalty.lambda * (0.5 * squares + magnitudes);
}

template <typename T>
void AddPenaltyGradient(const Penalty& penalty, ParameterArena<T>& arena) {
  for (const Parameter<T>& parameter : arena.parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    const T* const W = parameter.value.data();
    T* const dW = parameter.gradient.data();
    const size_t n = parameter.value.flat().size();
    const T lambda = static_cast<T>(penalty.lambda);
    switch (penalty.kind) {
      case Penalty::Kind::kNone:
      case Penalty::Kind::kDecoupled:
        break;
      case Penalty::Kind::kL1:
        Vectorized([=] {
          for (size_t i = 0; i < n; ++i) dW[i] += W[i] > 0 ? lambda : W[i] < 0 ? -lambda : T(0);
        });
        break;
      case Penalty::Kind::kL2:
        Vectorized([=] {
          for (size_t i = 0; i < n; ++i) dW[i] += lambda * W[i];
        });
        break;
    }
  }
}

template <typename T>
void DecayWeights(const Penalty& penalty, double eta, ParameterArena<T>& arena) {
  if (penalty.kind != Penalty::Kind::kDecoupled) return;
  const T eta_lambda = static_cast<T>(eta * penalty.lambda);
  for (const Parameter<T>& parameter : arena.parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    Vectorized([=, n = parameter.value.flat().size(), W = parameter.value.data()] {
      for (size_t i = 0; i < n; ++i) W[i] -= eta_lambda * W[i];
    });
  }
}

namespace {

// y = x mask.     x, mask, y: [n]
template <typename T>
void MultiplyElements(size_t n, const T* x, const T* mask, T* y) {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) y[i] = x[i] * mask[i];
  });
}

// y = scale x.     x, y: [n]
template <typename T>
void Scale(size_t n, T scale, const T* x, T* y) {
  Vectorized([=] {
    for (size_t i = 0; i < n; ++i) y[i] = scale * x[i];
  });
}

}  // namespace

template <typename T>
Dropout<T>::Dropout(const DropoutChoice& choice, size_t max_batch, size_t units,
                    const Random& random)
    : choice_(choice),
      random_(random),
      mask_(max_batch, units),
      y_(max_batch, units),
      dx_(max_batch, units) {
  DLFS_CHECK(choice.kind != DropoutChoice::Kind::kNone && choice.ratio >= 0 && choice.ratio < 1);
}

template <typename T>
ConstMatrixView<T> Dropout<T>::Forward(ConstMatrixView<T> x, Mode mode) {
  const MatrixView<T> y = y_.view().Rows(0, x.rows());
  DLFS_CHECK(SameShape(x, y) && x.stride() == y.stride());
  const size_t n = x.flat().size();
  training_rows_ = mode == Mode::kTraining ? x.rows() : 0;
  if (mode == Mode::kTraining) {
    DrawMask(x.rows());
    MultiplyElements<T>(n, x.data(), mask_.view().data(), y.data());
    return y;
  }
  if (choice_.kind == DropoutChoice::Kind::kInverted) return x;
  Scale(n, static_cast<T>(1 - choice_.ratio), x.data(), y.data());
  return y;
}

template <typename T>
ConstMatrixView<T> Dropout<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(dy.rows() > 0 && dy.rows() == training_rows_);
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  MultiplyElements<T>(dy.flat().size(), dy.data(), mask_.view().data(), dx.data());
  return dx;
}

// Keeps where a uniform number u, a multiple of 2^-32 in [0, 1), is at least `ratio`: exactly
// 1 − ratio of all u. (The book keeps where u > ratio: with a ratio of 0 it drops u = 0.)
template <typename T>
void Dropout<T>::DrawMask(size_t rows) {
  const T kept =
      static_cast<T>(choice_.kind == DropoutChoice::Kind::kInverted ? 1 / (1 - choice_.ratio) : 1);
  for (size_t i = 0; i < rows; ++i) {
    for (T& mask : mask_.view().row(i)) {
      const double u = random_.Bits32() * 0x1p-32;
      mask = u >= choice_.ratio ? kept : 0;
    }
  }
}

template double PenaltyLoss(const Penalty&, const ParameterArena<float>&);
template double PenaltyLoss(const Penalty&, const ParameterArena<double>&);
template void AddPenaltyGradient(const Penalty&, ParameterArena<float>&);
template void AddPenaltyGradient(const Penalty&, ParameterArena<double>&);
template void DecayWeights(const Penalty&, double, ParameterArena<float>&);
template void DecayWeights(const Penalty&, double, ParameterArena<double>&);
template class Dropout<float>;
template class Dropout<double>;

}  // namespace dlfs
