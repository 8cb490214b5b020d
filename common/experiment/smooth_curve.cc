#include "common/experiment/smooth_curve.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace dlfs {
namespace {

constexpr size_t kLength = 11;
constexpr size_t kHalf = kLength / 2;

// The modified Bessel function I0 by its series Σ ((x/2)^k / k!)².
double BesselI0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; k <= 20; ++k) {
    term *= x / 2 / k;
    sum += term * term;
  }
  return sum;
}

// w_n = I0(beta √(1 − (2n / (length − 1) − 1)²)), divided by their sum.
std::array<double, kLength> KaiserWindow(double beta) {
  std::array<double, kLength> w;
  for (size_t n = 0; n < kLength; ++n) {
    const double r = 2.0 * static_cast<double>(n) / (kLength - 1) - 1;
    w[n] = BesselI0(beta * std::sqrt(1 - r * r));
  }
  const double sum = std::accumulate(w.begin(), w.end(), 0.0);
  for (double& w_n : w) w_n /= sum;
  return w;
}

}  // namespace

std::vector<double> SmoothCurve(std::span<const double> curve) {
  const size_t size = curve.size();
  if (size < kLength) return {curve.begin(), curve.end()};
  static const std::array<double, kLength> kWindow = KaiserWindow(2);

  // The value at index i − kHalf, for i counted from kHalf before the start.
  const auto value = [&](size_t i) {
    if (i < kHalf) return curve[kHalf - i];
    if (i < size + kHalf) return curve[i - kHalf];
    return curve[2 * size - 1 - (i - kHalf)];
  };
  std::vector<double> smoothed(size, 0);
  for (size_t i = 0; i < size; ++i) {
    for (size_t n = 0; n < kLength; ++n) smoothed[i] += kWindow[n] * value(i + n);
  }
  return smoothed;
}

}  // namespace dlfs
