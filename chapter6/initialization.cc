#include "chapter6/initialization.h"

#include <cmath>

namespace dlfs {

using Kind = WeightInit::Kind;

double WeightStd(const WeightInit& init, size_t n_in, size_t n_out) {
  switch (init.kind) {
    case Kind::kConstant:
      return 0;
    case Kind::kNormal:
      return init.value;
    case Kind::kXavier:
      return std::sqrt(1.0 / static_cast<double>(n_in));
    case Kind::kGlorot:
      return std::sqrt(2.0 / static_cast<double>(n_in + n_out));
    case Kind::kHe:
      return std::sqrt(2.0 / static_cast<double>(n_in));
  }
  return 0;
}

template <typename T>
void InitializeWeights(const WeightInit& init, Random random, ParameterArena<T>& arena) {
  const auto fill = [](MatrixView<T> W, auto value) {
    for (size_t i = 0; i < W.rows(); ++i) {
      for (T& w : W.row(i)) w = static_cast<T>(value());
    }
  };
  for (const Parameter<T>& parameter : arena.parameters()) {
    const MatrixView<T> W = parameter.value;
    const double std = WeightStd(init, W.rows(), W.cols());
    switch (parameter.kind) {
      case ParameterKind::kWeight:
        if (init.kind == Kind::kConstant) {
          fill(W, [&] { return init.value; });
        } else {
          fill(W, [&] { return std * random.Normal(); });
        }
        break;
      case ParameterKind::kScale:
        fill(W, [] { return 1; });
        break;
      case ParameterKind::kBias:
      case ParameterKind::kShift:
        fill(W, [] { return 0; });
        break;
    }
  }
}

template void InitializeWeights(const WeightInit&, Random, ParameterArena<float>&);
template void InitializeWeights(const WeightInit&, Random, ParameterArena<double>&);

}  // namespace dlfs
