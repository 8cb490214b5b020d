#ifndef TESTS_COMMON_KERNELS_H_
#define TESTS_COMMON_KERNELS_H_

#include <algorithm>
#include <string>
#include <type_traits>

#include "common/matrix/isa.h"
#include "gtest/gtest.h"

// A typed test suite that runs once for every instruction set and element type:
//   TYPED_TEST_SUITE(MyKernelTest, Kernels, KernelName);     where MyKernelTest<K> is KernelTest<K>
// Those that this CPU does not run are skipped.
namespace dlfs {

template <typename Element, Isa kInstructionSet>
struct Kernel {
  using T = Element;
  static constexpr Isa kIsa = kInstructionSet;
};

using Kernels = testing::Types<Kernel<float, Isa::kBaseline>, Kernel<double, Isa::kBaseline>,
                               Kernel<float, Isa::kAvx2>, Kernel<double, Isa::kAvx2>,
                               Kernel<float, Isa::kAvx512>, Kernel<double, Isa::kAvx512>>;

struct KernelName {
  template <typename K>
  static std::string GetName(int) {
    return std::string(IsaName(K::kIsa)) + (std::is_same_v<typename K::T, float> ? "_f" : "_d");
  }
};

template <typename K>
class KernelTest : public testing::Test {
 protected:
  using T = typename K::T;

  void SetUp() override {
    if (std::ranges::count(SupportedIsas(), K::kIsa) == 0) GTEST_SKIP() << "not on this CPU";
    SetCurrentIsa(K::kIsa);
  }
};

}  // namespace dlfs

#endif  // TESTS_COMMON_KERNELS_H_
