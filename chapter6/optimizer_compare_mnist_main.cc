#include "chapter6/optimizer_compare_mnist.h"
#include "chapter6/optimizer_compare_mnist_flags.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv, "6.1.8, figure 6-9: how fast networks learn MNIST with different optimizers.",
      [](dlfs::Experiment& experiment) -> absl::Status {
        const auto config = dlfs::OptimizerCompareMnistConfigFromFlags();
        if (!config.ok()) return config.status();
        const auto mnist = dlfs::LoadMnist(experiment.data_dir);
        if (!mnist.ok()) return mnist.status();
        return dlfs::RunOptimizerCompareMnist(*config, *mnist, experiment);
      });
}
