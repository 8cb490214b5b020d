// For rule_test.mjs: steps of the optimizers of 6.1 and of a typed rule, in one module.
#include <cstddef>
#include <memory>
#include <vector>

#include "chapter6/optimizers.h"
#include "docs/lab/export.h"
#include "docs/lab/rule_optimizer.h"

namespace dlfs {
namespace {

template <typename T>
struct Run {
  std::unique_ptr<Optimizer<T>> optimizer;
  std::vector<T> W, dW;
};

template <typename T>
Run<T> run;

// f of the run in double, or in float.
template <typename F>
auto With(int in_double, F f) {
  return in_double ? f(run<double>) : f(run<float>);
}

}  // namespace

// An optimizer by its index, or kRule, and n parameters.
EXPORT(Begin) void Begin(int in_double, int index, double eta, size_t n) {
  With(in_double, [&]<typename T>(Run<T>& run) {
    run.optimizer = MakeOptimizerOrRule<T>(index, eta, n);
    run.W.assign(n, 0);
    run.dW.assign(n, 0);
  });
}

EXPORT(W) void* W(int in_double) {
  return With(in_double, [](auto& run) -> void* { return run.W.data(); });
}

EXPORT(G) void* G(int in_double) {
  return With(in_double, [](auto& run) -> void* { return run.dW.data(); });
}

EXPORT(Step) void Step(int in_double) {
  With(in_double, [](auto& run) { run.optimizer->Step(run.W, run.dW); });
}

}  // namespace dlfs
