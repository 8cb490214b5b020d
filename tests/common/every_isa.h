#ifndef TESTS_COMMON_EVERY_ISA_H_
#define TESTS_COMMON_EVERY_ISA_H_

#include <concepts>
#include <type_traits>

#include "common/matrix/isa.h"
#include "gtest/gtest.h"

namespace dlfs {

// Expects f, a function of no argument, to return the same with every instruction set that this CPU
// has.
template <std::invocable F>
void ExpectSameOnEveryIsa(F&& f) {
  SetCurrentIsa(Isa::kBaseline);
  const std::invoke_result_t<F> expected = f();
  for (Isa isa : SupportedIsas()) {
    SetCurrentIsa(isa);
    EXPECT_EQ(f(), expected) << IsaName(isa);
  }
  SetCurrentIsa(SupportedIsas().front());
}

}  // namespace dlfs

#endif  // TESTS_COMMON_EVERY_ISA_H_
