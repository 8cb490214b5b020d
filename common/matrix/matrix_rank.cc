#include "common/matrix/matrix_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "common/matrix/matrix_product.h"
#include "common/matrix/simd.h"

namespace dlfs {
namespace {

// So many rows of A at a time become double and a part of AᵀA.
constexpr size_t kBlock = 128;

// y -= factor x. x, y: [n]
void SubtractMultiple(size_t n, double factor, const double* x, double* y) {
  Vectorized([=] {
    for (size_t j = 0; j < n; ++j) y[j] -= factor * x[j];
  });
}

}  // namespace

// A has the rank of AᵀA, whose Cholesky decomposition with pivoting subtracts the part of the column
// chosen last from all others: the diagonal holds the squared lengths of what is left of each. In
// double this resolves lengths down to 1e-8, much finer than a float's rounding.
std::optional<size_t> MatrixRank(ConstMatrixView<float> a, bool (*stop)()) {
  const auto stopped = [&] { return stop != nullptr && stop(); };
  Matrix<double> block(std::min(kBlock, a.rows()), a.cols());
  Matrix<double> g(a.cols(), a.cols());
  for (size_t begin = 0; begin < a.rows(); begin += kBlock) {
    if (stopped()) return std::nullopt;
    const MatrixView<double> rows = block.view().Rows(0, std::min(kBlock, a.rows() - begin));
    for (size_t i = 0; i < rows.rows(); ++i) {
      const std::span<const float> a_i = a.row(begin + i);
      if (!std::all_of(a_i.begin(), a_i.end(), [](float x) { return std::isfinite(x); })) return 0;
      std::copy(a_i.begin(), a_i.end(), rows.row(i).begin());
    }
    MultiplyTransposedA<double>(rows, rows, g, Output::kAccumulate);
  }

  const double relative = static_cast<double>(std::max(a.rows(), a.cols())) *
                          double{std::numeric_limits<float>::epsilon()};
  double negligible = 0;
  for (size_t rank = 0; rank < a.cols(); ++rank) {
    if (stopped()) return std::nullopt;
    size_t pivot = 0;
    for (size_t j = 1; j < a.cols(); ++j) {
      if (g(j, j) > g(pivot, pivot)) pivot = j;
    }
    const double length2 = g(pivot, pivot);
    if (rank == 0) negligible = relative * relative * length2;
    if (!(length2 > negligible)) return rank;
    for (size_t i = 0; i < a.cols(); ++i) {
      if (i == pivot || g(i, pivot) == 0) continue;  // 0 also for columns that were chosen before
      SubtractMultiple(a.cols(), g(i, pivot) / length2, &g(pivot, 0), &g(i, 0));
    }
    for (size_t j = 0; j < a.cols(); ++j) g(pivot, j) = g(j, pivot) = 0;
  }
  return a.cols();
}

}  // namespace dlfs
