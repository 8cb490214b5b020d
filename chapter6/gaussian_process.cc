#include "chapter6/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"

namespace dlfs {

using elementary::Exp;
using elementary::Log;

namespace {

// K = L Lᵀ, in place: the lower triangle of K becomes L. K: [n, n]
void Cholesky(size_t n, std::vector<double>& K) {
  for (size_t i = 0; i < n; ++i) {
    double* Li = &K[i * n];
    for (size_t j = 0; j <= i; ++j) {
      const double* Lj = &K[j * n];
      double sum = Li[j];
      for (size_t k = 0; k < j; ++k) sum -= Li[k] * Lj[k];
      Li[j] = i == j ? std::sqrt(sum) : sum / Lj[j];
    }
  }
}

// L⁻¹ b. L: [n, n], b: [n]
std::vector<double> SolveLower(const std::vector<double>& L, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= L[i * n + k] * b[k];
    b[i] /= L[i * n + i];
  }
  return b;
}

// L⁻ᵀ b
std::vector<double> SolveLowerTransposed(const std::vector<double>& L, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= L[k * n + i] * b[k];
    b[i] /= L[i * n + i];
  }
  return b;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// φ(z)
double NormalDensity(double z) { return 0.3989422804014326779 * Exp(-z * z / 2); }

// Φ(z) = ½ + φ(z) (z + z³/3 + z⁵/(3·5) + ...), to 1e-15 (Marsaglia, "Evaluating the normal
// distribution", 2004).
double NormalDistribution(double z) {
  if (!(std::fabs(z) < 9)) return z > 0 ? 1 : 0;  // also where z is NaN
  double sum = 0, term = z;
  for (int i = 3; sum + term != sum; i += 2) {
    sum += term;
    term *= z * z / i;
  }
  return 0.5 + NormalDensity(z) * sum;
}

}  // namespace

GaussianProcess::GaussianProcess(std::span<const SquarePoint> points, std::span<const double> y,
                                 const Kernel& kernel)
    : kernel_(kernel), points_(points.begin(), points.end()) {
  constexpr double kLeastVariance = 1e-6;  // where all observations are equal
  const size_t n = points.size();
  DLFS_CHECK(n > 0 && y.size() == n);
  const double count = static_cast<double>(n);
  mean_ = std::accumulate(y.begin(), y.end(), 0.0) / count;

  L_.resize(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < i; ++j) L_[i * n + j] = Correlation(points[i], points[j]);
    L_[i * n + i] = 1 + kernel.noise;
  }
  Cholesky(n, L_);

  std::vector<double> centered(y.begin(), y.end());
  for (double& value : centered) value -= mean_;
  const std::vector<double> z = SolveLower(L_, centered);
  alpha_ = SolveLowerTransposed(L_, z);
  s2_ = std::max(Dot(z, z) / count, kLeastVariance);

  double log_determinant = count * Log(s2_);
  for (size_t i = 0; i < n; ++i) log_determinant += 2 * Log(L_[i * n + i]);
  log_likelihood_ = -(Dot(z, z) / s2_ + log_determinant) / 2;
}

GaussianProcess GaussianProcess::MostLikely(std::span<const SquarePoint> points,
                                            std::span<const double> y) {
  constexpr double kLengths[] = {0.1, 0.2, 0.4, 0.8, 1.6};
  std::optional<GaussianProcess> best;
  for (const double length0 : kLengths) {
    for (const double length1 : kLengths) {
      for (const double noise : {0.01, 0.1}) {
        GaussianProcess process(points, y, {.lengths = {length0, length1}, .noise = noise});
        if (!best || process.log_likelihood() > best->log_likelihood()) best = std::move(process);
      }
    }
  }
  return *std::move(best);
}

double GaussianProcess::Correlation(const SquarePoint& u, const SquarePoint& v) const {
  double sum = 0;
  for (size_t i = 0; i < u.size(); ++i) {
    const double distance = (u[i] - v[i]) / kernel_.lengths[i];
    sum += distance * distance;
  }
  return Exp(-sum / 2);
}

Belief GaussianProcess::At(const SquarePoint& u) const {
  std::vector<double> k;  // without s²
  for (const SquarePoint& point : points_) k.push_back(Correlation(u, point));
  const double mean = mean_ + Dot(k, alpha_);
  const std::vector<double> v = SolveLower(L_, std::move(k));
  return {.mean = mean, .variance = s2_ * std::max(1 - Dot(v, v), 0.0)};
}

double ExpectedImprovement(const Belief& belief, double best) {
  const double sigma = std::sqrt(belief.variance), gain = belief.mean - best;
  if (sigma == 0) return std::max(gain, 0.0);
  const double z = gain / sigma;
  return std::max(sigma * (z * NormalDistribution(z) + NormalDensity(z)), 0.0);
}

}  // namespace dlfs
