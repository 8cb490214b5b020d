// Prints LossAfter(20 steps) of each optimizer, as wasm.sh has it printed by a browser's engine.
#include <cstdio>

#include "chapter6/optimizers.h"
#include "common/matrix/isa.h"
#include "tests/wasm/train_core.h"

int main() {
  dlfs::SetCurrentIsa(dlfs::Isa::kBaseline);
  const int optimizers = static_cast<int>(dlfs::OptimizerNames().size());
  for (int i = 0; i < optimizers; ++i) std::printf("%.17g\n", LossAfter(20, i));
}
