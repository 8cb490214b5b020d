#include "common/matrix/isa.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <vector>

#include "common/matrix/check.h"

namespace dlfs {
namespace {

constexpr std::array kAllIsas = {Isa::kAvx512, Isa::kAvx2, Isa::kBaseline};  // the fastest first

bool CpuHas([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == Isa::kAvx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == Isa::kAvx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return isa == Isa::kBaseline;
}

std::atomic<Isa>& Current() {
  static std::atomic<Isa> current = SupportedIsas().front();
  return current;
}

}  // namespace

const char* IsaName(Isa isa) {
  switch (isa) {
    case Isa::kBaseline:
      return "baseline";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
  }
  return "";
}

std::span<const Isa> SupportedIsas() {
  static const std::vector<Isa> supported = [] {
    std::vector<Isa> isas;
    std::copy_if(kAllIsas.begin(), kAllIsas.end(), std::back_inserter(isas), CpuHas);
    return isas;
  }();
  return supported;
}

Isa CurrentIsa() { return Current().load(std::memory_order_relaxed); }

void SetCurrentIsa(Isa isa) {
  DLFS_CHECK(CpuHas(isa));
  Current().store(isa, std::memory_order_relaxed);
}

bool HasFma([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  return isa != Isa::kBaseline;
#elif defined(__ARM_FEATURE_FMA) || defined(__aarch64__)
  return true;
#else
  return false;
#endif
}

}  // namespace dlfs
