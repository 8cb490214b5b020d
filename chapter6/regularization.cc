#include "chapter6/regularization.h"

#include <array>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "chapter6/regularization_steps.h"
#include "common/check.h"
#include "common/isa.h"
#include "common/names.h"

namespace dlfs {
namespace {

// In the order of the kinds.
constexpr std::array<absl::string_view, 3> kPenaltyNames = {"none", "l1", "l2"};
constexpr std::array<absl::string_view, 3> kDropoutNames = {"none", "standard", "inverted"};

}  // namespace

absl::StatusOr<Penalty> PenaltyFromName(absl::string_view name) {
  if (name == "none") return Penalty{};
  for (Penalty::Kind kind : {Penalty::Kind::kL1, Penalty::Kind::kL2}) {
    absl::string_view number = name;
    double lambda;
    if (absl::ConsumePrefix(&number, absl::StrCat(PenaltyName(kind), "=")) &&
        absl::SimpleAtod(number, &lambda) && std::isfinite(lambda) && lambda >= 0) {
      return Penalty{kind, lambda};
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("expected a penalty, one of none, l1=LAMBDA, l2=LAMBDA (LAMBDA: a number of at "
                   "least 0); found '",
                   name, "'"));
}

absl::string_view PenaltyName(Penalty::Kind kind) {
  return kPenaltyNames[static_cast<size_t>(kind)];
}

absl::StatusOr<DropoutChoice::Kind> DropoutKindFromName(absl::string_view name) {
  const auto index = FindName("a dropout", name, kDropoutNames);
  if (!index.ok()) return index.status();
  return static_cast<DropoutChoice::Kind>(*index);
}

absl::string_view DropoutName(DropoutChoice::Kind kind) {
  return kDropoutNames[static_cast<size_t>(kind)];
}

// The loops are in regularization_steps.cc, which is compiled once per instruction set.

template <typename T>
double PenaltyLoss(const Penalty& penalty, const ParameterArena<T>& arena) {
  if (penalty.kind == Penalty::Kind::kNone) return 0;
  double squares = 0, magnitudes = 0;
  for (const Parameter<T>& parameter : arena.parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    const ConstMatrixView<T> W = parameter.value;
    for (size_t i = 0; i < W.rows(); ++i) {
      if (penalty.kind == Penalty::Kind::kL2) {
        squares += DLFS_DISPATCH(SumOfSquares(W.cols(), W.row(i).data()));
      } else {
        magnitudes += DLFS_DISPATCH(SumOfMagnitudes(W.cols(), W.row(i).data()));
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
    switch (penalty.kind) {
      case Penalty::Kind::kNone:
        break;
      case Penalty::Kind::kL1:
        DLFS_DISPATCH(AddL1Gradient(n, penalty.lambda, W, dW));
        break;
      case Penalty::Kind::kL2:
        DLFS_DISPATCH(AddL2Gradient(n, penalty.lambda, W, dW));
        break;
    }
  }
}

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
    DLFS_DISPATCH(MultiplyElements(n, x.data(), mask_.view().data(), y.data()));
    return y;
  }
  if (choice_.kind == DropoutChoice::Kind::kInverted) return x;
  DLFS_DISPATCH(Scale(n, 1 - choice_.ratio, x.data(), y.data()));
  return y;
}

template <typename T>
ConstMatrixView<T> Dropout<T>::Backward(ConstMatrixView<T> dy) {
  const MatrixView<T> dx = dx_.view().Rows(0, dy.rows());
  DLFS_CHECK(dy.rows() > 0 && dy.rows() == training_rows_);
  DLFS_CHECK(SameShape(dy, dx) && dy.stride() == dx.stride());
  DLFS_DISPATCH(MultiplyElements(dy.flat().size(), dy.data(), mask_.view().data(), dx.data()));
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
template class Dropout<float>;
template class Dropout<double>;

}  // namespace dlfs
