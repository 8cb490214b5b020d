#include "chapter6/search_summary.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/mean_and_std.h"

namespace dlfs {
namespace {

std::string AccuracyText(double accuracy) {
  return std::isnan(accuracy) ? "diverged" : absl::StrFormat("%.4f", accuracy);
}

// Where the best tenth of the trials is in a range, and what that says.
void PrintRange(absl::string_view name, const SearchRange& range,
                const std::vector<const Trial*>& best, double Hyperparameters::*value) {
  constexpr size_t kEnough = 5;  // of few trials it says nothing
  std::vector<double> values;
  for (const Trial* trial : best) values.push_back(trial->tried.*value);
  const auto [least, largest] = std::ranges::minmax(values);
  const SearchRange narrow = NarrowRange(range, values);
  const double width = range.PositionOf(narrow.high) - range.PositionOf(narrow.low);
  const std::string flag = absl::StrCat(" (--", name, "_range)");
  const std::string judgement =
      best.size() < kEnough ? ""
      : width > 0.75        ? ", nearly the whole range: it hardly matters here"
      : narrow.high >= range.high
          ? ", up to the upper end of the range: better ones may lie above it" + flag
      : narrow.low <= range.low && range.low > 0
          ? ", down to the lower end of the range: better ones may lie below it" + flag
          : ", well inside the range";
  absl::PrintF("  %-13s  %s to %s%s\n", name, ThreeDigits(least), ThreeDigits(largest), judgement);
}

// Which trials have diverged, and the first epochs at whose ends that was seen.
void PrintDiverged(const std::vector<const Trial*>& trials) {
  constexpr size_t kNamed = 10;
  std::vector<std::string> names;
  for (const Trial* trial : trials) {
    const TrialCurve& curve = trial->curve;
    const auto nan = std::ranges::find_if(curve.validation, [](double a) { return std::isnan(a); });
    if (nan == curve.validation.end()) continue;
    names.push_back(
        absl::StrCat(trial->number, " (", curve.epochs[nan - curve.validation.begin()], ")"));
  }
  if (names.empty()) return;
  const size_t diverged = names.size();
  if (diverged > kNamed) names.resize(kNamed);
  absl::PrintF(
      "\nDiverged: %d of %d trials, by their number (and epoch): %s%s%s\n", diverged, trials.size(),
      absl::StrJoin(names, ", "), diverged > kNamed ? ", ..." : ".",
      diverged == trials.size() ? " Try smaller learning rates (--learning_rate_range)." : "");
}

void PrintTrials(const SearchResult& result, const std::vector<const SearchRound*>& rounds) {
  const std::vector<const Trial*> best_first = BestFirst(rounds);
  absl::PrintF("\nThe best trials of seed %d, by their validation accuracy:\n",
               rounds.front()->seed);
  absl::PrintF("%4s %6s %11s %9s %14s %13s\n", "rank", "trial", "validation", "training",
               "learning rate", "weight decay");
  for (size_t i = 0; i < std::min(best_first.size(), kBestTrials); ++i) {
    const Trial& trial = *best_first[i];
    absl::PrintF("%4d %6d %11s %9s %14s %13s\n", i + 1, trial.number,
                 AccuracyText(Validation(trial)), AccuracyText(trial.curve.train.back()),
                 ThreeDigits(trial.tried.learning_rate), ThreeDigits(trial.tried.weight_decay));
  }
  PrintDiverged(best_first);
  const double best = Validation(*best_first.front());
  if (std::isnan(best)) return;
  const double n = static_cast<double>(result.validation_images);
  const double standard_error = std::sqrt(best * (1 - best) / n);
  const auto reach = [&](double accuracy) {
    return std::ranges::count_if(
        best_first, [&](const Trial* trial) { return Validation(*trial) >= accuracy; });
  };
  absl::PrintF(
      "\nThe best validation accuracy: %d of %d trials. Within its standard error of %.2f (%d "
      "validation\nimages), which cannot be told apart: %d. Among equals the training accuracy "
      "decides, then the mean\nvalidation accuracy over the epochs, then the number.\n",
      reach(best), best_first.size(), standard_error, result.validation_images,
      reach(best - standard_error));

  const SearchRound& first = *rounds.front();
  std::set<double> learning_rates, weight_decays;
  for (const Trial& trial : first.trials) {
    learning_rates.insert(trial.tried.learning_rate);
    weight_decays.insert(trial.tried.weight_decay);
  }
  const std::vector<const Trial*> best_tenth = BestTenth(first);
  absl::PrintF(
      "\nTried%s: %d different learning rates, %d weight decays. The best %d trials have\n",
      rounds.size() > 1 ? " in round 1" : "", learning_rates.size(), weight_decays.size(),
      best_tenth.size());
  PrintRange("learning_rate", first.learning_rate, best_tenth, &Hyperparameters::learning_rate);
  PrintRange("weight_decay", first.weight_decay, best_tenth, &Hyperparameters::weight_decay);
}

void PrintRounds(const std::vector<const SearchRound*>& rounds) {
  absl::PrintF("\n%5s %25s %25s %11s %8s\n", "round", "learning rates", "weight decays", "best",
               "median");
  for (const SearchRound* round : rounds) {
    const auto text = [](const SearchRange& range) {
      return absl::StrCat(ThreeDigits(range.low), " to ", ThreeDigits(range.high));
    };
    absl::PrintF("%5d %25s %25s %11s %8s\n", round->round, text(round->learning_rate),
                 text(round->weight_decay), AccuracyText(Validation(*BestFirst({round}).front())),
                 AccuracyText(MedianValidation(*round)));
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
    absl::PrintF("%6d %14s %13s %11s %9s\n", best.seed, ThreeDigits(best.trial.tried.learning_rate),
                 ThreeDigits(best.trial.tried.weight_decay), AccuracyText(validation.back()),
                 AccuracyText(test.back()));
  }
  if (result.best.size() > 1) {
    absl::PrintF("mean ± standard deviation: validation %s, test %s\n", TableCell(validation),
                 TableCell(test));
  }
}

}  // namespace

std::string ThreeDigits(double value) { return absl::StrFormat("%.3g", value); }

void PrintSearch(const SearchResult& result, uint64_t seed) {
  const std::vector<const SearchRound*> rounds = result.RoundsOf(seed);
  PrintTrials(result, rounds);
  if (rounds.size() > 1) PrintRounds(rounds);
  if (!result.best.empty()) PrintBest(result);
}

}  // namespace dlfs
