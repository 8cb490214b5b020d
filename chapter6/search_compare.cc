// 6.5.2: four ways to search, beside each other.
//
//   bazel run //chapter6:search_compare
//
// Each may learn for as many epochs as a budget of whole trials takes. What the next trial tries and
// which go on is in hyperparameter_search.h, how a trial learns in search_trial.cc.
//
// Writes search_compare.csv (method,trials,seed,epochs,best_validation_accuracy: the best so far,
// each time a trial has learned; `trials` is the budget) and search_compare_summary.csv
// (method,trials,epochs,mean,std over the seeds), and the figure. Prints what is best at the end.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/epochs.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_trial.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/table_cell.h"

namespace dlfs {

// Of a larger one, halving would start more trials than there is memory for.
absl::StatusOr<size_t> SearchBudget(const std::string& text) {
  size_t budget;
  if (absl::SimpleAtoi(text, &budget) && 1 <= budget && budget <= 300) return budget;
  return Unexpected("numbers from 1 to 300", absl::StrCat("'", text, "'"));
}

}  // namespace dlfs

SETTING(std::vector<std::string>, methods,
        std::vector<std::string>({"random", "grid", "bayesian", "halving"}),
        dlfs::ListOf{dlfs::SearchMethodFromName},
        "which methods to compare: a list of random, grid, bayesian, halving");
SETTING(std::vector<std::string>, trials, dlfs::Sizes({9, 16, 25, 100}),
        dlfs::ListOf{dlfs::SearchBudget},
        "the budgets: each method may learn for as many epochs as so many whole trials take");
SETTING(std::string, scale, "log", dlfs::ScaleFromName,
        "log: each power of ten is equally likely; uniform: each value is");
SETTING(std::string, learning_rate_range, "1e-06:0.01", dlfs::RangeOn(scale),
        "the learning rates to try, LOW:HIGH");
SETTING(std::string, weight_decay_range, "1e-08:1e-04", dlfs::RangeOn(scale),
        "the weight decays (lambda of an L2 penalty) to try, LOW:HIGH");
SETTING(int, train_size, 500, dlfs::AtMostTrainingImages,
        "how many images of the training data are used, the first ones");
SETTING(double, validation_share, 0.2, dlfs::ValidationOf(train_size),
        "the share of the images that is kept for validation, above 0 and below 1");
