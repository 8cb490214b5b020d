#ifndef TESTS_CHAPTER6_GOLDEN_NETWORK_H_
#define TESTS_CHAPTER6_GOLDEN_NETWORK_H_

#include <cmath>

#include "common/layers/parameter_arena.h"
#include "tests/golden/golden.h"

namespace dlfs::golden {

// Gives a network the parameters that the golden numbers were computed with
// (tests/golden/README.md):
//   W_l = mat(40 + l, n_in, n_out, √(2 / n_in)), b_l = mat(60 + l, 1, n_out, bias_scale)
//   gamma_l = 1 + mat(70 + l, 1, n_out, 0.1), beta_l = mat(80 + l, 1, n_out, 0.1)
template <typename T>
void FillParameters(ParameterArena<T>& arena, double bias_scale) {
  for (const Parameter<T>& parameter : arena.parameters()) {
    const int l = parameter.name.back() - '0';
    const MatrixView<T> value = parameter.value;
    switch (parameter.kind) {
      case ParameterKind::kWeight:
        Fill(40 + l, value, std::sqrt(2.0 / static_cast<double>(value.rows())));
        break;
      case ParameterKind::kBias:
        Fill(60 + l, value, bias_scale);
        break;
      case ParameterKind::kScale:
        for (size_t j = 0; j < value.cols(); ++j) {
          value(0, j) = static_cast<T>(1 + Element(70 + l, 0, j, 0.1));
        }
        break;
      case ParameterKind::kShift:
        Fill(80 + l, value, 0.1);
        break;
    }
  }
}

}  // namespace dlfs::golden

#endif  // TESTS_CHAPTER6_GOLDEN_NETWORK_H_
