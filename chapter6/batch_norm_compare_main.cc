#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "chapter6/batch_norm_compare.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/learning_rate_flag.h"
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
  if (!stds.empty()) config.init_stds.clear();
  for (const std::string& item : stds) {
    double std;
    if (!absl::SimpleAtod(item, &std) || !std::isfinite(std) || std < 0) {
      return dlfs::FlagError("init_std", "numbers of at least 0", absl::StrCat("'", item, "'"));
    }
    if (std::find(config.init_stds.begin(), config.init_stds.end(), std) !=
        config.init_stds.end()) {
      return dlfs::FlagError("init_std", "each once", absl::StrCat("'", item, "' twice"));
    }
    config.init_stds.push_back(std);
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