SETTING(int, epochs, 50, dlfs::Between(1, 10000), "how many epochs a whole trial takes");
SETTING(int, batch_size, 100, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer");
SETTING(std::string, optimizer, "sgd", dlfs::OptimizerName,
        absl::StrCat("the optimizer, one of ", dlfs::OptimizerList()));

namespace dlfs {
namespace {

// The search of a method with a budget and a seed.
struct Search {
  SearchMethod method;
  size_t budget;  // in whole trials
  uint64_t seed;
  std::vector<size_t> epochs = {};  // learned so far, each time a trial has learned
  std::vector<double> best = {};    // the best validation accuracy so far
};

std::string Name(SearchMethod method) { return kSearchMethodNames[static_cast<size_t>(method)]; }

// After how many epochs trials are compared, and only the better half goes on; the last: the end.
std::vector<size_t> RungsOf(SearchMethod method) {
  const auto all = static_cast<size_t>(epochs);
  return method == SearchMethod::kHalving ? Rungs(all) : std::vector{all};
}

// How many trials start.
size_t TrialsOf(SearchMethod method, size_t budget) {
  const auto root = static_cast<size_t>(std::sqrt(static_cast<double>(budget)));
  if (method == SearchMethod::kGrid) return root * root;
  return HalvingTrials(budget * static_cast<size_t>(epochs), RungsOf(method));
}

// How many epochs they learn, all together.
size_t EpochsOf(SearchMethod method, size_t budget) {
  return HalvingEpochs(TrialsOf(method, budget), RungsOf(method));
}

// What a trial tries; `before`: the trials before it.
Trial NewTrial(const Search& search, size_t number, const std::vector<Trial>& before) {
  const std::array<SearchRange, 2> ranges = {*learning_rate_range, *weight_decay_range};
  const std::vector<double> point = PointToTry(search.method, ranges, search.seed, number,
                                               TrialsOf(search.method, search.budget), before);
  return {.number = number, .learning_rate = point[0], .weight_decay = point[1]};
}

// Makes the trials of a search, one after the other, as far as an interrupt allows.
void Make(Search& search, const SearchImages& images, Task& task) {
  const TrialSettings settings = {.hidden = hidden_sizes,
                                  .batch_size = batch_size,
                                  .optimizer = optimizer,
                                  .epochs = epochs,
                                  .evaluation_interval = 1};
  std::vector<Trial> trials;                            // those that go on
  std::vector<std::unique_ptr<TrialNetwork>> networks;  // by the numbers of the trials
  size_t learned = 0;
  double best = 0;
  size_t going = TrialsOf(search.method, search.budget);
  for (const size_t rung : RungsOf(search.method)) {
    for (size_t i = 0; i < going; ++i) {
      if (i == trials.size()) {
        trials.push_back(NewTrial(search, i, trials));
        networks.push_back(std::make_unique<TrialNetwork>(trials[i], settings, images.train,
                                                          TrialSeed(search.seed, i)));
      }
      Trial& trial = trials[i];
      const size_t before = trial.validation.size();
      TrialNetwork& network = *networks[trial.number];
      for ([[maybe_unused]] const int64_t t :
           task.Iterations(network.IterationsUntil(static_cast<int>(rung)))) {
        network.Learn();
        if (network.IsToBeEvaluated()) network.Evaluate(images, trial, StopRequested);
      }
      network.Rest();
      if (trial.validation.size() < rung) return;  // interrupted
      learned += rung - before;
      if (trial.validation.back() > best) best = trial.validation.back();  // not where it is NaN
      search.epochs.push_back(learned);
      search.best.push_back(best);
      if (rung == static_cast<size_t>(epochs)) networks[trial.number].reset();
    }
    std::ranges::sort(trials, RanksBefore);
    going = BetterHalf(going);
    for (size_t i = going; i < trials.size(); ++i) networks[trials[i].number].reset();
    trials.resize(going);
  }
}

// The searches of all seeds with one method and budget.
std::vector<const Search*> Of(const std::vector<Search>& searches, SearchMethod method,
                              size_t budget) {
  std::vector<const Search*> chosen;
  for (const Search& search : searches) {
    if (search.method == method && search.budget == budget) chosen.push_back(&search);
  }
  return chosen;
}

// Step by step, over the seeds: all have learned for as many epochs then.
void WriteSummary(const std::vector<const Search*>& searches, CsvWriter& csv) {
  for (size_t step = 0;; ++step) {
    std::vector<double> best;
    size_t learned = 0;
    for (const Search* search : searches) {
      if (step >= search->best.size()) continue;
      best.push_back(search->best[step]);
      learned = search->epochs[step];
    }
    if (best.empty()) return;
    const MeanAndStd over_seeds(best);
    csv.Row(Name(searches[0]->method), searches[0]->budget, learned, over_seeds.mean,
            over_seeds.std);
  }
}

void PrintBest(const std::vector<const Search*>& searches) {
  const SearchMethod method = searches[0]->method;
  const size_t budget = searches[0]->budget;
  std::vector<double> at_end;  // of those that are finished
  for (const Search* search : searches) {
    if (!search->epochs.empty() && search->epochs.back() == EpochsOf(method, budget)) {
      at_end.push_back(search->best.back());
    }
  }
  absl::PrintF("%-8s %7d %7d %7d  %s\n", Name(method), budget, TrialsOf(method, budget),
               EpochsOf(method, budget), TableCell(at_end));
}

MNIST_EXPERIMENT(search_compare,
                 "6.5.2: random search, grid, Bayesian optimisation and successive halving, beside "
                 "each other with the same budgets of epochs.") {
  const ImageDataset images = FirstImages(mnist.train, train_size);
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv("", {"method", "trials", "seed", "epochs", "best_validation_accuracy"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary =
      experiment.CreateCsv("_summary", {"method", "trials", "epochs", "mean", "std"});
  if (!summary.ok()) return summary.status();
  experiment.PrintConfiguration();

  std::vector<Search> searches;
  size_t iterations = 0;
  const int64_t per_epoch =
      IterationsPerEpoch(static_cast<int>(images.size() - validation_share), batch_size);
  for (size_t s = 0; s < static_cast<size_t>(experiment.seeds); ++s) {
    for (const SearchMethod method : *methods) {
      for (const size_t budget : *trials) {
        searches.push_back({.method = method, .budget = budget, .seed = experiment.seed + s});
        std::vector<size_t> rungs = RungsOf(method);
        for (size_t& rung : rungs) {
          rung = static_cast<size_t>(IterationsOf(static_cast<int>(rung), per_epoch));
        }
        iterations += HalvingEpochs(TrialsOf(method, budget), rungs);
      }
    }
  }
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      experiment.name, searches.size(), iterations, "iterations",
      [&](Task& task) {
        Search& search = searches[task.index()];
        Make(search, SearchImages(images, validation_share, search.seed), task);
      },
      [&](size_t i) {
        const Search& search = searches[i];
        for (size_t step = 0; step < search.best.size(); ++step) {
          csv->Row(Name(search.method), search.budget, search.seed, search.epochs[step],
                   search.best[step]);
        }
        return csv->Flush();
      });
  if (!seconds.ok()) return seconds.status();
  if (StopRequested()) absl::PrintF("Stopped early: not all searches are finished.\n");
  absl::PrintF("%d searches in %.2f s\n\n", searches.size(), *seconds);

  absl::PrintF("%-8s %7s %7s %7s  best validation accuracy\n", "method", "budget", "trials",
               "epochs");
  std::vector<std::string> names, budgets, ends;
  for (const SearchMethod method : *methods) {
    names.push_back(Name(method));
    for (const size_t budget : *trials) {
      const std::vector<const Search*> of_seeds = Of(searches, method, budget);
      WriteSummary(of_seeds, *summary);
      PrintBest(of_seeds);
      ends.push_back(absl::StrCat(EpochsOf(method, budget)));
    }
  }
  if (absl::Status status = summary->Flush(); !status.ok()) return status;
  for (const size_t budget : *trials) budgets.push_back(absl::StrCat(budget));
  return experiment.Draw(
      {{"methods", absl::StrJoin(names, " ")},
       {"budgets", absl::StrJoin(budgets, " ")},
       {"ends", absl::StrJoin(ends, " ")},
       {"epochs_of_trial", static_cast<double>(epochs)},
       {"seeds", static_cast<double>(experiment.seeds)},
       {"figure_title", Translate("6.5.2: ways to search, learning rates from %s to %s",
                                  learning_rate_range->low, learning_rate_range->high)},
       {"caption", experiment.SeedsText()}});
}

}  // namespace
}  // namespace dlfs
