#include <cstdio>

#include "chapter6/optimizer_compare_mnist_flags.h"
#include "chapter6/optimizer_compare_naive_flags.h"
#include "common/experiment.h"

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(argc, argv,
                              "6.1, figures 6-1 to 6-9: optimizers on f(x, y) = x²/20 + y² "
                              "(optimizer_compare_naive), then on MNIST "
                              "(optimizer_compare_mnist).",
                              [](dlfs::Experiment& experiment) {
                                absl::Status status =
                                    dlfs::RunOptimizerCompareNaiveFromFlags(experiment);
                                if (!status.ok()) return status;
                                std::printf("\n");
                                return dlfs::RunOptimizerCompareMnistFromFlags(experiment);
                              });
}
