#ifndef CHAPTER6_HYPERPARAMETER_OPTIMIZATION_H_
#define CHAPTER6_HYPERPARAMETER_OPTIMIZATION_H_

#include "absl/status/status.h"
#include "chapter6/search_round.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// 6.5.2, figure 6-24: the search for a learning rate and a weight decay.
namespace dlfs {

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
