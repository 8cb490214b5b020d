// Gaussian processes and the expected improvement against other ways to compute them.
#include "chapter6/gaussian_process.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

// --- A Gaussian process by Gauss and Jordan, in long double ---

using Real = long double;
using RealMatrix = std::vector<std::vector<Real>>;

// A⁻¹, and log |A| for a positive definite A.
std::pair<RealMatrix, Real> Inverse(RealMatrix A) {
  const size_t n = A.size();
  Real log_determinant = 0;
  for (size_t i = 0; i < n; ++i) {
    A[i].resize(2 * n);
    A[i][n + i] = 1;
  }
  for (size_t i = 0; i < n; ++i) {
    log_determinant += std::log(A[i][i]);
    const Real pivot = A[i][i];
    for (Real& a : A[i]) a /= pivot;
    for (size_t j = 0; j < n; ++j) {
      const Real factor = A[j][i];
      for (size_t k = 0; j != i && k < 2 * n; ++k) A[j][k] -= factor * A[i][k];
    }
  }
  for (auto& row : A) row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n));
  return {A, log_determinant};
}

struct Twin {
  Twin(std::vector<SquarePoint> points, const std::vector<double>& y, const Kernel& kernel)
      : points(std::move(points)), kernel(kernel) {
    const size_t n = y.size();
    for (const double value : y) mean += value / static_cast<Real>(n);
    RealMatrix K(n, std::vector<Real>(n));
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) K[i][j] = Correlated(this->points[i], this->points[j]);
      K[i][i] += kernel.noise;
      centered.push_back(y[i] - mean);
    }
    const auto [inverse, log_determinant] = Inverse(K);
    this->inverse = inverse;
    s2 = Quadratic(centered, centered) / static_cast<Real>(n);
    log_likelihood =
        -static_cast<Real>(n) / 2 - static_cast<Real>(n) / 2 * std::log(s2) - log_determinant / 2;
  }

  Real Correlated(const SquarePoint& u, const SquarePoint& v) const {
    const Real a = (Real(u[0]) - v[0]) / kernel.lengths[0];
    const Real b = (Real(u[1]) - v[1]) / kernel.lengths[1];
    return std::exp(-(a * a + b * b) / 2);
  }

  // aᵀ K⁻¹ b, where K is without s².
  Real Quadratic(const std::vector<Real>& a, const std::vector<Real>& b) const {
    Real sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t j = 0; j < b.size(); ++j) sum += a[i] * inverse[i][j] * b[j];
    }
    return sum;
  }

  Belief At(const SquarePoint& u) const {
    std::vector<Real> k;
    for (const SquarePoint& point : points) k.push_back(Correlated(u, point));
    return {static_cast<double>(mean + Quadratic(k, centered)),
            static_cast<double>(s2 * (1 - Quadratic(k, k)))};
  }

  std::vector<SquarePoint> points;
  Kernel kernel;
  Real mean = 0, s2 = 0, log_likelihood = 0;
  std::vector<Real> centered;
  RealMatrix inverse;
};

struct Observations {
  explicit Observations(size_t n, double noise = 0.05) {
    Random random(3, n);
    for (size_t i = 0; i < n; ++i) {
      const SquarePoint u = {random.Uniform(), random.Uniform()};
      points.push_back(u);
      y.push_back(0.5 + 0.3 * std::sin(7 * u[0]) + 0.1 * u[1] + noise * random.Normal());
    }
  }
  std::vector<SquarePoint> points;
  std::vector<double> y;
};

class PosteriorTest : public testing::TestWithParam<std::pair<size_t, Kernel>> {};
INSTANTIATE_TEST_SUITE_P(All, PosteriorTest,
                         testing::Values(std::pair(2, Kernel{{0.3, 0.3}, 0.1}),
                                         std::pair(5, Kernel{{0.1, 1.6}, 0.01}),
                                         std::pair(40, Kernel{{0.8, 0.2}, 0.01}),
                                         std::pair(100, Kernel{{0.4, 1.6}, 0.01})));

