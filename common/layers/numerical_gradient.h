#ifndef COMMON_LAYERS_NUMERICAL_GRADIENT_H_
#define COMMON_LAYERS_NUMERICAL_GRADIENT_H_

#include <concepts>

#include "common/matrix/check.h"
#include "common/matrix/matrix.h"

namespace dlfs {

// The gradient of f with respect to the elements of x by central differences (book: 4.3.1, 4.4):
//   df/dx_ij ≈ (f(x_ij + h) − f(x_ij − h)) / 2h
// f: a function of no argument that reads x; called twice for each element. x is as before
// afterwards. x, gradient: [rows, cols]
template <std::invocable F>
void NumericalGradient(F&& f, MatrixView<double> x, MatrixView<double> gradient, double h = 1e-4) {
  DLFS_CHECK(SameShape(x, gradient));
  for (size_t i = 0; i < x.rows(); ++i) {
    for (size_t j = 0; j < x.cols(); ++j) {
      const double x_ij = x(i, j);
      x(i, j) = x_ij + h;
      const double above = f();
      x(i, j) = x_ij - h;
      const double below = f();
      x(i, j) = x_ij;
      gradient(i, j) = (above - below) / (2 * h);
    }
  }
}

}  // namespace dlfs

#endif  // COMMON_LAYERS_NUMERICAL_GRADIENT_H_
