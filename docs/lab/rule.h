#ifndef DOCS_LAB_RULE_H_
#define DOCS_LAB_RULE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "docs/lab/rule_parser.h"

// The second half of the compiler: the operations of a rule become a module of WebAssembly.
//
// The module imports
//   env.memory                the memory in which the arrays are
//   env.exp(x: f64) -> f64    e^x
// and exports
//   step(W, dW, state1, state2, state3: i32, n: i32, eta: f64, t: f64)
// which updates W and the states, n elements each, at these addresses. A state that the rule has not is
// not touched.
//
// Scalars are computed in double, once a step, and rounded where they meet an element, as in
// optimizers.cc: so a rule of the book, typed in, has the same bits.
namespace dlfs {

enum class Precision { kFloat, kDouble };  // of the elements

struct CompiledRule {
  std::vector<uint8_t> module;
  std::optional<RuleError> error;  // then there is no module
};

CompiledRule CompileRule(std::string_view text, Precision precision);

// The largest exponent of a power; the result of a larger one is NaN. A power is computed by repeated
// multiplication, as optimizers.cc does it step by step.
constexpr int kLargestExponent = 10000;

}  // namespace dlfs

#endif  // DOCS_LAB_RULE_H_
