#ifndef CHAPTER6_SEARCH_ROUND_H_
#define CHAPTER6_SEARCH_ROUND_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/epoch_training.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_table.h"
#include "chapter6/search_trial.h"
#include "common/experiment.h"

// A round of the search of 6.5: so many trials, and from the best of them the ranges of the next.
namespace dlfs {

struct HyperparameterOptimizationConfig {
  // Its learning rate is not used.
  EpochTraining training = {
      .hidden = {100, 100, 100, 100, 100, 100}, .train_size = 500, .epochs = 50};
  double validation_share = 0.2;  // of the images
  SearchRange learning_rate = {1e-6, 1e-2};
  SearchRange weight_decay = {1e-8, 1e-4};
  SearchMethod method = SearchMethod::kRandom;
  int trials = 100;  // of a round
  int rounds = 1;
  // Whether all trials of a seed start from the same weights and see the same mini-batches, so that
  // nothing but their hyper-parameters makes a difference. The book's do not.
  bool same_start = false;

  // A part of the search: nothing but the trials from first to last, for another run to merge.
  std::optional<std::pair<int, int>> only_trials = {};
  std::vector<std::string> merge = {};  // the files of parts that were made elsewhere

  bool operator==(const HyperparameterOptimizationConfig&) const = default;
};

struct SearchRound {
  uint64_t seed;
  int round;           // 1, 2, ...
  size_t first_trial;  // its number; trials are numbered through all rounds and seeds
  SearchRange learning_rate, weight_decay;
  std::vector<Trial> trials = {};  // as far as they are finished
};

// The first round of a seed, and the one after a round: around its BestTenth(), if there is any.
SearchRound FirstRound(const HyperparameterOptimizationConfig& config, uint64_t seed,
                       size_t first_trial);
SearchRound NextRound(const SearchRound& round);

// The trials of one or more rounds, best first (RankTrials).
std::vector<const Trial*> BestFirst(const std::vector<const SearchRound*>& rounds);

// The best tenth of a round, at least two trials; none that has diverged.
std::vector<const Trial*> BestTenth(const SearchRound& round);

// The validation accuracy of a trial at its end, and the median of that in a round.
double Validation(const Trial& trial);
double MedianValidation(const SearchRound& round);

// A trial of a file has tried what this round would; an error names the file and the trial.
absl::Status CheckTried(const HyperparameterOptimizationConfig& config, const SearchRound& round,
                        const std::string& path, const Trial& trial);

// Finishes the round, as far as an interrupt allows: takes over those of its trials that are in the
// journal (CheckTried), then those that were made elsewhere, and makes the others, in parallel. Every
// trial is in the journal before its thread starts the next.
absl::Status RunRound(const HyperparameterOptimizationConfig& config, const SearchData& data,
                      const std::map<size_t, Trial>& made_elsewhere, const Experiment& experiment,
                      SearchJournal& journal, SearchRound& round);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_ROUND_H_
