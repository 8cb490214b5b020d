#include "chapter6/loss_plane.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

Matrix<double> RandomMatrix(size_t rows, size_t cols, uint64_t seed) {
  Matrix<double> matrix(rows, cols);
  Random random(seed, kInputStream);
  for (size_t i = 0; i < rows; ++i) {
    for (double& x : matrix.view().row(i)) x = random.Normal();
  }
  return matrix;
}

double Dot(std::span<const double> x, std::span<const double> y) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

// A row becomes its mirror image x − 2 ⟨x, n⟩ n / |n|²: all lengths and angles stay.
void Mirror(std::span<double> x, std::span<const double> n) {
  const double factor = 2 * Dot(x, n) / Dot(n, n);
  for (size_t i = 0; i < x.size(); ++i) x[i] -= factor * n[i];
}

TEST(LossPlaneTest, HoldsAllOfPathsInTwoDimensions) {
  constexpr size_t kPoints = 30, kParameters = 70;
  const Matrix<double> directions = RandomMatrix(2, kParameters, 1);
  const Matrix<double> coordinates = RandomMatrix(kPoints, 2, 2);
  Matrix<double> differences(kPoints, kParameters);
  for (size_t i = 0; i < kPoints; ++i) {
    for (size_t j = 0; j < kParameters; ++j) {
      // Not about 0: the plane goes through the start, not through the mean.
      differences(i, j) =
          (coordinates(i, 0) + 3) * directions(0, j) + (coordinates(i, 1) - 2) * directions(1, j);
    }
  }
  const std::optional<LossPlane> plane = PlaneOfPaths(differences);
  ASSERT_TRUE(plane.has_value());
  EXPECT_NEAR(plane->share, 1, 1e-12);
  const std::vector<float> theta0(kParameters, 1);
  std::vector<float> theta(kParameters);
  for (size_t i = 0; i < kPoints; ++i) {
    PointOfPlane(*plane, theta0, plane->projections(i, 0), plane->projections(i, 1), theta);
    for (size_t j = 0; j < kParameters; ++j) {
      EXPECT_NEAR(theta[j], 1 + differences(i, j), 1e-5 * plane->distances[i]);
    }
  }
}

TEST(LossPlaneTest, PointsLieWhereTheirProjectionsAre) {
  const Matrix<double> differences = RandomMatrix(9, 40, 3);
  const LossPlane plane = PlaneOfPaths(differences).value();
  const std::span<const double> u = plane.axes.view().row(0), v = plane.axes.view().row(1);
  EXPECT_NEAR(Dot(u, u), 1, 1e-12);
  EXPECT_NEAR(Dot(v, v), 1, 1e-12);
  EXPECT_NEAR(Dot(u, v), 0, 1e-12);
  double in_plane = 0, all = 0;
  for (size_t i = 0; i < differences.rows(); ++i) {
    const std::span<const double> d = differences.view().row(i);
    EXPECT_NEAR(plane.projections(i, 0), Dot(d, u), 1e-12);
    EXPECT_NEAR(plane.projections(i, 1), Dot(d, v), 1e-12);
    EXPECT_NEAR(plane.distances[i], std::sqrt(Dot(d, d)), 1e-12);
    in_plane += Dot(d, u) * Dot(d, u) + Dot(d, v) * Dot(d, v);
    all += Dot(d, d);
  }
  EXPECT_NEAR(plane.share, in_plane / all, 1e-12);
  EXPECT_LT(plane.share, 0.9) << "these points are not in a plane";
}

// Singular values 2, 5, 1, 3, in random directions.
TEST(LossPlaneTest, HoldsTheTwoLargestSingularValues) {
  const double values[] = {2, 5, 1, 3};
  Matrix<double> differences(4, 20);
  const Matrix<double> mirrors = RandomMatrix(2, 20, 4);
  for (size_t k = 0; k < 4; ++k) {
    differences(k, k) = values[k];
    Mirror(differences.view().row(k), mirrors.view().row(0));
  }
  std::vector<double> column(4);
  for (size_t j = 0; j < 20; ++j) {
    for (size_t i = 0; i < 4; ++i) column[i] = differences(i, j);
    Mirror(column, mirrors.view().row(1).first(4));
    for (size_t i = 0; i < 4; ++i) differences(i, j) = column[i];
  }
  const LossPlane plane = PlaneOfPaths(differences).value();
  EXPECT_NEAR(plane.share, (25.0 + 9) / (25 + 9 + 4 + 1), 1e-12);
  double a2 = 0, b2 = 0;
  for (size_t i = 0; i < 4; ++i) {
    a2 += plane.projections(i, 0) * plane.projections(i, 0);
    b2 += plane.projections(i, 1) * plane.projections(i, 1);
  }
  EXPECT_NEAR(a2, 25, 1e-11);
  EXPECT_NEAR(b2, 9, 1e-11);
}

TEST(LossPlaneTest, FarthestPointOnEachAxisIsOnItsPositiveSide) {
  Matrix<double> differences = RandomMatrix(12, 30, 5);
  for (double sign : {1.0, -1.0}) {
    for (double& x : differences.view().flat()) x *= sign;
    const LossPlane plane = PlaneOfPaths(differences).value();
    for (size_t axis = 0; axis < 2; ++axis) {
      double lowest = 0, highest = 0;
      for (size_t i = 0; i < 12; ++i) {
        lowest = std::min(lowest, plane.projections(i, axis));
        highest = std::max(highest, plane.projections(i, axis));
      }
      EXPECT_GT(highest, -lowest);
    }
  }
}

