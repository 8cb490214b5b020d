#include "chapter6/initialization.h"

#include <cmath>

namespace dlfs {

template <typename T>
void InitializeHe(ParameterArena<T>& arena, Random& random) {
  for (const Parameter<T>& parameter : arena.parameters()) {
    const MatrixView<T> W = parameter.value;
    const double std = std::sqrt(2.0 / static_cast<double>(W.rows()));
    for (size_t i = 0; i < W.rows(); ++i) {
      for (T& w : W.row(i)) {
        w = parameter.kind == ParameterKind::kWeight ? static_cast<T>(std * random.Normal()) : T(0);
      }
    }
  }
}

template void InitializeHe(ParameterArena<float>& arena, Random& random);
template void InitializeHe(ParameterArena<double>& arena, Random& random);

}  // namespace dlfs
