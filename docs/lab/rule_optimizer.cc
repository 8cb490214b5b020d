#include "docs/lab/rule_optimizer.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/matrix/elementary.h"
#include "docs/lab/export.h"
#include "docs/lab/rule.h"

// The step of the rule's own module (rule.h).
__attribute__((import_module("rule"), import_name("step"))) extern "C" void RuleStep(
    void* W, const void* dW, void* state1, void* state2, void* state3, size_t n, double eta,
    double t);

namespace dlfs {
namespace {

template <typename T>
class RuleOptimizer final : public Optimizer<T> {
 public:
  RuleOptimizer(size_t size, double eta) : Optimizer<T>(size, eta) {
    for (std::vector<T>& state : states_) state.resize(size);
  }

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    ++t_;
    RuleStep(W, dW, states_[0].data(), states_[1].data(), states_[2].data(), n, eta, t_);
  }

  std::array<std::vector<T>, kMostStates> states_;  // [size] each
  double t_ = 0;
};

std::string text;
CompiledRule rule;

}  // namespace

template <typename T>
std::unique_ptr<Optimizer<T>> MakeOptimizerOrRule(int index, double learning_rate, size_t size) {
  if (index == kRule) return std::make_unique<RuleOptimizer<T>>(size, learning_rate);
  return MakeOptimizer<T>(OptimizerNames()[static_cast<size_t>(index)], learning_rate, size);
}

template std::unique_ptr<Optimizer<float>> MakeOptimizerOrRule(int, double, size_t);
template std::unique_ptr<Optimizer<double>> MakeOptimizerOrRule(int, double, size_t);

// --- What JavaScript calls ---

// Room for the text of a rule, in UTF-8.
EXPORT(RuleText) char* RuleText(int bytes) {
  text.resize(static_cast<size_t>(bytes));
  return text.data();
}

// Compiles the text for elements of float or double -> the size of its module; 0 after an error
EXPORT(CompileRuleText) size_t CompileRuleText(int for_double) {
  rule = CompileRule(text, for_double ? Precision::kDouble : Precision::kFloat);
  return rule.module.size();
}

EXPORT(RuleModule) const uint8_t* RuleModule() { return rule.module.data(); }

// The parts of RuleError. Require: an error.
EXPORT(RuleErrorWhat) const char* RuleErrorWhat() { return rule.error->what; }
EXPORT(RuleErrorPosition) size_t RuleErrorPosition() { return rule.error->position; }
EXPORT(RuleErrorFragment) const char* RuleErrorFragment() { return rule.error->fragment.c_str(); }

// What a rule's module imports.
EXPORT(Exp) double Exp(double x) { return elementary::Exp(x); }

}  // namespace dlfs
