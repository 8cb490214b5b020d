#ifndef CHAPTER6_GAUSSIAN_PROCESS_H_
#define CHAPTER6_GAUSSIAN_PROCESS_H_

#include <array>
#include <cstddef>
#include <span>
#include <vector>

// 6.5.2 names Bayesian optimisation as the refined way to search. It needs two things: what the
// trials so far say about all points of the range (a Gaussian process), and which point is worth a
// trial (the expected improvement).
//
// Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, chapters 2 and 5; Jones,
// Schonlau & Welch, "Efficient global optimization of expensive black-box functions", 1998.
namespace dlfs {

// A point of the unit square: where a learning rate and a weight decay are in their ranges.
using SquarePoint = std::array<double, 2>;

// How alike the values of f at two points are, and how much an observation scatters around f:
//
//   k(u, v) = s² exp(−½ Σ_i ((u_i − v_i) / lengths_i)²)      y = f(u) + N(0, noise s²)
//
// s² follows from the observations.
struct Kernel {
  SquarePoint lengths;  // over such a distance f changes
  double noise;         // > 0
};

// The value of f at a point is believed to be N(mean, variance).
struct Belief {
  double mean;
  double variance;
};

// What observations of a function say about it, everywhere in the square.
class GaussianProcess {
 public:
  // Observed: y_j = f(points_j) + noise, n >= 1 of them. points: [n], y: [n]
  //
  //   K = k(points, points) + noise s² I = s² L Lᵀ     (Cholesky)
  //   s² = (y − ȳ)ᵀ (L Lᵀ)⁻¹ (y − ȳ) / n               the most likely one, at least 1e-6
  GaussianProcess(std::span<const SquarePoint> points, std::span<const double> y,
                  const Kernel& kernel);

  // Of a few kernels the one that makes the observations most likely.
  static GaussianProcess MostLikely(std::span<const SquarePoint> points, std::span<const double> y);

  //   mean = ȳ + kᵀ K⁻¹ (y − ȳ)     variance = s² − kᵀ K⁻¹ k     k = k(u, points)
  Belief At(const SquarePoint& u) const;

  // log p(y) = −½ (y − ȳ)ᵀ K⁻¹ (y − ȳ) − ½ log |K|, and a constant, −n/2 log 2π.
  double log_likelihood() const { return log_likelihood_; }

 private:
  // exp(−½ Σ_i ((u_i − v_i) / lengths_i)²)
  double Correlation(const SquarePoint& u, const SquarePoint& v) const;

  Kernel kernel_;
  std::vector<SquarePoint> points_;
  double mean_;                // ȳ
  std::vector<double> L_;      // [n, n], lower triangle
  std::vector<double> alpha_;  // (L Lᵀ)⁻¹ (y − ȳ). [n]
  double s2_;
  double log_likelihood_;
};

// E[max(f − best, 0)] for f ~ N(μ, σ²): by how much f is expected to be above `best`, where a
// smaller value costs nothing.
//
//   EI = σ (z Φ(z) + φ(z))     z = (μ − best) / σ
double ExpectedImprovement(const Belief& belief, double best);

}  // namespace dlfs

#endif  // CHAPTER6_GAUSSIAN_PROCESS_H_
