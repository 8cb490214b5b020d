#include "absl/status/status.h"
#include "chapter6/weight_init_compare.h"
#include "chapter6/weight_init_flags.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

namespace dlfs {

WeightInitCompareConfig BookWeightInit() { return {}; }

}  // namespace dlfs

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.2.4, figure 6-15: how fast networks learn MNIST from different initial weights.",
      [](dlfs::Experiment& experiment) -> absl::Status {
        const auto config = dlfs::WeightInitConfigFromFlags();
        if (!config.ok()) return config.status();
        const auto mnist = dlfs::LoadMnist(experiment.data_dir);
        if (!mnist.ok()) return mnist.status();
        return dlfs::RunWeightInitCompare(*config, *mnist, experiment);
      });
}
