#include "common/matrix/matrix_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "common/matrix/matrix_product.h"

namespace dlfs {

// A has the rank of AᵀA, whose Cholesky decomposition with pivoting subtracts the part of the column
// chosen last from all others: the diagonal holds the squared lengths of what is left of each. In
// double this resolves lengths down to 1e-8, much finer than a float's rounding.
size_t MatrixRank(ConstMatrixView<float> a) {
  Matrix<double> a_double(a.rows(), a.cols());
  for (size_t i = 0; i < a.rows(); ++i) {
    const std::span<const float> a_i = a.row(i);
    if (!std::all_of(a_i.begin(), a_i.end(), [](float x) { return std::isfinite(x); })) return 0;
    std::copy(a_i.begin(), a_i.end(), a_double.view().row(i).begin());
  }
  Matrix<double> g(a.cols(), a.cols());
  MultiplyTransposedA<double>(a_double, a_double, g);

  const double relative = static_cast<double>(std::max(a.rows(), a.cols())) *
                          double{std::numeric_limits<float>::epsilon()};
  double negligible = 0;
  for (size_t rank = 0; rank < a.cols(); ++rank) {
    size_t pivot = 0;
    for (size_t j = 1; j < a.cols(); ++j) {
      if (g(j, j) > g(pivot, pivot)) pivot = j;
    }
    const double length2 = g(pivot, pivot);
    if (rank == 0) negligible = relative * relative * length2;
    if (!(length2 > negligible)) return rank;
    for (size_t i = 0; i < a.cols(); ++i) {
      if (i == pivot) continue;
      const double factor = g(i, pivot) / length2;
      for (size_t j = 0; j < a.cols(); ++j) g(i, j) -= factor * g(pivot, j);
    }
    for (size_t j = 0; j < a.cols(); ++j) g(pivot, j) = g(j, pivot) = 0;
  }
  return a.cols();
}

}  // namespace dlfs
