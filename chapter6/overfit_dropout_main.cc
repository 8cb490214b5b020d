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

ABSL_FLAG(std::vector<std::string>, dropouts,
          std::vector<std::string>({"none", "standard", "inverted"}),
          "which kinds of dropout to compare: a list of none, standard (the book's), inverted");
ABSL_FLAG(double, dropout_ratio, dlfs::DropoutChoice().ratio,
          "how many neurons of a hidden layer are left out in training, from 0 to below 1");

ABSL_FLAG(
    bool, with_adam, true,
    "compare once more with Adam, in a third of the epochs, where dropout is ahead on the test "
    "images; writes overfit_dropout_adam.*");

namespace dlfs {

EpochTraining BookTraining() { return BookOverfitTraining(301); }

}  // namespace dlfs

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::OverfitComparison comparison = {.name = "overfit_dropout",
                                        .figure = "",
                                        .title = "dropout",
                                        .columns = {"dropout", "ratio"},
                                        .methods = {},
                                        .training = {}};
  const auto methods =
      dlfs::DropoutMethods(absl::GetFlag(FLAGS_dropouts), absl::GetFlag(FLAGS_dropout_ratio));
  if (!methods.ok()) return methods.status();
  comparison.methods = *methods;
  const auto training = dlfs::EpochTrainingFromFlags();
  if (!training.ok()) return training.status();
  comparison.training = *training;
  if (auto s = dlfs::ReadLearningRateFlag(comparison.training); !s.ok()) return s;
  if (comparison.training == dlfs::BookTraining()) comparison.figure = "Figure 6-23";

  const auto mnist = dlfs::LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  return dlfs::CompareOverfittingTwice(comparison, absl::GetFlag(FLAGS_with_adam), *mnist,
                                       experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(
      argc, argv, "6.4.3, figure 6-23: overfitting on few images, and dropout against it.", Run);
}
