#include "chapter6/loss_plane.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/matrix/check.h"
#include "common/matrix/matrix_product.h"

namespace dlfs {
namespace {

double Trace(const Matrix<double>& a) {
  double trace = 0;
  for (size_t i = 0; i < a.rows(); ++i) trace += a(i, i);
  return trace;
}

// Writes the eigenvector e of the largest eigenvalue λ of a symmetric matrix that has no negative
// ones, of length 1, and takes it out of the matrix: G ← G − λ e eᵀ. G: [m, m], e: [m] -> λ
//
// G^k, divided by its trace, tends to e eᵀ; each squaring doubles k.
double TakeLargestEigenvalue(Matrix<double>& G, std::span<double> e) {
  constexpr int kSquarings = 30;
  const size_t m = G.rows();
  Matrix<double> power(m, m), square(m, m);
  const std::span<double> elements = G.view().flat();
  std::copy(elements.begin(), elements.end(), power.view().flat().begin());
  for (int i = 0; i < kSquarings; ++i) {
    const double trace = Trace(power);
    for (double& x : power.view().flat()) x /= trace;
    Multiply<double>(power, power, square);
    std::swap(power, square);
  }

  // Row i is e_i e. That of the largest e_i² on the diagonal makes this e_i positive.
  size_t row = 0;
  for (size_t i = 1; i < m; ++i) {
    if (power(i, i) > power(row, row)) row = i;
  }
  double squares = 0, lambda = 0;
  for (size_t i = 0; i < m; ++i) squares += power(row, i) * power(row, i);
  for (size_t i = 0; i < m; ++i) e[i] = power(row, i) / std::sqrt(squares);
  for (size_t i = 0; i < m; ++i) {
    for (size_t j = 0; j < m; ++j) lambda += e[i] * G(i, j) * e[j];
  }
  for (size_t i = 0; i < m; ++i) {
    for (size_t j = 0; j < m; ++j) G(i, j) -= lambda * e[i] * e[j];
  }
  return lambda;
}

}  // namespace

// D: [m, n], the differences, has few rows and many columns. The directions sought are eigenvectors of
// Dᵀ D: [n, n]. The Gram matrix G = D Dᵀ: [m, m] has the same eigenvalues λ. Where e is an eigenvector
// of G, Dᵀ e / √λ is one of Dᵀ D, and the rows of D have the coordinates √λ e on it.
std::optional<LossPlane> PlaneOfPaths(ConstMatrixView<double> differences) {
  const size_t m = differences.rows();
  Matrix<double> G(m, m), e(2, m);
  MultiplyTransposedB<double>(differences, differences, G);
  LossPlane plane = {.axes = Matrix<double>(2, differences.cols()),
                     .projections = Matrix<double>(m, 2)};
  for (size_t i = 0; i < m; ++i) plane.distances.push_back(std::sqrt(G(i, i)));

  const double all = Trace(G);
  for (size_t axis = 0; axis < 2; ++axis) {
    if (!(Trace(G) > 1e-10 * all)) return std::nullopt;
    const double lambda = TakeLargestEigenvalue(G, e.view().row(axis));
    plane.share += lambda / all;
    for (size_t i = 0; i < m; ++i) {
      plane.projections(i, axis) = std::sqrt(lambda) * e(axis, i);
      e(axis, i) /= std::sqrt(lambda);
    }
  }
  Multiply<double>(e, differences, plane.axes);
  return plane;
}

void PointOfPlane(const LossPlane& plane, std::span<const float> theta0, double a, double b,
                  std::span<float> theta) {
  const std::span<const double> u = plane.axes.view().row(0), v = plane.axes.view().row(1);
  DLFS_CHECK(theta0.size() == u.size() && theta.size() == u.size());
  for (size_t i = 0; i < u.size(); ++i) {
    theta[i] = static_cast<float>(double{theta0[i]} + (a * u[i] + b * v[i]));
  }
}

PlaneGrid GridAround(const LossPlane& plane, size_t size) {
  double low[2] = {0, 0}, high[2] = {0, 0};
  for (size_t i = 0; i < plane.projections.rows(); ++i) {
    for (size_t axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], plane.projections(i, axis));
      high[axis] = std::max(high[axis], plane.projections(i, axis));
    }
  }
  const double side = 1.25 * std::max(high[0] - low[0], high[1] - low[1]);
  const double step = side / static_cast<double>(size - 1);
  const auto first = [&](size_t axis) {
    return static_cast<int64_t>(std::round((low[axis] + high[axis] - side) / 2 / step));
  };
  return {step, first(0), first(1)};
}

}  // namespace dlfs
