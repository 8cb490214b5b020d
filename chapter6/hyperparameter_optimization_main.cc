#include "absl/status/status.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/hyperparameter_optimization.h"
#include "chapter6/hyperparameter_optimization_flags.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

namespace dlfs {

EpochTraining BookTraining() { return HyperparameterOptimizationConfig().training; }

}  // namespace dlfs

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.5.2, figure 6-24: a search for the learning rate and the weight decay. Interrupted, it "
      "goes on with what is missing when it is started again.",
      [](dlfs::Experiment& experiment) -> absl::Status {
        const auto config = dlfs::HyperparameterOptimizationConfigFromFlags(experiment);
        if (!config.ok()) return config.status();
        const auto mnist = dlfs::LoadMnist(experiment.data_dir);
        if (!mnist.ok()) return mnist.status();
        return dlfs::RunHyperparameterOptimization(*config, *mnist, experiment);
      });
}
