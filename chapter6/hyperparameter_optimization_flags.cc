#include "chapter6/hyperparameter_optimization_flags.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "chapter6/epoch_flags.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/network_flags.h"
#include "common/csv.h"
#include "common/runfiles.h"

using Config = dlfs::HyperparameterOptimizationConfig;

ABSL_FLAG(int, trials, Config().trials, "how many settings to try, in each round");
ABSL_FLAG(int, rounds, Config().rounds,
          "how many rounds; each looks where the best tenth of the round before was");
ABSL_FLAG(std::string, method, std::string(dlfs::SearchMethodName(Config().method)),
          "random, or grid: the square root of --trials values of each range");
ABSL_FLAG(std::string, learning_rate_range, dlfs::SearchRangeText(Config().learning_rate),
          "the learning rates to try, LOW:HIGH");
ABSL_FLAG(std::string, weight_decay_range, dlfs::SearchRangeText(Config().weight_decay),
          "the weight decays (lambda of an L2 penalty) to try, LOW:HIGH");
ABSL_FLAG(std::string, scale, std::string(dlfs::ScaleName(Config().learning_rate.scale)),
          "log: each power of ten is equally likely; uniform: each value is");
ABSL_FLAG(bool, same_start, Config().same_start,
          "whether all trials of a seed start from the same weights and see the same mini-batches");
ABSL_FLAG(double, validation_share, Config().validation_share,
          "the share of the images that is kept for validation, above 0 and below 1");
ABSL_FLAG(std::string, only_trials, "",
          "FIRST:LAST: a part of the search, these trials alone, for --merge; empty: all");
ABSL_FLAG(std::vector<std::string>, merge, {},
          "the hyperparameter_optimization.csv of parts of this search; what is in none of them is "
          "made");

namespace dlfs {
namespace {

absl::Status ReadRange(const char* flag, const std::string& text, Scale scale, SearchRange& range) {
  const auto read = SearchRangeFromText(text, scale);
  if (!read.ok()) return OfFlag(flag, read.status());
  range = *read;
  return absl::OkStatus();
}

absl::Status ReadOnlyTrials(const std::string& text, Config& config) {
  if (text.empty()) return absl::OkStatus();
  const std::vector<std::string> ends = absl::StrSplit(text, ':');
  std::pair<int, int> trials;
  if (ends.size() != 2 || !absl::SimpleAtoi(ends[0], &trials.first) ||
      !absl::SimpleAtoi(ends[1], &trials.second) || trials.first < 0 ||
      trials.first > trials.second || trials.second >= config.trials) {
    return FlagError("only_trials",
                     absl::StrCat("FIRST:LAST with 0 <= FIRST <= LAST <= ", config.trials - 1),
                     absl::StrCat("'", text, "'"));
  }
  config.only_trials = trials;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Config> HyperparameterOptimizationConfigFromFlags(const Experiment& experiment) {
  Config config;
  config.trials = absl::GetFlag(FLAGS_trials);
  config.rounds = absl::GetFlag(FLAGS_rounds);
  if (auto s = CheckFlagInRange("trials", config.trials, 1, 100000); !s.ok()) return s;
  if (auto s = CheckFlagInRange("rounds", config.rounds, 1, 100); !s.ok()) return s;

  const auto method = SearchMethodFromName(absl::GetFlag(FLAGS_method));
  if (!method.ok()) return OfFlag("method", method.status());
  config.method = *method;
  if (*method == SearchMethod::kGrid && !GridSide(config.trials).has_value()) {
    const int below = static_cast<int>(std::sqrt(config.trials));
    return FlagError("trials",
                     absl::StrCat("a square number for --method=grid, such as ", below * below,
                                  " or ", (below + 1) * (below + 1)),
                     absl::StrCat(config.trials));
  }

  const auto scale = ScaleFromName(absl::GetFlag(FLAGS_scale));
  if (!scale.ok()) return OfFlag("scale", scale.status());
  if (auto s = ReadRange("learning_rate_range", absl::GetFlag(FLAGS_learning_rate_range), *scale,
                         config.learning_rate);
      !s.ok()) {
    return s;
  }
  if (auto s = ReadRange("weight_decay_range", absl::GetFlag(FLAGS_weight_decay_range), *scale,
                         config.weight_decay);
      !s.ok()) {
    return s;
  }
  if (auto s = CheckNotNegative("learning_rate_range", config.learning_rate.low); !s.ok()) {
    return s;
  }
  if (auto s = CheckNotNegative("weight_decay_range", config.weight_decay.low); !s.ok()) {
    return s;
  }

  config.same_start = absl::GetFlag(FLAGS_same_start);
  config.validation_share = absl::GetFlag(FLAGS_validation_share);
  if (!(config.validation_share > 0 && config.validation_share < 1)) {
    return FlagError("validation_share", "a number above 0 and below 1",
                     ShortestDecimal(config.validation_share));
  }
  if (auto s = ReadOnlyTrials(absl::GetFlag(FLAGS_only_trials), config); !s.ok()) return s;
  for (const std::string& part : absl::GetFlag(FLAGS_merge)) {
    config.merge.push_back(FromWorkingDirectory(part));
  }
  if ((config.only_trials.has_value() || !config.merge.empty()) &&
      (config.rounds > 1 || experiment.seeds > 1)) {
    return FlagError(config.only_trials.has_value() ? "only_trials" : "merge",
                     "a search of one round and one seed",
                     absl::StrCat("--rounds=", config.rounds, " --seeds=", experiment.seeds));
  }
  const auto training = EpochTrainingFromFlags();
  if (!training.ok()) return training.status();
  config.training = *training;
  return config;
}

}  // namespace dlfs
