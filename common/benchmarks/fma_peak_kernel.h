#ifndef COMMON_BENCHMARKS_FMA_PEAK_KERNEL_H_
#define COMMON_BENCHMARKS_FMA_PEAK_KERNEL_H_

#include <stddef.h>

// The most arithmetic that a core can do, once per instruction set: what benchmarks measure the
// products against. Call it with DLFS_DISPATCH (isa.h).
namespace dlfs {

// c = a c + b, `rounds` times, in as many registers as keep every multiply-add unit busy, and
// nothing else. Adds up the registers in `sum`, so that the work has a purpose. -> the number of
// floating-point operations, where a multiply-add counts as two
namespace baseline {
size_t FmaPeak(size_t rounds, float* sum);
}  // namespace baseline

namespace avx2 {
size_t FmaPeak(size_t rounds, float* sum);
}  // namespace avx2

namespace avx512 {
size_t FmaPeak(size_t rounds, float* sum);
}  // namespace avx512

}  // namespace dlfs

#endif  // COMMON_BENCHMARKS_FMA_PEAK_KERNEL_H_
