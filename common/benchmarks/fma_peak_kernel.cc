#include "common/benchmarks/fma_peak_kernel.h"

// Compiled once per instruction set (isa.bzl); nothing with inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

#if defined(DLFS_ISA_AVX512)
constexpr size_t kRegisterBytes = 64;
#elif defined(DLFS_ISA_AVX2)
constexpr size_t kRegisterBytes = 32;
#else
constexpr size_t kRegisterBytes = 16;
#endif
typedef float Vector __attribute__((vector_size(kRegisterBytes)));
constexpr size_t kLanes = kRegisterBytes / sizeof(float);

// Two units with a latency of 4 take 8 sums at a time; 12 also fit beside a and b in 16 registers.
constexpr size_t kSums = 12;

}  // namespace

size_t FmaPeak(size_t rounds, float* sum) {
  // No c[s] starts at b / (1 - a), where the compiler would see that it never changes.
  const Vector a = Vector{} + 0.999f, b = Vector{} + 0.0005f;
  Vector c[kSums];
  for (size_t s = 0; s < kSums; ++s) c[s] = Vector{} + static_cast<float>(s);
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t s = 0; s < kSums; ++s) c[s] = a * c[s] + b;
  }
  for (size_t s = 0; s < kSums; ++s) {
    for (size_t lane = 0; lane < kLanes; ++lane) *sum += c[s][lane];
  }
  return rounds * kSums * kLanes * 2;
}

}  // namespace DLFS_ISA
}  // namespace dlfs