TEST_P(PosteriorTest, IsThatOfTheInverse) {
  const auto& [n, kernel] = GetParam();
  const Observations observed(n);
  const GaussianProcess process(observed.points, observed.y, kernel);
  const Twin twin(observed.points, observed.y, kernel);
  EXPECT_NEAR(process.log_likelihood(), static_cast<double>(twin.log_likelihood), 1e-10);
  for (const double u : {-0.2, 0.0, 0.31, 0.5, 0.99}) {
    for (const double v : {0.0, 0.27, 1.0}) {
      const Belief belief = process.At({u, v}), expected = twin.At({u, v});
      EXPECT_NEAR(belief.mean, expected.mean, 1e-10);
      EXPECT_NEAR(belief.variance, expected.variance, 1e-10);
      EXPECT_GT(expected.variance, 1e-6) << "or the variance would not be tested";
    }
  }
}

TEST(GaussianProcessTest, OfOneObservationIsThatObservation) {
  const GaussianProcess process(std::vector<SquarePoint>{{0.5, 0.5}}, std::vector{0.7},
                                {{0.2, 0.2}, 0.1});
  EXPECT_EQ(process.At({0.1, 0.9}).mean, 0.7);
  EXPECT_GT(process.At({0.1, 0.9}).variance, process.At({0.5, 0.5}).variance);
}

TEST(GaussianProcessTest, OfEqualObservationsStillTellsNearFromFar) {
  const std::vector<SquarePoint> points = {{0.1, 0.1}, {0.2, 0.3}, {0.3, 0.2}};
  const auto process = GaussianProcess::MostLikely(points, std::vector(3, 0.1));
  EXPECT_EQ(process.At({0.9, 0.9}).mean, 0.1);
  EXPECT_GT(process.At({0.9, 0.9}).variance, process.At({0.2, 0.2}).variance);
}

// f changes quickly in u_0, and not at all in u_1.
TEST(GaussianProcessTest, TheMostLikelyKernelFindsWhatMatters) {
  Observations observed(60);
  for (size_t i = 0; i < 60; ++i) observed.y[i] = std::sin(9 * observed.points[i][0]);
  const auto best = GaussianProcess::MostLikely(observed.points, observed.y);
  const auto with = [&](const Kernel& kernel) {
    return GaussianProcess(observed.points, observed.y, kernel).log_likelihood();
  };
  EXPECT_EQ(best.log_likelihood(), with({{0.1, 1.6}, 0.01}));
  for (const Kernel& other : {Kernel{{0.4, 1.6}, 0.01}, Kernel{{1.6, 0.1}, 0.01},
                              Kernel{{0.1, 0.4}, 0.01}, Kernel{{0.1, 1.6}, 0.1}}) {
    EXPECT_GT(best.log_likelihood(), with(other));
  }
}

TEST(GaussianProcessDeathTest, NoObservationDies) {
  EXPECT_DEATH(GaussianProcess({}, {}, {{1, 1}, 1}), "check failed");
}

// --- The expected improvement ---

// ∫ max(f − best, 0) N(f; μ, σ²) df over ±12 σ, by Simpson's rule from `best` on, where the
// integrand has no kink.
double IntegratedImprovement(double mean, double sigma, double best) {
  const double low = std::max(best, mean - 12 * sigma), high = mean + 12 * sigma;
  if (low >= high) return 0;
  constexpr int kSteps = 20'000;
  const double h = (high - low) / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double f = low + h * i, z = (f - mean) / sigma;
    const double weight = i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * (f - best) * std::exp(-z * z / 2);
  }
  return sum * h / 3 / (sigma * std::sqrt(2 * std::numbers::pi));
}

TEST(ExpectedImprovementTest, IsTheIntegral) {
  for (const double sigma : {0.01, 0.3, 2.0}) {
    for (const double z : {-20.0, -8.0, -5.0, -2.0, -0.5, 0.0, 0.1, 1.0, 4.0, 8.5, 15.0}) {
      const double expected = IntegratedImprovement(0.5 + z * sigma, sigma, 0.5);
      EXPECT_NEAR(ExpectedImprovement({0.5 + z * sigma, sigma * sigma}, 0.5), expected,
                  1e-12 * sigma)
          << sigma << " " << z;
    }
  }
}

TEST(ExpectedImprovementTest, OfACertainValueIsWhatItIsAbove) {
  EXPECT_EQ(ExpectedImprovement({0.75, 0}, 0.5), 0.25);
  EXPECT_EQ(ExpectedImprovement({0.25, 0}, 0.5), 0);
}

TEST(ExpectedImprovementTest, IsNeverNegative) {
  for (double z = -12; z < 0; z += 0.01) EXPECT_GE(ExpectedImprovement({z, 1}, 0), 0) << z;
}

}  // namespace
}  // namespace dlfs
