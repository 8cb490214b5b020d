#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/batch_norm_compare.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/learning_rate_flag.h"
#include "chapter6/network_flags.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(
    std::vector<std::string>, init_std, {},
    "the standard deviation of the initial weights, or a list of them, a panel each; default: "
    "the 16 of figure 6-19, from 1 to 0.0001");

namespace dlfs {

EpochTraining BookTraining() { return BatchNormCompareConfig().training; }

}  // namespace dlfs

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::BatchNormCompareConfig config;
  const std::vector<std::string> stds = absl::GetFlag(FLAGS_init_std);
  if (!stds.empty()) {
    const auto init_stds = dlfs::ReadInitStds(stds);
    if (!init_stds.ok()) return init_stds.status();
    config.init_stds = *init_stds;
  }
  const auto training = dlfs::EpochTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;
  if (auto s = dlfs::ReadLearningRateFlag(config.training); !s.ok()) return s;

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::RunBatchNormCompare(config, *mnist, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(argc, argv,
                              "6.3.2, figures 6-18 and 6-19: learning with and without batch "
                              "normalisation, from weights of "
                              "different standard deviations.",
                              Run);
}
