#ifndef TESTS_COMMON_GRADIENT_CHECK_H_
#define TESTS_COMMON_GRADIENT_CHECK_H_

#include <algorithm>
#include <cmath>
#include <concepts>

#include "common/layers/numerical_gradient.h"
#include "common/matrix/matrix.h"
#include "gtest/gtest.h"

namespace dlfs {

// Σ_ij a_ij b_ij: a loss of a layer's output a whose gradient is dL/da = b.
inline double Dot(ConstMatrixView<double> a, ConstMatrixView<double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.cols(); ++j) sum += a(i, j) * b(i, j);
  }
  return sum;
}

// Expects each element of `gradient` to be that of f with respect to x: to 1e-6 of itself, but for
// the rounding errors of the differences (1e-8 of the largest element, which must not be 0).
// f: a function of no argument that reads x. x, gradient: [rows, cols]
template <std::invocable F>
void ExpectGradient(F&& f, MatrixView<double> x, ConstMatrixView<double> gradient) {
  Matrix<double> expected(x.rows(), x.cols());
  NumericalGradient(f, x, expected, 1e-5);
  ASSERT_TRUE(SameShape(gradient, x));
  double largest = 0;
  for (double element : expected.view().flat()) largest = std::max(largest, std::fabs(element));
  EXPECT_GT(largest, 1e-3);
  for (size_t i = 0; i < x.rows(); ++i) {
    for (size_t j = 0; j < x.cols(); ++j) {
      EXPECT_NEAR(gradient(i, j), expected(i, j), 1e-6 * std::fabs(expected(i, j)) + 1e-8 * largest)
          << i << ", " << j;
    }
  }
}

}  // namespace dlfs

#endif  // TESTS_COMMON_GRADIENT_CHECK_H_
