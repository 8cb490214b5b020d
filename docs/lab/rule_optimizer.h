#ifndef DOCS_LAB_RULE_OPTIMIZER_H_
#define DOCS_LAB_RULE_OPTIMIZER_H_

#include <cstddef>
#include <memory>

#include "chapter6/optimizers.h"

namespace dlfs {

// The rule that a reader typed, as an optimizer of `size` parameters. JavaScript has compiled it for
// this T, made it an instance, and calls that whenever rule.step, which this module imports, is called.
template <typename T>
std::unique_ptr<Optimizer<T>> MakeRule(double learning_rate, size_t size);

}  // namespace dlfs

#endif  // DOCS_LAB_RULE_OPTIMIZER_H_
