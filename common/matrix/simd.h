#ifndef COMMON_MATRIX_SIMD_H_
#define COMMON_MATRIX_SIMD_H_

#include "common/matrix/isa.h"

// Loops that the compiler makes SIMD code of, once for each instruction set:
//
//   Vectorized([=] {
//     for (size_t i = 0; i < n; ++i) y[i] = a * x[i];
//   });
//
// The compiler does so if the lambda captures by value, and nothing but numbers and plain pointers
// (no `this`), and if the target has the options VECTORIZED_COPTS of isa.bzl. The results have the
// same bits on every instruction set.
//
// Whether arrays overlap is found out at run time, before the loop. Where that would cost (many
// arrays, or rows that are short), write the loop as a function with __restrict parameters, and call
// it in the lambda, as batchnorm.cc does.
namespace dlfs {

#if defined(__x86_64__)
template <typename F>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl"), gnu::flatten, gnu::noinline]] auto OnAvx512(
    F f) {
  return f();
}

template <typename F>
[[gnu::target("avx2"), gnu::flatten, gnu::noinline]] auto OnAvx2(F f) {
  return f();
}

#endif

template <typename F>
[[gnu::flatten, gnu::noinline]] auto OnBaseline(F f) {
  return f();
}

// Calls f(), compiled for the current instruction set, and returns what it returns.
template <typename F>
auto Vectorized(F f) {
#if defined(__x86_64__)
  if (CurrentIsa() == Isa::kAvx512) return OnAvx512(f);
  if (CurrentIsa() == Isa::kAvx2) return OnAvx2(f);
#endif
  return OnBaseline(f);
}

}  // namespace dlfs

#endif  // COMMON_MATRIX_SIMD_H_
