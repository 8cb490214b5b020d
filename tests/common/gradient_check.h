#ifndef TESTS_COMMON_GRADIENT_CHECK_H_
#define TESTS_COMMON_GRADIENT_CHECK_H_

#include <algorithm>
#include <cmath>

#include "common/matrix.h"
#include "common/numerical_gradient.h"
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

// Expects `gradient` to be that of f with respect to x, to 1e-6 of its largest element, which is
// not 0. f: a function of no argument that reads x. x, gradient: [rows, cols]
template <std::invocable F>
void ExpectGradient(F&& f, MatrixView<double> x, ConstMatrixView<double> gradient) {
  Matrix<double> expected(x.rows(), x.cols());
  NumericalGradient(f, x, expected);
  ASSERT_TRUE(SameShape(gradient, x));
  double largest = 0, error = 0;
  for (size_t i = 0; i < x.rows(); ++i) {
    for (size_t j = 0; j < x.cols(); ++j) {
      largest = std::max(largest, std::fabs(expected(i, j)));
      error = std::max(error, std::fabs(gradient(i, j) - expected(i, j)));
    }
  }
  EXPECT_GT(largest, 0.01);
  EXPECT_LT(error, 1e-6 * largest);
}

}  // namespace dlfs

#endif  // TESTS_COMMON_GRADIENT_CHECK_H_
