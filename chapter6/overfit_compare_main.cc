#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/learning_rate_flag.h"
#include "chapter6/overfit.h"
#include "chapter6/overfit_methods.h"
#include "chapter6/regularization.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

ABSL_FLAG(std::vector<std::string>, techniques,
          std::vector<std::string>({"none", "weight_decay", "dropout", "batch_norm",
                                    "batch_norm+weight_decay", "batch_norm+dropout"}),
          "what to compare: a list of none, weight_decay, dropout, batch_norm, and combinations of "
          "them with +");
ABSL_FLAG(double, weight_decay, 0.1, "lambda of the L2 penalty, where there is weight decay");
ABSL_FLAG(double, dropout_ratio, dlfs::DropoutChoice().ratio,
          "how many neurons of a hidden layer are left out in training, from 0 to below 1, where "
          "there is dropout");

ABSL_FLAG(bool, with_adam, true,
          "compare once more with Adam, in a third of the epochs; writes overfit_compare_adam.*");

namespace dlfs {

// The comparison is not the book's own; a look every fifth epoch is enough.
EpochTraining BookTraining() {
  EpochTraining training = BookOverfitTraining(201);
  training.evaluation_interval = 5;
  return training;
}

}  // namespace dlfs

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::OverfitComparison comparison = {.name = "overfit_compare",
                                        .figure = "",
                                        .title = "6.4: what helps against overfitting",
                                        .columns = {"technique"},
                                        .methods = {},
                                        .training = {}};
  const auto methods =
      dlfs::TechniqueMethods(absl::GetFlag(FLAGS_techniques), absl::GetFlag(FLAGS_weight_decay),
                             absl::GetFlag(FLAGS_dropout_ratio));
  if (!methods.ok()) return methods.status();
  comparison.methods = *methods;
  const auto training = dlfs::EpochTrainingFromFlags();
  if (!training.ok()) return training.status();
  comparison.training = *training;
  if (auto s = dlfs::ReadLearningRateFlag(comparison.training); !s.ok()) return s;

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::CompareOverfittingTwice(comparison, absl::GetFlag(FLAGS_with_adam), *mnist,
                                       experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv,
      "6.3 and 6.4: what weight decay, dropout, batch normalisation, and some of them together do "
      "against overfitting on few images.",
      Run);
}
