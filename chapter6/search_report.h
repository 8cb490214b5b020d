#ifndef CHAPTER6_SEARCH_REPORT_H_
#define CHAPTER6_SEARCH_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chapter6/search_round.h"
#include "chapter6/search_table.h"
#include "common/experiment.h"

// What a search says of itself: tables, text and figures.
namespace dlfs {

// The best setting of a search, and what a network that learned with it from all of its images
// reaches on the test images; NaN where that network has diverged.
struct BestSetting {
  uint64_t seed;
  Trial trial;
  double test_accuracy;
};

struct SearchResult {
  std::string name;  // of the experiment and its files
  std::vector<std::string> configuration;
  std::string figure;               // of the book, where it is that: "Figure 6-24"
  std::vector<SearchRound> rounds;  // those of the first seed first
  std::vector<BestSetting> best;    // a seed each; none where all trials have diverged
  size_t images, validation_images, test_images;
  int epochs;

  std::vector<const SearchRound*> RoundsOf(uint64_t seed) const;
};

inline constexpr size_t kBestTrials = 20;  // that are drawn in figure 6-24, and printed

// Writes
//   <name>_trials.csv  seed,rank,round,trial,learning_rate,weight_decay,validation_accuracy,
//                      train_accuracy,mean_validation_accuracy
//   <name>_rounds.csv  seed,round,learning_rate_low,learning_rate_high,weight_decay_low,
//                      weight_decay_high,best_validation_accuracy,median_validation_accuracy
//   <name>_best.csv    seed,trial,learning_rate,weight_decay,validation_accuracy,train_accuracy,
//                      test_accuracy
// and the figures; prints the best trials of the first seed, what they say about the ranges, and
// the best setting of every seed.
absl::Status ReportSearch(const SearchResult& result, Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_REPORT_H_