TEST(LossPlaneTest, StartsAmongThePointsChangeNothing) {
  const Matrix<double> differences = RandomMatrix(5, 30, 6);
  Matrix<double> with_starts(10, 30);
  for (size_t i = 0; i < 5; ++i) {
    std::ranges::copy(differences.view().row(i), with_starts.view().row(2 * i).begin());
  }
  const LossPlane one = PlaneOfPaths(differences).value(),
                  other = PlaneOfPaths(with_starts).value();
  EXPECT_NEAR(one.share, other.share, 1e-12);
  for (size_t i = 0; i < 5; ++i) {
    for (size_t axis = 0; axis < 2; ++axis) {
      EXPECT_NEAR(one.projections(i, axis), other.projections(2 * i, axis), 1e-12);
      EXPECT_EQ(other.projections(2 * i + 1, axis), 0);
    }
  }
}

TEST(LossPlaneTest, ThereIsNoneOfALineAndOfAPoint) {
  const Matrix<double> direction = RandomMatrix(1, 50, 7);
  Matrix<double> differences(6, 50);
  EXPECT_FALSE(PlaneOfPaths(differences).has_value());
  for (size_t i = 0; i < 6; ++i) {
    for (size_t j = 0; j < 50; ++j) differences(i, j) = (i - 2.3) * direction(0, j);
  }
  EXPECT_FALSE(PlaneOfPaths(differences).has_value());
  differences(5, 3) += 0.01;
  EXPECT_TRUE(PlaneOfPaths(differences).has_value());
}

// Of a random walk the plane holds 8/π² (1 + 1/9) = 90 %, though it has nothing to do with a plane.
TEST(LossPlaneTest, HoldsMostOfARandomWalk) {
  Matrix<double> walk = RandomMatrix(200, 5000, 8);
  for (size_t i = 1; i < walk.rows(); ++i) {
    for (size_t j = 0; j < walk.cols(); ++j) walk(i, j) += walk(i - 1, j);
  }
  EXPECT_NEAR(PlaneOfPaths(walk)->share, 8 / (std::numbers::pi * std::numbers::pi) * (1 + 1. / 9),
              0.01);
}

// --- The surface ---

TEST(SurfaceTest, IsTheLossOfTheNetworkAtTheStart) {
  const ImageDataset images = RandomImages(40, 9, 7);
  const NetworkConfig config = {.inputs = images.pixels_per_image(), .hidden = {20, 15}};
  MultiLayerNetwork<float> start = InitializedNetwork(config, 40);
  MultiLayerNetwork<float> on_plane(config, 40);
  const std::span<const float> theta0 = start.arena().values();
  const LossPlane plane = PlaneOfPaths(RandomMatrix(7, theta0.size(), 9)).value();
  BatchBuffer<float> buffer(images, 40);
  const Batch<float> batch = buffer.GatherAll();

  PointOfPlane(plane, theta0, 0, 0, on_plane.arena().values());
  EXPECT_EQ(on_plane.Loss(batch.x, batch.labels), start.Loss(batch.x, batch.labels));
  EXPECT_EQ(Values(on_plane), Values(start));
  PointOfPlane(plane, theta0, 0.1, 0, on_plane.arena().values());
  EXPECT_NE(on_plane.Loss(batch.x, batch.labels), start.Loss(batch.x, batch.labels));
}

TEST(PlaneGridTest, HasTheStartAsAPointAndAMarginAroundThePaths) {
  for (const double skew : {-3.0, 0.0, 2.5}) {
    Matrix<double> differences = RandomMatrix(8, 30, 10);
    for (size_t i = 0; i < 8; ++i) differences(i, 1) = 9 * differences(i, 0) + skew;
    const LossPlane plane = PlaneOfPaths(differences).value();
    for (const size_t size : {11, 12, 101}) {
      const PlaneGrid grid = GridAround(plane, size);
      const auto n = static_cast<int64_t>(size);
      EXPECT_EQ(grid.a(-grid.first_a), 0);
      EXPECT_EQ(grid.b(-grid.first_b), 0);
      double low[2] = {0, 0}, high[2] = {0, 0};
      for (size_t i = 0; i < 8; ++i) {
        for (size_t axis = 0; axis < 2; ++axis) {
          low[axis] = std::min(low[axis], plane.projections(i, axis));
          high[axis] = std::max(high[axis], plane.projections(i, axis));
        }
      }
      const double margin = 0.05 * std::max(high[0] - low[0], high[1] - low[1]);
      EXPECT_LT(grid.a(0), low[0] - margin);
      EXPECT_LT(grid.b(0), low[1] - margin);
      EXPECT_GT(grid.a(n - 1), high[0] + margin);
      EXPECT_GT(grid.b(n - 1), high[1] + margin);
      EXPECT_LT(grid.a(n - 1) - grid.a(0), 26 * margin);
    }
  }
}

}  // namespace
}  // namespace dlfs
