// The flags of 6.3.2, 6.4 and 6.5: the training, what is compared, and the search. An input is lines
// of "name=value".
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/hyperparameter_optimization_flags.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/learning_rate_flag.h"
#include "chapter6/network_flags.h"
#include "chapter6/optimizers.h"
#include "chapter6/overfit.h"
#include "chapter6/overfit_methods.h"
#include "chapter6/regularization.h"
#include "chapter6/search_round.h"
#include "common/check.h"
#include "common/experiment.h"
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/one_line.h"
#include "tests/fuzz/training_checks.h"

ABSL_DECLARE_FLAG(int, seeds);  // common/experiment.cc

// Those that the programs define beside their main functions.
ABSL_FLAG(std::vector<std::string>, init_std, {}, "batch_norm_compare");
ABSL_FLAG(std::vector<std::string>, penalties, {"none"}, "overfit_weight_decay");
ABSL_FLAG(std::vector<std::string>, dropouts, {"none"}, "overfit_dropout");
ABSL_FLAG(std::vector<std::string>, techniques, {"none"}, "overfit_compare");
ABSL_FLAG(double, weight_decay, 0.1, "overfit_compare");
ABSL_FLAG(double, dropout_ratio, 0.2, "overfit_dropout and overfit_compare");

namespace dlfs {

EpochTraining BookTraining() { return BookOverfitTraining(201); }

namespace {

void CheckTraining(const EpochTraining& training) {
  CheckSizes(training.hidden, training.batch_size);
  DLFS_CHECK(training.train_size >= 1 && training.evaluation_interval >= 1);
  DLFS_CHECK(training.epochs >= 1 && training.epochs <= 1000000);
  DLFS_CHECK(std::ranges::find(OptimizerNames(), training.optimizer) != OptimizerNames().end());
}

void CheckEpochTraining() {
  auto training = EpochTrainingFromFlags();
  if (!IsValue(training)) return;
  CheckTraining(*training);
  const absl::Status status = ReadLearningRateFlag(*training);
  if (!status.ok()) return CheckFlagError(status);
  DLFS_CHECK(IsPositive(training->learning_rate));
}

void CheckInitStds() {
  const auto stds = ReadInitStds(absl::GetFlag(FLAGS_init_std));
  if (!IsValue(stds)) return;
  DLFS_CHECK(std::ranges::all_of(*stds, IsNotNegative));
  DLFS_CHECK(std::set<double>(stds->begin(), stds->end()).size() == stds->size());
}

void CheckMethods(const absl::StatusOr<std::vector<OverfitMethod>>& methods) {
  if (!IsValue(methods)) return;
  DLFS_CHECK(!methods->empty());
  std::set<std::vector<std::string>> different;
  for (const OverfitMethod& method : *methods) {
    DLFS_CHECK(IsNotNegative(method.penalty.lambda));
    DLFS_CHECK(method.dropout.ratio >= 0 && method.dropout.ratio < 1);
    // The name and the cells are written to a CSV and to a gnuplot script.
    for (const std::string& cell : method.cells) {
      DLFS_CHECK(IsOneLine(cell) && cell.find_first_of(" ,\"") == cell.npos);
    }
    DLFS_CHECK(IsOneLine(method.name) && method.name.find('"') == method.name.npos);
    DLFS_CHECK(different.insert(method.cells).second);
  }
}

bool IsIn(double value, const SearchRange& range) {
  return range.low <= value && value <= range.high;
}

void CheckRange(const SearchRange& range) {
  DLFS_CHECK(IsNotNegative(range.low) && IsPositive(range.high) && range.low < range.high);
  DLFS_CHECK(range.scale != Scale::kLog || range.low > 0);
  const auto again = SearchRangeFromText(SearchRangeText(range), range.scale);
  DLFS_CHECK(again.ok() && *again == range);
  for (const double u : {0.0, 0.1, 0.5, 0.9, 1.0}) DLFS_CHECK(IsIn(range.At(u), range));

  const double best[] = {range.At(0.4), range.At(0.5)};
  const SearchRange narrow = NarrowRange(range, best);
  DLFS_CHECK(narrow.low < narrow.high && IsIn(narrow.low, range) && IsIn(narrow.high, range));
  DLFS_CHECK(IsIn(best[0], narrow) && IsIn(best[1], narrow));
}

void CheckSearch() {
  Experiment experiment;
  experiment.seeds = absl::GetFlag(FLAGS_seeds);
  const auto config = HyperparameterOptimizationConfigFromFlags(experiment);
  if (!IsValue(config)) return;
  CheckTraining(config->training);
  DLFS_CHECK(config->validation_share > 0 && config->validation_share < 1);
  DLFS_CHECK(config->trials >= 1 && config->trials <= 100000);
  DLFS_CHECK(config->rounds >= 1 && config->rounds <= 100);
  const bool is_part = config->only_trials.has_value() || !config->merge.empty();
  DLFS_CHECK(!is_part || (config->rounds == 1 && experiment.seeds <= 1));
  if (const auto part = config->only_trials) {
    DLFS_CHECK(0 <= part->first && part->first <= part->second && part->second < config->trials);
  }

  CheckRange(config->learning_rate);
  CheckRange(config->weight_decay);
  const SearchRange ranges[] = {config->learning_rate, config->weight_decay};
  const size_t last = static_cast<size_t>(config->trials) - 1;
  const std::vector<double> point = config->method == SearchMethod::kGrid
                                        ? GridPoint(ranges, GridSide(last + 1).value(), last)
                                        : RandomPoint(ranges, experiment.seed, last);
  DLFS_CHECK(IsIn(point[0], ranges[0]) && IsIn(point[1], ranges[1]));
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dlfs;
  const FlagsInput flags(data, size);
  CheckEpochTraining();
  CheckInitStds();
  const double ratio = absl::GetFlag(FLAGS_dropout_ratio);
  CheckMethods(PenaltyMethods(absl::GetFlag(FLAGS_penalties)));
  CheckMethods(DropoutMethods(absl::GetFlag(FLAGS_dropouts), ratio));
  CheckMethods(
      TechniqueMethods(absl::GetFlag(FLAGS_techniques), absl::GetFlag(FLAGS_weight_decay), ratio));
  CheckSearch();
  return 0;
}
