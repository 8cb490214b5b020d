#ifndef CHAPTER6_HYPERPARAMETER_OPTIMIZATION_H_
#define CHAPTER6_HYPERPARAMETER_OPTIMIZATION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/epoch_training.h"
#include "chapter6/hyperparameter_search.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.5.2, figure 6-24: the search for a learning rate and a weight decay.
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

// For each seed, a search of several rounds: trials in parallel, each a network that learns for a
// few epochs; the next round takes the range around the best tenth of the trials (NarrowRange).
// Trials are numbered through all rounds and seeds. The best setting is trained once more, on
// training and validation data, and only then the test data are used, once.
//
// Writes
//   hyperparameter_optimization.csv          search_table.h. It is the memory of the search: a run
//     goes on with what is missing, and ends with the same file as one that was never interrupted.
//   hyperparameter_optimization_trials.csv   a row for each trial, best first
//   hyperparameter_optimization_rounds.csv   a row for each round: its ranges, its best trial
//   hyperparameter_optimization_best.csv     a row for each seed: the best setting, its accuracies
// and three pictures: the best 20 learning curves (figure 6-24), the map of learning rate and weight
// decay, and with more than one round the rounds. Prints the best trials.
absl::Status RunHyperparameterOptimization(const HyperparameterOptimizationConfig& config,
                                           const Mnist& mnist, Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_HYPERPARAMETER_OPTIMIZATION_H_
