#ifndef TESTS_CHAPTER6_GOLDEN_NETWORK_H_
#define TESTS_CHAPTER6_GOLDEN_NETWORK_H_

#include <cmath>
#include <string>

#include "common/parameter_arena.h"
#include "tests/golden/golden.h"

namespace dlfs::golden {

// Gives a network the parameters that the golden numbers were computed with
// (tests/golden/README.md):
//   W_l = mat(40 + l, n_in, n_out, √(2 / n_in)), b_l = mat(60 + l, 1, n_out, bias_scale)
template <typename T>
void FillParameters(ParameterArena<T>& arena, double bias_scale) {
  for (const Parameter<T>& parameter : arena.parameters()) {
    const int l = std::stoi(parameter.name.substr(1));
    const MatrixView<T> value = parameter.value;
    if (parameter.kind == ParameterKind::kWeight) {
      Fill(40 + l, value, std::sqrt(2.0 / static_cast<double>(value.rows())));
    } else {
      Fill(60 + l, value, bias_scale);
    }
  }
}

}  // namespace dlfs::golden

#endif  // TESTS_CHAPTER6_GOLDEN_NETWORK_H_
