#include "chapter6/search_report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/csv.h"
#include "common/interrupt.h"
#include "common/mean_and_std.h"

namespace dlfs {
namespace {

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/hyperparameter_optimization.gp.inc"
    ;

constexpr size_t kPanels = 20;  // of figure 6-24

double Validation(const Trial& trial) { return trial.curve.validation.back(); }

double MedianValidation(const std::vector<const Trial*>& best_first) {
  const size_t n = best_first.size();
  return (Validation(*best_first[(n - 1) / 2]) + Validation(*best_first[n / 2])) / 2;
}

std::string Number(double value) { return absl::StrFormat("%.3g", value); }

// All rounds of the seed.
std::vector<const SearchRound*> RoundsOf(const SearchResult& result, uint64_t seed) {
  std::vector<const SearchRound*> rounds;
  for (const SearchRound& round : result.rounds) {
    if (round.seed == seed) rounds.push_back(&round);
  }
  return rounds;
}

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
    const std::vector<const SearchRound*> rounds = RoundsOf(result, seed);
    size_t rank = 0;
    for (const Trial* trial : BestFirst(rounds)) {
      const auto is_in = [&](const SearchRound* round) {
        return trial >= round->trials.data() && trial < round->trials.data() + round->trials.size();
      };
      const TrialScore score = Score(trial->curve);
      csv->Row(seed, ++rank, (*std::ranges::find_if(rounds, is_in))->round, trial->number,
               trial->tried.learning_rate, trial->tried.weight_decay, score.validation, score.train,
               score.mean_validation);
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
    const std::vector<const Trial*> best_first = BestFirst({&round});
    csv->Row(round.seed, round.round, round.learning_rate.low, round.learning_rate.high,
             round.weight_decay.low, round.weight_decay.high, Validation(*best_first.front()),
             MedianValidation(best_first));
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

// What the best tenth of the trials says about a range.
void PrintRange(absl::string_view name, const SearchRange& range,
                const std::vector<const Trial*>& best, double Hyperparameters::*value) {
  std::vector<double> values;
  for (const Trial* trial : best) values.push_back(trial->tried.*value);
  const auto [least, largest] = std::ranges::minmax(values);
  const SearchRange narrow = NarrowRange(range, values);
  const double width = range.PositionOf(narrow.high) - range.PositionOf(narrow.low);
  const std::string flag = absl::StrCat(" (--", name, "_range)");
  const std::string judgement =
      width > 0.75 ? "nearly the whole range: it hardly matters here"
      : narrow.high >= range.high
          ? "up to the upper end of the range: better ones may lie above it" + flag
      : narrow.low <= range.low
          ? "down to the lower end of the range: better ones may lie below it" + flag
          : "well inside the range";
  absl::PrintF("  %-13s  %s to %s, %s\n", name, Number(least), Number(largest), judgement);
}

void PrintTrials(const SearchResult& result, const std::vector<const SearchRound*>& rounds) {
  const std::vector<const Trial*> best_first = BestFirst(rounds);
  absl::PrintF("\nThe best trials of seed %d, by their validation accuracy:\n",
               rounds.front()->seed);
  absl::PrintF("%4s %6s %11s %9s %14s %13s\n", "rank", "trial", "validation", "training",
               "learning rate", "weight decay");
  for (size_t i = 0; i < std::min(best_first.size(), kPanels); ++i) {
    const Trial& trial = *best_first[i];
    absl::PrintF("%4d %6d %11s %9s %14s %13s\n", i + 1, trial.number,
                 absl::StrFormat("%.4f", Validation(trial)),
                 absl::StrFormat("%.4f", trial.curve.train.back()),
                 Number(trial.tried.learning_rate), Number(trial.tried.weight_decay));
  }
  const double best = Validation(*best_first.front());
  if (std::isnan(best)) return;
  const double n = static_cast<double>(result.validation_images);
  const double standard_error = std::sqrt(best * (1 - best) / n);
  const auto reach = [&](double accuracy) {
    return std::ranges::count_if(
        best_first, [&](const Trial* trial) { return Validation(*trial) >= accuracy; });
  };
  absl::PrintF(
      "\nThe best validation accuracy is that of %d of %d trials, and %d come within its standard "
      "error\nof %.2f (%d validation images): these cannot be told apart. Among equals the "
      "training\n"
      "accuracy decides, then the mean validation accuracy over the epochs, then the number.\n",
      reach(best), best_first.size(), reach(best - standard_error), standard_error,
      result.validation_images);

  const SearchRound& first = *rounds.front();
  std::vector<const Trial*> tenth = BestFirst({&first});
  std::set<double> learning_rates, weight_decays;
  for (const Trial* trial : tenth) {
    learning_rates.insert(trial->tried.learning_rate);
    weight_decays.insert(trial->tried.weight_decay);
  }
  tenth.resize(std::max<size_t>(tenth.size() / 10, 1));
  absl::PrintF("\n%d learning rates and %d weight decays were tried%s. The best tenth has\n",
               learning_rates.size(), weight_decays.size(), rounds.size() > 1 ? " in round 1" : "");
  PrintRange("learning_rate", first.learning_rate, tenth, &Hyperparameters::learning_rate);
  PrintRange("weight_decay", first.weight_decay, tenth, &Hyperparameters::weight_decay);
}

void PrintRounds(const std::vector<const SearchRound*>& rounds) {
  absl::PrintF("\n%5s %25s %25s %11s %7s\n", "round", "learning rates", "weight decays", "best",
               "median");
  for (const SearchRound* round : rounds) {
    const auto text = [](const SearchRange& range) {
      return absl::StrCat(Number(range.low), " to ", Number(range.high));
    };
    const std::vector<const Trial*> best_first = BestFirst({round});
    absl::PrintF("%5d %25s %25s %11.4f %7.4f\n", round->round, text(round->learning_rate),
                 text(round->weight_decay), Validation(*best_first.front()),
                 MedianValidation(best_first));
  }
}

void PrintBest(const SearchResult& result) {
  absl::PrintF(
      "\nThe best setting of each seed, learned once more from all %d images, validation images\n"
      "included, and then measured, once, on the %d test images:\n%6s %14s %13s %11s %9s\n",
      result.images, result.test_images, "seed", "learning rate", "weight decay", "validation",
      "test");
  std::vector<double> validation, test;
  for (const BestSetting& best : result.best) {
    validation.push_back(Validation(best.trial));
    test.push_back(best.test_accuracy);
    absl::PrintF("%6d %14s %13s %11.4f %9.4f\n", best.seed, Number(best.trial.tried.learning_rate),
                 Number(best.trial.tried.weight_decay), validation.back(), test.back());
  }
  if (result.best.size() > 1) {
    absl::PrintF("mean ± standard deviation: validation %s, test %s\n",
                 TableCell(MeanAndStd(validation)), TableCell(MeanAndStd(test)));
  }
}

}  // namespace

absl::Status ReportSearch(const SearchResult& result, Experiment& experiment) {
  for (const auto& write : {WriteTrials, WriteRounds, WriteBest}) {
    if (absl::Status status = write(result, experiment); !status.ok()) return status;
  }
  const uint64_t seed = result.rounds.front().seed;
  const std::vector<const SearchRound*> rounds = RoundsOf(result, seed);
  PrintTrials(result, rounds);
  if (rounds.size() > 1) PrintRounds(rounds);
  if (!result.best.empty()) PrintBest(result);

  std::vector<std::string> numbers, accuracies, learning_rates, weight_decays;
  const std::vector<const Trial*> best_first = BestFirst(rounds);
  for (size_t i = 0; i < std::min(best_first.size(), kPanels); ++i) {
    numbers.push_back(absl::StrCat(best_first[i]->number));
    accuracies.push_back(absl::StrFormat("%.4g", Validation(*best_first[i])));
    learning_rates.push_back(Number(best_first[i]->tried.learning_rate));
    weight_decays.push_back(Number(best_first[i]->tried.weight_decay));
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
            {"rounds", static_cast<double>(rounds.size())},
            {"seed", absl::StrCat(seed)},
            {"figure_title",
             absl::StrCat(result.figure, result.figure.empty() ? "T" : ": t", "he best of ",
                          best_first.size(), " trials (learning rate η, ", "weight decay λ), ",
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
