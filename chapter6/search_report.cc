#include "chapter6/search_report.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/csv.h"
#include "common/experiment/table_cell.h"

namespace dlfs {
namespace {

constexpr size_t kBestTrials = 20;  // that are printed, and drawn in figure 6-24

double Validation(const Trial* trial) { return trial->validation.back(); }
bool HasDiverged(const Trial* trial) { return std::isnan(Validation(trial)); }

double MedianValidation(const SearchRound& round) {
  const std::vector<const Trial*> ranked = RankTrials({&round, 1});
  const size_t n = ranked.size();
  return (Validation(ranked[(n - 1) / 2]) + Validation(ranked[n / 2])) / 2;
}

// As numbers are printed and drawn.
std::string ThreeDigits(double value) { return absl::StrFormat("%.3g", value); }
std::string AccuracyText(double accuracy, int digits = 4) {
  return std::isnan(accuracy) ? "diverged" : absl::StrFormat("%.*f", digits, accuracy);
}
std::string RangeText(const SearchRange& range) {
  return absl::StrCat(ThreeDigits(range.low), " to ", ThreeDigits(range.high));
}

absl::Status WriteTables(const std::vector<Search>& searches, Experiment& experiment) {
  auto trials = experiment.CreateCsv(
      "_trials", {"seed", "rank", "round", "trial", "learning_rate", "weight_decay",
                  "validation_accuracy", "train_accuracy", "mean_validation_accuracy"});
  if (!trials.ok()) return trials.status();
  auto rounds = experiment.CreateCsv(
      "_rounds", {"seed", "round", "learning_rate_low", "learning_rate_high", "weight_decay_low",
                  "weight_decay_high", "best_validation_accuracy", "median_validation_accuracy"});
  if (!rounds.ok()) return rounds.status();
  auto best =
      experiment.CreateCsv("_best", {"seed", "trial", "learning_rate", "weight_decay",
                                     "validation_accuracy", "train_accuracy", "test_accuracy"});
  if (!best.ok()) return best.status();
  for (const Search& search : searches) {
    size_t rank = 0;
    for (const Trial* trial : RankTrials(search.rounds)) {
      const auto round = std::ranges::count_if(search.rounds, [&](const SearchRound& candidate) {
        return candidate.first_trial <= trial->number;
      });
      trials->Row(search.seed, ++rank, round, trial->number, trial->learning_rate,
                  trial->weight_decay, Validation(trial), trial->train.back(),
                  MeanValidation(*trial));
      if (rank == 1 && search.test_accuracy) {
        best->Row(search.seed, trial->number, trial->learning_rate, trial->weight_decay,
                  Validation(trial), trial->train.back(), *search.test_accuracy);
      }
    }
    for (const SearchRound& round : search.rounds) {
      rounds->Row(search.seed, round.round, round.learning_rate.low, round.learning_rate.high,
                  round.weight_decay.low, round.weight_decay.high,
                  Validation(RankTrials({&round, 1}).front()), MedianValidation(round));
    }
  }
  for (auto* table : {&trials, &rounds, &best}) {
    if (absl::Status status = (*table)->Flush(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Which trials have diverged, and the first epochs at whose ends that was seen.
void PrintDiverged(const std::vector<const Trial*>& ranked, const SearchFacts& facts) {
  constexpr size_t kNamed = 10;
  std::vector<std::string> names;
  for (const Trial* trial : ranked) {
    const auto nan =
        std::ranges::find_if(trial->validation, [](double a) { return std::isnan(a); });
    if (nan == trial->validation.end()) continue;
    names.push_back(
        absl::StrCat(trial->number, " (", facts.epochs[nan - trial->validation.begin()], ")"));
  }
  if (names.empty()) return;
  const size_t diverged = names.size();
  names.resize(std::min(diverged, kNamed));
  absl::PrintF(
      "\nDiverged: %d of %d trials, by their number (and epoch): %s%s%s\n", diverged, ranked.size(),
      absl::StrJoin(names, ", "), diverged > kNamed ? ", ..." : ".",
      diverged == ranked.size() ? " Try smaller learning rates (--learning_rate_range)." : "");
}

// Where the best tenth of the trials is in a range, and what that says.
void PrintRange(const std::string& name, const SearchRange& range,
                const std::vector<const Trial*>& best, double Trial::*value) {
  constexpr size_t kEnough = 5;  // of few trials it says nothing
  std::vector<double> values;
  for (const Trial* trial : best) values.push_back(trial->*value);
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
  absl::PrintF("  %-13s  %s%s\n", name, RangeText({least, largest}), judgement);
}

void PrintTrials(const Search& search, const SearchFacts& facts) {
  const std::vector<const Trial*> ranked = RankTrials(search.rounds);
  absl::PrintF("\nThe best trials of seed %d, by their validation accuracy:\n", search.seed);
  absl::PrintF("%4s %6s %11s %9s %14s %13s\n", "rank", "trial", "validation", "training",
               "learning rate", "weight decay");
  for (size_t i = 0; i < std::min(ranked.size(), kBestTrials); ++i) {
    absl::PrintF("%4d %6d %11s %9s %14s %13s\n", i + 1, ranked[i]->number,
                 AccuracyText(Validation(ranked[i])), AccuracyText(ranked[i]->train.back()),
                 ThreeDigits(ranked[i]->learning_rate), ThreeDigits(ranked[i]->weight_decay));
  }
  if (const auto stopped = std::ranges::count_if(
          ranked,
          [&](const Trial* trial) { return trial->validation.size() < facts.epochs.size(); });
      stopped > 0) {
    absl::PrintF("\nStopped before the end: %d of %d trials, which rank behind the others.\n",
                 stopped, ranked.size());
  }
  PrintDiverged(ranked, facts);
  if (HasDiverged(ranked.front())) return;

  const double best = Validation(ranked.front());
  const double n = static_cast<double>(facts.validation_images);
  const double standard_error = std::sqrt(best * (1 - best) / n);
  const auto reach = [&](double accuracy) {
    return std::ranges::count_if(ranked,
                                 [&](const Trial* trial) { return Validation(trial) >= accuracy; });
  };
  absl::PrintF(
      "\nThe best validation accuracy: %d of %d trials. Within its standard error of %.2f (%d "
      "validation\nimages), which cannot be told apart: %d. Among equals the training accuracy "
      "decides, then the mean\nvalidation accuracy over the epochs, then the number.\n",
      reach(best), ranked.size(), standard_error, facts.validation_images,
      reach(best - standard_error));

  const SearchRound& first = search.rounds.front();
  std::set<double> learning_rates, weight_decays;
  for (const Trial& trial : first.trials) {
    learning_rates.insert(trial.learning_rate);
    weight_decays.insert(trial.weight_decay);
  }
  const std::vector<const Trial*> best_tenth = BestTenth(first);
  absl::PrintF(
      "\nTried%s: %d different learning rates, %d weight decays. The best %d trials have\n",
      search.rounds.size() > 1 ? " in round 1" : "", learning_rates.size(), weight_decays.size(),
      best_tenth.size());
  PrintRange("learning_rate", first.learning_rate, best_tenth, &Trial::learning_rate);
  PrintRange("weight_decay", first.weight_decay, best_tenth, &Trial::weight_decay);
}

void PrintRounds(const std::vector<SearchRound>& rounds) {
  absl::PrintF("\n%5s %25s %25s %11s %8s\n", "round", "learning rates", "weight decays", "best",
               "median");
  for (const SearchRound& round : rounds) {
    absl::PrintF("%5d %25s %25s %11s %8s\n", round.round, RangeText(round.learning_rate),
                 RangeText(round.weight_decay),
                 AccuracyText(Validation(RankTrials({&round, 1}).front())),
                 AccuracyText(MedianValidation(round)));
  }
}

void PrintBest(const std::vector<Search>& searches, const SearchFacts& facts) {
  std::vector<double> validation, test;
  for (const Search& search : searches) {
    if (!search.test_accuracy) continue;
    if (test.empty()) {
      absl::PrintF(
          "\nThe best setting of each seed, learned once more from all %d images, validation "
          "images\nincluded, and then measured, once, on the %d test images:\n"
          "%6s %14s %13s %11s %9s\n",
          facts.images, facts.test_images, "seed", "learning rate", "weight decay", "validation",
          "test");
    }
    const Trial* best = RankTrials(search.rounds).front();
    validation.push_back(Validation(best));
    test.push_back(*search.test_accuracy);
    absl::PrintF("%6d %14s %13s %11s %9s\n", search.seed, ThreeDigits(best->learning_rate),
                 ThreeDigits(best->weight_decay), AccuracyText(validation.back()),
                 AccuracyText(test.back()));
  }
  if (test.size() > 1) {
    absl::PrintF("mean ± standard deviation: validation %s, test %s\n", TableCell(validation),
                 TableCell(test));
  }
}

}  // namespace

absl::Status ReportSearches(const std::vector<Search>& searches, const SearchFacts& facts,
                            Experiment& experiment) {
  if (searches.empty()) return absl::OkStatus();
  if (absl::Status status = WriteTables(searches, experiment); !status.ok()) return status;
  const Search& search = searches.front();
  const size_t rounds = search.rounds.size();
  PrintTrials(search, facts);
  if (rounds > 1) PrintRounds(search.rounds);
  PrintBest(searches, facts);

  std::vector<std::string> numbers, accuracies, learning_rates;
  const std::vector<const Trial*> ranked = RankTrials(search.rounds);
  for (const Trial* trial : std::span(ranked).first(std::min(ranked.size(), kBestTrials))) {
    numbers.push_back(absl::StrCat(trial->number));
    accuracies.push_back(AccuracyText(Validation(trial), 3));
    learning_rates.push_back(ThreeDigits(trial->learning_rate));
  }
  size_t diverged = 0;
  for (const Search& each : searches) {
    diverged += static_cast<size_t>(std::ranges::count_if(RankTrials(each.rounds), HasDiverged));
  }
  const SearchRound& first = search.rounds.front();
  const FigureText seeds = experiment.seeds == 1
                               ? Translate("seed %s", search.seed)
                               : Translate("seeds %s to %s", search.seed, searches.back().seed);
  std::vector<std::string> pictures = {"", "_map"};
  if (rounds > 1) pictures.push_back("_rounds");
  return experiment.Draw(
      {{"methods", "training validation"},
       {"best_trials", absl::StrJoin(numbers, " ")},
       {"best_accuracies", absl::StrJoin(accuracies, " ")},
       {"best_learning_rates", absl::StrJoin(learning_rates, " ")},
       {"last_epoch", static_cast<double>(facts.epochs.back())},
       {"logarithmic", first.learning_rate.scale == Scale::kLog ? 1.0 : 0.0},
       {"learning_rate_low", first.learning_rate.low},
       {"learning_rate_high", first.learning_rate.high},
       {"weight_decay_low", first.weight_decay.low},
       {"weight_decay_high", first.weight_decay.high},
       {"diverged_trials", static_cast<double>(diverged)},
       {"rounds", static_cast<double>(rounds)},
       {"seed", absl::StrCat(search.seed)},
       {"figure_title",
        Translate("%sthe best of %s trials (learning rate η), %s validation images, seed %s",
                  FigureNumber(facts.figure), ranked.size(), facts.validation_images, search.seed)},
       {"rounds_title",
        Translate("Each round looks where the best tenth of the one before was, %s trials, seed %s",
                  ranked.size(), search.seed)},
       {"map_title",
        Translate("Validation accuracy of %s trials, %s", ranked.size() * searches.size(), seeds)}},
      pictures);
}

}  // namespace dlfs
