#include "common/elementary.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dlfs::elementary {
namespace {

// ln 2 in two parts: the first has 21 zero bits at its end, so that its product with an exponent is
// exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
// 1/n!
constexpr std::array<double, 14> kInverseFactorial = [] {
  std::array<double, 14> inverse = {1};
  double factorial = 1;
  for (int n = 1; n < 14; ++n) inverse[n] = 1 / (factorial *= n);
  return inverse;
}();

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// e^x = 2^k e^r with k = round(x / ln 2), so |r| <= ln 2 / 2, where 13 terms of the series Σ rⁿ/n!
// are exact to a double.
double Exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.8) return kInfinity;
  if (x < -745.2) return 0;
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = kInverseFactorial[13];
  for (int n = 12; n >= 0; --n) sum = kInverseFactorial[n] + r * sum;
  if (k < -1021 || k > 1023) return std::ldexp(sum, static_cast<int>(k));
  const int64_t exponent = static_cast<int64_t>(k) + 1023;
  return sum * std::bit_cast<double>(exponent << 52);
}

// x = 2^k m with m in [√½, √2); ln m = 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + ...) with s = (m − 1) /
// (m + 1), where |s| <= 0.172.
double Log(double x) {
  if (std::isnan(x) || x < 0) return kNan;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  int k;
  double m = std::frexp(x, &k);  // [1/2, 1)
  if (m < 0.70710678118654752) {
    m *= 2;
    --k;
  }
  const double f = m - 1;
  const double s = f / (m + 1);
  const double s2 = s * s;
  double tail = 0;  // s²/3 + s⁴/5 + ...
  for (int n = 21; n >= 3; n -= 2) tail = s2 * (1.0 / n + tail);
  // 2s = f − s f, so that the first term is exact: ln m = f − s (f − 2 tail).
  return k * kLn2High + (f - (s * (f - 2 * tail) - k * kLn2Low));
}

// Near 0 Lambert's continued fraction x / (1 + x² / (3 + x² / (5 + ...))), elsewhere 1 − 2 /
// (e^2|x| + 1).
double Tanh(double x) {
  if (std::isnan(x)) return x;
  const double a = std::fabs(x);
  if (a < 0.6) {
    const double x2 = x * x;
    double fraction = 17;
    for (int n = 15; n >= 1; n -= 2) fraction = n + x2 / fraction;
    return x / fraction;
  }
  return std::copysign(a > 20 ? 1 : 1 - 2 / (Exp(2 * a) + 1), x);
}

}  // namespace dlfs::elementary
