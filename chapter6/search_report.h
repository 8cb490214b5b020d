#ifndef CHAPTER6_SEARCH_REPORT_H_
#define CHAPTER6_SEARCH_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/hyperparameter_search.h"
#include "common/experiment/experiment.h"

namespace dlfs {

// The search of a seed, as far as it came.
struct Search {
  uint64_t seed;
  std::vector<SearchRound> rounds = {};  // each with a trial at least
  // What a network that learned with the best setting from all images reaches on the test images,
  // NaN where it has diverged; nothing where there is no such network.
  std::optional<double> test_accuracy = {};
};

struct SearchFacts {
  std::string figure;  // of the book, where it is that: "6-24"
  size_t images, validation_images, test_images;
  std::vector<int> epochs;  // those that are evaluated
};

// Writes
//   <name>_trials.csv  seed,rank,round,trial,learning_rate,weight_decay,validation_accuracy,
//                      train_accuracy,mean_validation_accuracy
//   <name>_rounds.csv  seed,round,learning_rate_low,learning_rate_high,weight_decay_low,
//                      weight_decay_high,best_validation_accuracy,median_validation_accuracy
//   <name>_best.csv    seed,trial,learning_rate,weight_decay,validation_accuracy,train_accuracy,
//                      test_accuracy
// and the figures: the best 20 learning curves (6-24), the map of learning rate and weight decay,
// and with more than one round the rounds. Prints the best trials of the first seed, what they say
// about the ranges, its rounds, and the best setting of every seed. Of no searches it does nothing.
absl::Status ReportSearches(const std::vector<Search>& searches, const SearchFacts& facts,
                            Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_REPORT_H_
