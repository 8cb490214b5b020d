#ifndef CHAPTER6_LOSS_PLANE_H_
#define CHAPTER6_LOSS_PLANE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/matrix/matrix.h"

// 6.1.8: a plane through the space of all parameters of a network. The loss over it is a surface that
// can be drawn, as the book draws a function of two variables in figure 6-8.
//
//   θ(a, b) = θ0 + a u + b v      u, v: two directions of length 1, at right angles
namespace dlfs {

// The plane through the start θ0 of some paths that holds most of them: the points θ_i of the paths
// are projected to θ(a_i, b_i), and Σ a_i² + b_i² is as large as in a plane through θ0 it can be. This
// is a principal component analysis about the start.
//
// After Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018,
// who take one path, and its end for θ0. A large share means little: 90 % of a random walk in many
// dimensions are in such a plane (after Antognini and Sohl-Dickstein, "PCA of high dimensional random
// walks with comparison to neural network training", 2018).
struct LossPlane {
  Matrix<double> axes;                 // u and v, for n parameters: [2, n]
  Matrix<double> projections;          // a_i and b_i, for m points: [m, 2]
  std::vector<double> distances = {};  // |θ_i − θ0|: [m]
  double share = 0;                    // Σ a_i² + b_i² of Σ |θ_i − θ0|², in (0, 1]
};

// The plane of the points with these finite differences θ_i − θ0: [m, n]. Of all points, that with the
// largest |a| has a > 0, that with the largest |b| has b > 0. None where all points lie on a line
// through the start, up to rounding.
std::optional<LossPlane> PlaneOfPaths(ConstMatrixView<double> differences);

// theta = θ(a, b), rounded to float; at (0, 0) it is θ0, bit for bit. theta0, theta: [n]
void PointOfPlane(const LossPlane& plane, std::span<const float> theta0, double a, double b,
                  std::span<float> theta);

// A square grid around the paths on the plane, with a margin. One of its points is the start, (0, 0).
struct PlaneGrid {
  double step;
  int64_t first_a, first_b;  // in steps

  double a(int64_t i) const { return static_cast<double>(first_a + i) * step; }
  double b(int64_t j) const { return static_cast<double>(first_b + j) * step; }
};

// size: points of the grid in each direction, at least 11
PlaneGrid GridAround(const LossPlane& plane, size_t size);

}  // namespace dlfs

#endif  // CHAPTER6_LOSS_PLANE_H_
