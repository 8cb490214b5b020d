#include "common/exp_kernel.h"

#include <stdint.h>

// Compiled once per instruction set (isa.bzl), which the compiler vectorises for; nothing with
// inline code is included. So there is no branch here, and no function of the C library.
namespace dlfs {
namespace DLFS_ISA {
namespace {

constexpr double kInverseLn2 = 0x1.71547652b82fep+0;

// A double of this size has no room for a fraction, so that x + kRounder is a whole number, and the
// last bits of its representation are that number (in two's complement).
constexpr double kRounder = 0x1.8p52;

// 2^k, for a whole k from -1022 to 1023.
double PowerOf2(double k) {
  return __builtin_bit_cast(double, __builtin_bit_cast(int64_t, k + (kRounder + 1023)) << 52);
}

}  // namespace

// e^x = 2^k e^r with k = round(x / ln 2), so |r| <= ln 2 / 2, where the series Σ rⁿ/n! up to
// r¹³/13! is exact to a double.
void Exp(size_t n, const double* x, double* y) {
  for (size_t i = 0; i < n; ++i) {
    // Beyond these, e^x is 0 or infinite. NaN stays NaN.
    const double x_i = x[i] < -746 ? -746 : x[i] > 710 ? 710 : x[i];
    const double k = x_i * kInverseLn2 + kRounder - kRounder;
    const double r = (x_i - k * kLn2High) - k * kLn2Low;
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
    y[i] = sum * PowerOf2(half) * PowerOf2(k - half);
  }
}

}  // namespace DLFS_ISA
}  // namespace dlfs
