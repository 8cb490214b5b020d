#include "common/elementary.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "common/check.h"
#include "common/exp_kernel.h"
#include "common/isa.h"

namespace dlfs::elementary {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double Exp(double x) {
  double y;
  Exp({&x, 1}, {&y, 1});
  return y;
}

void Exp(std::span<const double> x, std::span<double> y) {
  DLFS_CHECK(x.size() == y.size());
  DLFS_DISPATCH(Exp(x.size(), x.data(), y.data()));
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
