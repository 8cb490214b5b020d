#include "common/matrix/elementary.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "common/matrix/check.h"
#include "common/matrix/simd.h"

namespace dlfs::elementary {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr double kInverseLn2 = 0x1.71547652b82fep+0;

// ln 2 in two parts: the first has 21 zero bits at its end, so that its product with an exponent is
// exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// A double of this size has no room for a fraction, so that x + kRounder is a whole number, and the
// last bits of its representation are that number (in two's complement).
constexpr double kRounder = 0x1.8p52;

// 2^k, for a whole k from -1022 to 1023.
double PowerOf2(double k) {
  return std::bit_cast<double>(std::bit_cast<int64_t>(k + (kRounder + 1023)) << 52);
}

// e^x = 2^k e^r with k = round(x / ln 2), so |r| <= ln 2 / 2, where the series Σ rⁿ/n! up to
// r¹³/13! is exact to a double. There is no branch, so that the compiler can vectorise it.
double ExpOf(double x) {
  // Beyond these, e^x is 0 or infinite. NaN stays NaN.
  x = x < -746 ? -746 : x > 710 ? 710 : x;
  const double k = x * kInverseLn2 + kRounder - kRounder;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1 / 6227020800.0;  // 1/13!
  sum = 1 / 479001600.0 + r * sum;
  sum = 1 / 39916800.0 + r * sum;
  sum = 1 / 3628800.0 + r * sum;
  sum = 1 / 362880.0 + r * sum;
  sum = 1 / 40320.0 + r * sum;
  sum = 1 / 5040.0 + r * sum;
  sum = 1 / 720.0 + r * sum;
  sum = 1 / 120.0 + r * sum;
  sum = 1 / 24.0 + r * sum;
  sum = 1 / 6.0 + r * sum;
  sum = 1 / 2.0 + r * sum;
  sum = 1 + r * sum;
  sum = 1 + r * sum;
  // In two steps, because k reaches from -1076 to 1024.
  const double half = k * 0.5 + kRounder - kRounder;
  return sum * PowerOf2(half) * PowerOf2(k - half);
}

}  // namespace

double Exp(double x) { return ExpOf(x); }

void Exp(std::span<const double> x, std::span<double> y) {
  DLFS_CHECK(x.size() == y.size());
  Vectorized([n = x.size(), x = x.data(), y = y.data()] {
    for (size_t i = 0; i < n; ++i) y[i] = ExpOf(x[i]);
  });
}

// x = 2^k m with m in [√½, √2); ln m = 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + ...) with s = (m − 1) /
// (m + 1), where |s| <= 0.172.
double Log(double x) {
  if (std::isnan(x) || x < 0) return kNan;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  int k = -1022;
  if (x < std::numeric_limits<double>::min()) {  // denormal
    x *= 0x1p54;
    k -= 54;
  }
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  k += static_cast<int>(bits >> 52);
  double m = std::bit_cast<double>((bits & 0xfffffffffffff) | 0x3fe0000000000000);  // [1/2, 1)
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
