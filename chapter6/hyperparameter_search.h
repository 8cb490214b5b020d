#ifndef CHAPTER6_HYPERPARAMETER_SEARCH_H_
#define CHAPTER6_HYPERPARAMETER_SEARCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chapter6/gaussian_process.h"
#include "common/matrix/random.h"

// 6.5: looking for good hyper-parameters.
//
//   step 0  set a range                                          SearchRange
//   step 1  sample from it, mostly on a log scale                RandomPoint (or GridPoint,
//                                                                BayesianPoint)
//   step 2  learn for a few epochs, score on validation data     hyperparameter_optimization.cc
//   step 3  do it about 100 times, and narrow the range          RankTrials, NextRound
//
// Random points beat a grid of as many where only one of the hyper-parameters matters: of that one
// a grid tries few values, again and again (Bergstra & Bengio, JMLR 13, 2012).
namespace dlfs {

// --- Ranges and points ---

enum class Scale {
  kLog,      // equally likely in each power of ten: 10^U(log10 low, log10 high)
  kUniform,  // U(low, high)
};
inline constexpr std::array<const char*, 2> kScaleNames = {"log", "uniform"};

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

enum class SearchMethod { kRandom, kGrid, kBayesian, kHalving };
inline constexpr std::array<const char*, 4> kSearchMethodNames = {"random", "grid", "bayesian",
                                                                  "halving"};

// What a trial of a random search tries: a value of each range, all independent. Beside the ranges
// it depends on nothing but the seed and the number of the trial, so that trials can be made in any
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

// 0, ..., n − 1 in random order, each equally likely (Fisher and Yates): which images are for
// validation.
std::vector<uint32_t> RandomOrder(size_t n, Random random);

// --- Trials and rounds ---

// A finished trial: what it tried, and the accuracies on validation and on training data, epoch by
// epoch; NaN from where the network has diverged.
struct Trial {
  size_t number = 0;
  double learning_rate = 0;
  double weight_decay = 0;              // lambda of an L2 penalty, regularization.h
  std::vector<double> validation = {};  // one for each epoch that is evaluated, until it stopped
  std::vector<double> train = {};       // as many
};

// The mean over the epochs of a trial: higher where the network learned sooner.
double MeanValidation(const Trial& trial);

// What finished trials say about the validation accuracy of all others: of those at a point of the
// unit square, by the positions of learning rate and weight decay in their ranges. A trial that has
// diverged counts as 0. Requires: at least one trial.
GaussianProcess LearnFrom(std::span<const Trial> trials, std::span<const SearchRange, 2> ranges);

// What the next trial of a Bayesian optimisation tries. The first four are those of a random search.
// After them it is, of 1000 points drawn for this trial, the one with the largest expected
// improvement (gaussian_process.h) over the best validation accuracy so far.
// ranges: of the learning rate and of the weight decay. trials: all before it, which are finished.
std::vector<double> BayesianPoint(std::span<const SearchRange, 2> ranges, uint64_t seed,
                                  std::span<const Trial> trials);

// Step 1: what a trial of a search tries, by any method. number: of the trial, through all rounds of
// the seed. trials: of a round. before: the trials before it, where the method is Bayesian.
std::vector<double> PointToTry(SearchMethod method, std::span<const SearchRange, 2> ranges,
                               uint64_t seed, size_t number, size_t trials,
                               std::span<const Trial> before);

// The range for the next round: from the least to the largest of the best values, and on each side
// a margin of their mean distance, at least 1/20 of the range, as far as the range goes. The
// distances are those on the range's scale. A range that is too narrow for that stays as it is.
// Requires: at least one value, all in the range.
SearchRange NarrowRange(const SearchRange& range, std::span<const double> best_values);

struct SearchRound {
  uint64_t seed;
  int round;           // 1, 2, ...
  size_t first_trial;  // its number; trials are numbered through all rounds and seeds
  SearchRange learning_rate, weight_decay;
  std::vector<Trial> trials = {};  // those that are finished, by their numbers
};

// Whether a trial ranks before another. The validation accuracy at the end decides. With 100
// validation images it is the same for many trials; among these first the training accuracy, then
// the mean over the epochs, and where both are the same, too, the earlier trial is before the later
// one: that order means nothing. Diverged ones are last. Before all that, one that has learned for
// longer (successive halving) ranks before one that was stopped.
bool RanksBefore(const Trial& a, const Trial& b);

// The trials of all these rounds, best first. Valid as long as the rounds.
std::vector<const Trial*> RankTrials(std::span<const SearchRound> rounds);

// The best tenth of a round, at least two trials; none that has diverged.
std::vector<const Trial*> BestTenth(const SearchRound& round);

// The round that comes after a finished one: its ranges are around the best tenth (NarrowRange);
// the same where all trials have diverged.
SearchRound NextRound(const SearchRound& round);

// --- Successive halving ---

// All trials learn a little, the better half goes on, and so on, so that most epochs are spent on
// good trials (Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter
// optimization", AISTATS 2016).
//
// Where that is decided: after an eighth, a quarter and a half of the epochs, rounded up, and at the
// end. Of 50: {7, 13, 25, 50}.
std::vector<size_t> Rungs(size_t epochs);

// How many of n trials go on from a rung: half of them, rounded up.
inline size_t BetterHalf(size_t n) { return (n + 1) / 2; }

// How many epochs are learned in all where n trials start.
size_t HalvingEpochs(size_t n, std::span<const size_t> rungs);

// How many trials can start, so that no more epochs are learned than the budget. 0: not even one.
size_t HalvingTrials(size_t budget, std::span<const size_t> rungs);

}  // namespace dlfs

#endif  // CHAPTER6_HYPERPARAMETER_SEARCH_H_
