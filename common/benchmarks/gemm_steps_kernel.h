#ifndef COMMON_BENCHMARKS_GEMM_STEPS_KERNEL_H_
#define COMMON_BENCHMARKS_GEMM_STEPS_KERNEL_H_

#include <stddef.h>

// The way from a triple loop to the kernel of gemm_kernel.h, one idea a step, once per instruction
// set; told in docs/en/matrix.md, measured by gemm_steps_benchmark.cc. For reading, not for use.
namespace dlfs {

// C += A B, with A [m, k], B [k, n], C [m, n]; all are float, in rows padded as in matrix.h.
// Strides are in elements.
struct GemmStepArgs {
  size_t m, n, k;
  const float* a;  // A(i, l) = a[i * a_stride + l]
  size_t a_stride;
  const float* b;  // B(l, j) = b[l * b_stride + j]
  size_t b_stride;
  float* c;  // C(i, j) = c[i * c_stride + j]
  size_t c_stride;
};

// Every step adds up an element in the order of gemm_kernel.h, so all have the same bits.
struct GemmStep {
  const char* name;
  void (*add_product)(const GemmStepArgs& args);
};

inline constexpr size_t kNumGemmSteps = 6;

namespace baseline {
extern const GemmStep kGemmSteps[kNumGemmSteps];
}  // namespace baseline

namespace avx2 {
extern const GemmStep kGemmSteps[kNumGemmSteps];
}  // namespace avx2

namespace avx512 {
extern const GemmStep kGemmSteps[kNumGemmSteps];
}  // namespace avx512

}  // namespace dlfs

#endif  // COMMON_BENCHMARKS_GEMM_STEPS_KERNEL_H_
