#ifndef COMMON_EXP_KERNEL_H_
#define COMMON_EXP_KERNEL_H_

#include <stddef.h>

// The exponential function of many numbers, once per instruction set. Call it through elementary.h.
namespace dlfs {

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
