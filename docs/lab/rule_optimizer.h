#ifndef DOCS_LAB_RULE_OPTIMIZER_H_
#define DOCS_LAB_RULE_OPTIMIZER_H_

#include <cstddef>
#include <memory>

#include "chapter6/optimizers.h"

namespace dlfs {

// The rule that a reader typed, in place of the index of an optimizer.
constexpr int kRule = -1;

// An optimizer of `size` parameters, by its index in OptimizerNames(), or the rule. Requires of the
// rule: JavaScript has compiled it for this T, and calls it when this module calls its import
// rule.step (rule.js).
template <typename T>
std::unique_ptr<Optimizer<T>> MakeOptimizerOrRule(int index, double learning_rate, size_t size);

}  // namespace dlfs

#endif  // DOCS_LAB_RULE_OPTIMIZER_H_
