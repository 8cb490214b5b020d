#include <cstdio>

#include "absl/status/status.h"
#include "chapter6/loss_curve_training.h"
#include "chapter6/optimizer_compare_mnist.h"
#include "chapter6/optimizer_compare_mnist_flags.h"
#include "chapter6/optimizer_compare_naive.h"
#include "chapter6/optimizer_compare_naive_flags.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.1, figures 6-1 to 6-9: optimizers on f(x, y) = x²/20 + y² (optimizer_compare_naive), then "
      "on MNIST (optimizer_compare_mnist).",
      [](dlfs::Experiment& experiment) -> absl::Status {
        const auto naive = dlfs::OptimizerCompareNaiveConfigFromFlags();
        if (!naive.ok()) return naive.status();
        const auto mnist_config = dlfs::OptimizerCompareMnistConfigFromFlags();
        if (!mnist_config.ok()) return mnist_config.status();
        // What can be wrong is found before anything runs.
        const auto mnist = dlfs::LoadMnist(experiment.data_dir);
        if (!mnist.ok()) return mnist.status();
        absl::Status status = dlfs::CheckTraining(mnist_config->training, *mnist);
        if (!status.ok()) return status;

        status = dlfs::RunOptimizerCompareNaive(*naive, experiment);
        if (!status.ok()) return status;
        std::printf("\n");
        return dlfs::RunOptimizerCompareMnist(*mnist_config, *mnist, experiment);
      });
}
