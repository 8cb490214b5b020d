#ifndef CHAPTER6_HYPERPARAMETER_SEARCH_H_
#define CHAPTER6_HYPERPARAMETER_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// 6.5: looking for good hyper-parameters.
//
//   step 0  set a range                                          SearchRange
//   step 1  sample from it, mostly on a log scale                RandomPoint (or GridPoint)
//   step 2  learn for a few epochs, score on validation data     the caller's, a TrialScore
//   step 3  do it about 100 times, and narrow the range          RankTrials, NarrowRange
//
// Random points beat a grid of as many where only one of the hyper-parameters matters: of that one a
// grid tries few values, again and again (Bergstra & Bengio, JMLR 13, 2012).
namespace dlfs {

enum class Scale {
  kLog,      // equally likely in each power of ten: 10^U(log10 low, log10 high)
  kUniform,  // U(low, high)
};

// The values from `low` to `high` that a hyper-parameter may take. low < high, both finite, and
// low > 0 on a log scale.
struct SearchRange {
  double low;
  double high;
  Scale scale = Scale::kLog;

  // The value at u in [0, 1]: low (high / low)^u, or low + u (high − low). Always in the range.
  double At(double u) const;
  // Where a value of the range is in it: the u of At().
  double PositionOf(double value) const;

  bool operator==(const SearchRange&) const = default;
};

// "1e-6:0.01" -> the range. An error says what was expected and what was found.
absl::StatusOr<SearchRange> SearchRangeFromText(absl::string_view text, Scale scale);
std::string SearchRangeText(const SearchRange& range);  // and back

// "log", "uniform". An error lists them.
absl::StatusOr<Scale> ScaleFromName(absl::string_view name);
absl::string_view ScaleName(Scale scale);

enum class SearchMethod { kRandom, kGrid };

// "random", "grid". An error lists them.
absl::StatusOr<SearchMethod> SearchMethodFromName(absl::string_view name);
absl::string_view SearchMethodName(SearchMethod method);

// What a trial of a random search tries: a value of each range, all independent. Beside the ranges it
// depends on nothing but the seed and the number of the trial, so that trials can be made in any
// order, anywhere.
std::vector<double> RandomPoint(std::span<const SearchRange> ranges, uint64_t seed, uint64_t trial);

// The side of a square grid of so many trials; nothing where there is no such grid.
std::optional<size_t> GridSide(size_t trials);

// The same for a grid of side^(number of ranges) points, with `side` equally distant values of each
// range, the ends among them (for a side of 1, the middle). Of the last range the values change
// fastest.
std::vector<double> GridPoint(std::span<const SearchRange> ranges, size_t side, size_t trial);

// A seed for everything else that is random in a trial, depending on nothing else either.
uint64_t TrialSeed(uint64_t seed, uint64_t trial);

// How good a trial was, as accuracies in [0, 1], NaN where the network has diverged.
struct TrialScore {
  double validation;       // at the end
  double train;            // at the end
  double mean_validation;  // over the epochs: higher where it learned sooner

  bool operator==(const TrialScore&) const = default;
};

// The places of the trials, best first. The validation accuracy decides. With 100 validation images
// it is the same for many trials; among these first the training accuracy, then the mean over the
// epochs, and where both are the same, too, the earlier trial is before the later one: that order
// means nothing. Diverged ones are last.
std::vector<size_t> RankTrials(std::span<const TrialScore> scores);

// The range for the next round: from the least to the largest of the best values, and on each side a
// margin of their mean distance, at least 1/20 of the range, as far as the range goes. The
// distances are those on the range's scale. A range that is too narrow for that stays as it is.
// Requires: at least one value, all in the range.
SearchRange NarrowRange(const SearchRange& range, std::span<const double> best_values);

}  // namespace dlfs

#endif  // CHAPTER6_HYPERPARAMETER_SEARCH_H_
