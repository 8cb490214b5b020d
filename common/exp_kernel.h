#ifndef COMMON_EXP_KERNEL_H_
#define COMMON_EXP_KERNEL_H_

#include <stddef.h>

// The exponential function of many numbers, once per instruction set. Call it through elementary.h.
namespace dlfs {

// ln 2 in two parts: the first has 21 zero bits at its end, so that its product with an exponent is
// exact.
inline constexpr double kLn2High = 0x1.62e42fee00000p-1;
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// y = e^x, as elementary.h says. x and y may be the same. [n]
namespace baseline {
void Exp(size_t n, const double* x, double* y);
}  // namespace baseline

namespace avx2 {
void Exp(size_t n, const double* x, double* y);
}  // namespace avx2

namespace avx512 {
void Exp(size_t n, const double* x, double* y);
}  // namespace avx512

}  // namespace dlfs

#endif  // COMMON_EXP_KERNEL_H_
