#include "chapter6/search_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/search_summary.h"
#include "common/csv.h"

namespace dlfs {
namespace {

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/hyperparameter_optimization.gp.inc"
    ;

std::vector<uint64_t> Seeds(const SearchResult& result) {
  std::vector<uint64_t> seeds;
  for (const SearchRound& round : result.rounds) {
    if (seeds.empty() || seeds.back() != round.seed) seeds.push_back(round.seed);
  }
  return seeds;
}

absl::Status WriteTrials(const SearchResult& result, Experiment& experiment) {
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv(absl::StrCat(result.name, "_trials"), result.configuration,
                           {"seed", "rank", "round", "trial", "learning_rate", "weight_decay",
                            "validation_accuracy", "train_accuracy", "mean_validation_accuracy"});
  if (!csv.ok()) return csv.status();
  for (const uint64_t seed : Seeds(result)) {
    const std::vector<const SearchRound*> rounds = result.RoundsOf(seed);
    size_t rank = 0;
    for (const Trial* trial : BestFirst(rounds)) {
      const auto round = std::ranges::count_if(rounds, [&](const SearchRound* candidate) {
        return candidate->first_trial <= trial->number;
      });
      const TrialScore score = Score(trial->curve);
      csv->Row(seed, ++rank, round, trial->number, trial->tried.learning_rate,
               trial->tried.weight_decay, score.validation, score.train, score.mean_validation);
    }
  }
  return csv->Flush();
}

absl::Status WriteRounds(const SearchResult& result, Experiment& experiment) {
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      absl::StrCat(result.name, "_rounds"), result.configuration,
      {"seed", "round", "learning_rate_low", "learning_rate_high", "weight_decay_low",
       "weight_decay_high", "best_validation_accuracy", "median_validation_accuracy"});
  if (!csv.ok()) return csv.status();
  for (const SearchRound& round : result.rounds) {
    csv->Row(round.seed, round.round, round.learning_rate.low, round.learning_rate.high,
             round.weight_decay.low, round.weight_decay.high,
             Validation(*BestFirst({&round}).front()), MedianValidation(round));
  }
  return csv->Flush();
}

absl::Status WriteBest(const SearchResult& result, Experiment& experiment) {
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv(absl::StrCat(result.name, "_best"), result.configuration,
                           {"seed", "trial", "learning_rate", "weight_decay", "validation_accuracy",
                            "train_accuracy", "test_accuracy"});
  if (!csv.ok()) return csv.status();
  for (const BestSetting& best : result.best) {
    csv->Row(best.seed, best.trial.number, best.trial.tried.learning_rate,
             best.trial.tried.weight_decay, Validation(best.trial), best.trial.curve.train.back(),
             best.test_accuracy);
  }
  return csv->Flush();
}

}  // namespace

std::vector<const SearchRound*> SearchResult::RoundsOf(uint64_t seed) const {
  std::vector<const SearchRound*> of_seed;
  for (const SearchRound& round : rounds) {
    if (round.seed == seed) of_seed.push_back(&round);
  }
  return of_seed;
}

absl::Status ReportSearch(const SearchResult& result, Experiment& experiment) {
  for (const auto& write : {WriteTrials, WriteRounds, WriteBest}) {
    if (absl::Status status = write(result, experiment); !status.ok()) return status;
  }
  const uint64_t seed = result.rounds.front().seed;
  const std::vector<const SearchRound*> rounds = result.RoundsOf(seed);
  PrintSearch(result, seed);

  std::vector<std::string> numbers, accuracies, learning_rates, weight_decays;
  const std::vector<const Trial*> best_first = BestFirst(rounds);
  for (size_t i = 0; i < std::min(best_first.size(), kBestTrials); ++i) {
    numbers.push_back(absl::StrCat(best_first[i]->number));
    const double validation = Validation(*best_first[i]);
    accuracies.push_back(std::isnan(validation) ? "diverged" : absl::StrFormat("%.3f", validation));
    learning_rates.push_back(ThreeDigits(best_first[i]->tried.learning_rate));
    weight_decays.push_back(ThreeDigits(best_first[i]->tried.weight_decay));
  }
  size_t diverged = 0;  // of all seeds
  for (const SearchRound& round : result.rounds) {
    diverged += std::ranges::count_if(
        round.trials, [](const Trial& trial) { return std::isnan(Validation(trial)); });
  }
  const SearchRound& first = *rounds.front();
  const std::string seeds = experiment.seeds == 1
                                ? absl::StrCat("seed ", seed)
                                : absl::StrCat("seeds ", seed, " to ", Seeds(result).back());
  const bool narrowed = rounds.size() > 1;
  return experiment.Draw(
      {.name = result.name,
       .commands = absl::StrCat(kStyle, kCommands),
       .definitions =
           {{"methods", "training validation"},
            {"best_trials", absl::StrJoin(numbers, " ")},
            {"best_accuracies", absl::StrJoin(accuracies, " ")},
            {"best_learning_rates", absl::StrJoin(learning_rates, " ")},
            {"best_weight_decays", absl::StrJoin(weight_decays, " ")},
            {"last_epoch", result.epochs - 1.0},
            {"logarithmic", first.learning_rate.scale == Scale::kLog ? 1.0 : 0.0},
            {"learning_rate_low", first.learning_rate.low},
            {"learning_rate_high", first.learning_rate.high},
            {"weight_decay_low", first.weight_decay.low},
            {"weight_decay_high", first.weight_decay.high},
            {"diverged_trials", static_cast<double>(diverged)},
            {"rounds", static_cast<double>(rounds.size())},
            {"seed", absl::StrCat(seed)},
            {"figure_title",
             absl::StrCat(result.figure, result.figure.empty() ? "T" : ": t", "he best of ",
                          best_first.size(), " trials (learning rate η, weight decay λ), ",
                          result.validation_images, " validation images, seed ", seed)},
            {"rounds_title",
             absl::StrCat("Each round looks where the best tenth of the one before was, ",
                          best_first.size(), " trials, seed ", seed)},
            {"map_title",
             absl::StrCat("Validation accuracy of ", best_first.size() * Seeds(result).size(),
                          " trials, ", seeds)}},
       .pictures = narrowed ? std::vector<std::string>{"", "_map", "_rounds"}
                            : std::vector<std::string>{"", "_map"}});
}

}  // namespace dlfs
