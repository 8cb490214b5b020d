#include "chapter6/search_summary.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/mean_and_std.h"

namespace dlfs {
namespace {

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
  absl::PrintF("  %-13s  %s to %s, %s\n", name, ThreeDigits(least), ThreeDigits(largest),
               judgement);
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
                 absl::StrFormat("%.4f", Validation(trial)),
                 absl::StrFormat("%.4f", trial.curve.train.back()),
                 ThreeDigits(trial.tried.learning_rate), ThreeDigits(trial.tried.weight_decay));
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
      return absl::StrCat(ThreeDigits(range.low), " to ", ThreeDigits(range.high));
    };
    absl::PrintF("%5d %25s %25s %11.4f %7.4f\n", round->round, text(round->learning_rate),
                 text(round->weight_decay), Validation(*BestFirst({round}).front()),
                 MedianValidation(*round));
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
    absl::PrintF("%6d %14s %13s %11.4f %9.4f\n", best.seed,
                 ThreeDigits(best.trial.tried.learning_rate),
                 ThreeDigits(best.trial.tried.weight_decay), validation.back(), test.back());
  }
  if (result.best.size() > 1) {
    absl::PrintF("mean ± standard deviation: validation %s, test %s\n",
                 TableCell(MeanAndStd(validation)), TableCell(MeanAndStd(test)));
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
