#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/batch_norm_gradient_check.h"
#include "common/csv.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(int, samples, dlfs::BatchNormGradientCheckConfig().samples,
          "images of the check that means something, beside the book's with 1");
ABSL_FLAG(double, h, dlfs::BatchNormGradientCheckConfig().h, "h of the central differences");

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::BatchNormGradientCheckConfig config;
  config.samples = absl::GetFlag(FLAGS_samples);
  config.h = absl::GetFlag(FLAGS_h);
  if (!(config.h >= 1e-7 && config.h <= 1e-4)) {
    return dlfs::FlagError("h", "a number from 1e-07 to 0.0001", dlfs::ShortestDecimal(config.h));
  }
  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::RunBatchNormGradientCheck(config, *mnist, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(argc, argv,
                              "6.3: back-propagation through batch normalisation against central "
                              "differences, on one sample "
                              "as in the book, and on several, which means something.",
                              Run);
}
