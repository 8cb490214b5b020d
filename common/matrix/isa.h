#ifndef COMMON_MATRIX_ISA_H_
#define COMMON_MATRIX_ISA_H_

#include <span>

// The instruction sets that kernels are compiled for, and the choice among them at run time.
namespace dlfs {

enum class Isa {
  kBaseline,  // what every CPU of the architecture runs: SSE2 on x86-64, NEON on ARM
  kAvx2,      // AVX2 and FMA
  kAvx512,    // AVX-512 F, BW, DQ, VL
};

// "baseline", "avx2", "avx512".
const char* IsaName(Isa isa);

// Those that this CPU runs, the fastest first.
std::span<const Isa> SupportedIsas();

// The set in use by every kernel of the process: at the start the fastest one. Set it before work
// starts, not during.
Isa CurrentIsa();
void SetCurrentIsa(Isa isa);  // Requires: a supported one.

// Whether kernels for this set round once where they multiply and add. The results of all sets for
// which this is true are the same to the last bit.
bool HasFma(Isa isa);

}  // namespace dlfs

// Calls the variant of a function from an isa_library (isa.bzl) that is made for the current
// instruction set.
#if defined(__x86_64__)
#define DLFS_DISPATCH(call)                                    \
  (::dlfs::CurrentIsa() == ::dlfs::Isa::kAvx512 ? avx512::call \
   : ::dlfs::CurrentIsa() == ::dlfs::Isa::kAvx2 ? avx2::call   \
                                                : baseline::call)
#else
#define DLFS_DISPATCH(call) baseline::call
#endif

#endif  // COMMON_MATRIX_ISA_H_
