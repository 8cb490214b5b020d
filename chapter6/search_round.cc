#include "chapter6/search_round.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/csv.h"
#include "common/progress.h"

namespace dlfs {
namespace {

using Config = HyperparameterOptimizationConfig;

// The number of a trial within its search, where those of the rounds before count, too; `t` counts
// within the round.
uint64_t OfSearch(const Config& config, const SearchRound& round, int t) {
  return static_cast<uint64_t>(round.round - 1) * config.trials + t;
}

Hyperparameters Point(const Config& config, const SearchRound& round, int t) {
  const SearchRange ranges[] = {round.learning_rate, round.weight_decay};
  const std::vector<double> point =
      config.method == SearchMethod::kGrid
          ? GridPoint(ranges, GridSide(config.trials).value(), t)
          : RandomPoint(ranges, round.seed, OfSearch(config, round, t));
  return {.learning_rate = point[0], .weight_decay = point[1]};
}

// The trials of a round, by where they come from.
struct Plan {
  struct Missing {
    Trial trial;
    uint64_t seed;
  };
  size_t in_file = 0;
  std::vector<Trial> made_elsewhere;
  std::vector<Missing> missing;
};

absl::StatusOr<Plan> PlanRound(const Config& config, const SearchJournal& journal,
                               const std::map<size_t, Trial>& made_elsewhere,
                               const SearchRound& round) {
  Plan plan;
  for (int t = 0; t < config.trials; ++t) {
    const size_t number = round.first_trial + static_cast<size_t>(t);
    const auto in_file = journal.trials().find(number);
    const auto elsewhere = made_elsewhere.find(number);
    if (in_file != journal.trials().end()) {
      absl::Status status = CheckTried(config, round, journal.path(), in_file->second);
      if (!status.ok()) return status;
      ++plan.in_file;
    } else if (elsewhere != made_elsewhere.end()) {
      plan.made_elsewhere.push_back(elsewhere->second);
    } else if (!config.only_trials.has_value() ||
               (config.only_trials->first <= t && t <= config.only_trials->second)) {
      plan.missing.push_back(
          {{.number = number, .tried = Point(config, round, t), .curve = {}},
           config.same_start ? round.seed : TrialSeed(round.seed, OfSearch(config, round, t))});
    }
  }
  return plan;
}

// Makes what is missing, in parallel. -> how many seconds it took
absl::StatusOr<double> MakeTrials(const Config& config, const SearchData& data,
                                  const Experiment& experiment, SearchJournal& journal,
                                  std::vector<Plan::Missing>& missing) {
  const size_t evaluations = EvaluatedEpochs(config.training).size();
  std::vector<absl::Status> statuses(missing.size());
  std::atomic<bool> failed = false;
  return experiment.RunInParallel(
      "hyperparameter_optimization", missing.size(),
      missing.size() * static_cast<size_t>(config.training.epochs), "epochs",
      [&](size_t i, Progress& progress) {
        if (failed) return;
        auto& [trial, seed] = missing[i];
        trial.curve = RunTrial(config.training, trial.tried, data, seed, progress);
        if (trial.curve.epochs.size() < evaluations) return;  // interrupted
        statuses[i] = journal.Append(trial);
        if (!statuses[i].ok()) failed = true;
      },
      [&](size_t i) { return statuses[i]; });
}

}  // namespace

SearchRound FirstRound(const Config& config, uint64_t seed, size_t first_trial) {
  return {.seed = seed,
          .round = 1,
          .first_trial = first_trial,
          .learning_rate = config.learning_rate,
          .weight_decay = config.weight_decay};
}

SearchRound NextRound(const SearchRound& round) {
  std::vector<double> learning_rates, weight_decays;
  for (const Trial* trial : BestTenth(round)) {
    learning_rates.push_back(trial->tried.learning_rate);
    weight_decays.push_back(trial->tried.weight_decay);
  }
  SearchRound next = {.seed = round.seed,
                      .round = round.round + 1,
                      .first_trial = round.first_trial + round.trials.size(),
                      .learning_rate = round.learning_rate,
                      .weight_decay = round.weight_decay};
  if (!learning_rates.empty()) {
    next.learning_rate = NarrowRange(round.learning_rate, learning_rates);
    next.weight_decay = NarrowRange(round.weight_decay, weight_decays);
  }
  return next;
}

std::vector<const Trial*> BestFirst(const std::vector<const SearchRound*>& rounds) {
  std::vector<const Trial*> trials;
  std::vector<TrialScore> scores;
  for (const SearchRound* round : rounds) {
    for (const Trial& trial : round->trials) {
      trials.push_back(&trial);
      scores.push_back(Score(trial.curve));
    }
  }
  std::vector<const Trial*> best_first;
  for (const size_t i : RankTrials(scores)) best_first.push_back(trials[i]);
  return best_first;
}

std::vector<const Trial*> BestTenth(const SearchRound& round) {
  std::vector<const Trial*> best = BestFirst({&round});
  std::erase_if(best, [](const Trial* trial) { return std::isnan(Validation(*trial)); });
  best.resize(std::min(best.size(), std::max<size_t>(round.trials.size() / 10, 2)));
  return best;
}

double Validation(const Trial& trial) { return trial.curve.validation.back(); }

double MedianValidation(const SearchRound& round) {
  const std::vector<const Trial*> best_first = BestFirst({&round});
  const size_t n = best_first.size();
  return (Validation(*best_first[(n - 1) / 2]) + Validation(*best_first[n / 2])) / 2;
}

absl::Status CheckTried(const Config& config, const SearchRound& round, const std::string& path,
                        const Trial& trial) {
  const Hyperparameters tried =
      Point(config, round, static_cast<int>(trial.number - round.first_trial));
  const auto text = [](const Hyperparameters& values) {
    return absl::StrCat("the learning rate ", ShortestDecimal(values.learning_rate),
                        " and the weight decay ", ShortestDecimal(values.weight_decay));
  };
  if (trial.tried == tried) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path, " is damaged: trial ", trial.number, " has ", text(trial.tried),
      ", where this search tries ", text(tried), ". Remove the rows of this trial, or the file"));
}

absl::Status RunRound(const Config& config, const SearchData& data,
                      const std::map<size_t, Trial>& made_elsewhere, const Experiment& experiment,
                      SearchJournal& journal, SearchRound& round) {
  absl::StatusOr<Plan> plan = PlanRound(config, journal, made_elsewhere, round);
  if (!plan.ok()) return plan.status();
  for (const Trial& trial : plan->made_elsewhere) {
    if (absl::Status status = journal.Append(trial); !status.ok()) return status;
  }
  const absl::StatusOr<double> seconds =
      MakeTrials(config, data, experiment, journal, plan->missing);
  if (!seconds.ok()) return seconds.status();

  const auto end = journal.trials().lower_bound(round.first_trial + config.trials);
  for (auto t = journal.trials().lower_bound(round.first_trial); t != end; ++t) {
    round.trials.push_back(t->second);
  }
  const size_t made = round.trials.size() - plan->in_file - plan->made_elsewhere.size();
  absl::PrintF("seed %d, round %d: %d %s in %.2f s\n", round.seed, round.round, made,
               made == 1 ? "trial" : "trials", *seconds);
  if (plan->in_file > 0) {
    absl::PrintF("  %d more were in the file already; remove it to make them anew\n",
                 plan->in_file);
  }
  if (!plan->made_elsewhere.empty()) {
    absl::PrintF("  %d more from --merge\n", plan->made_elsewhere.size());
  }
  return absl::OkStatus();
}

}  // namespace dlfs
