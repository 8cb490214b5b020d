#include <set>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/learning_rate_flag.h"
#include "chapter6/network_flags.h"
#include "chapter6/overfit.h"
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

// "dropout+batch_norm" -> the method with the name "batch norm + dropout"
absl::StatusOr<dlfs::OverfitMethod> MethodFromName(const std::string& name) {
  dlfs::OverfitMethod method;
  std::set<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(name, '+')) {
    if (part == "batch_norm") {
      method.batch_norm = true;
    } else if (part == "weight_decay") {
      method.penalty = {dlfs::Penalty::Kind::kL2, absl::GetFlag(FLAGS_weight_decay)};
    } else if (part == "dropout") {
      method.dropout = {dlfs::DropoutChoice::Kind::kStandard, absl::GetFlag(FLAGS_dropout_ratio)};
    } else if (name != "none") {
      return dlfs::FlagError("techniques",
                             "none, weight_decay, dropout, batch_norm, or some of these with +",
                             absl::StrCat("'", name, "'"));
    }
    if (!parts.insert(part).second) {
      return dlfs::FlagError("techniques", "each part once", absl::StrCat("'", name, "'"));
    }
  }
  const std::string sorted = absl::StrJoin(parts, "+");
  method.cells = {sorted};
  method.name = absl::StrReplaceAll(sorted, {{"_", " "}, {"+", " + "}});
  return method;
}

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::OverfitComparison comparison = {.name = "overfit_compare",
                                        .figure = "",
                                        .title = "6.4: what helps against overfitting",
                                        .columns = {"technique"},
                                        .methods = {},
                                        .training = {}};
  if (auto s = dlfs::CheckDropoutRatio(absl::GetFlag(FLAGS_dropout_ratio)); !s.ok()) return s;
  if (auto s = dlfs::CheckNotNegative("weight_decay", absl::GetFlag(FLAGS_weight_decay)); !s.ok()) {
    return s;
  }
  const std::vector<std::string> names = absl::GetFlag(FLAGS_techniques);
  for (const std::string& name : names) {
    const auto method = MethodFromName(name);
    if (!method.ok()) return method.status();
    comparison.methods.push_back(*method);
  }
  if (auto s = dlfs::CheckMethods("techniques", names, comparison.methods); !s.ok()) return s;
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
