#include "chapter6/optimizer_compare_naive.h"
#include "chapter6/optimizer_compare_naive_flags.h"
#include "common/experiment.h"

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.1.3 to 6.1.7, figures 6-1 to 6-8: the paths of optimizers on f(x, y) = x²/20 + y².",
      [](dlfs::Experiment& experiment) -> absl::Status {
        const auto config = dlfs::OptimizerCompareNaiveConfigFromFlags();
        if (!config.ok()) return config.status();
        return dlfs::RunOptimizerCompareNaive(*config, experiment);
      });
}
