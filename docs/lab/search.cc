// What the page calls for 6.5: the search of hyperparameter_optimization with seed 0, trial by trial.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "chapter6/gaussian_process.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_trial.h"
#include "datasets/accuracy.h"
#include "datasets/image_dataset.h"
#include "docs/lab/export.h"
#include "docs/lab/mnist.h"

namespace dlfs {
namespace {

constexpr size_t kImages = 500, kForValidation = 100;
constexpr uint64_t kSeed = 0;

struct Searcher {
  SearchMethod method;
  size_t trials;  // of a round
  TrialSettings settings;
  SearchImages images;
  std::vector<SearchRound> rounds;
  std::vector<double> known = {};
};
std::optional<Searcher> searcher;

std::array<SearchRange, 2> Ranges(const SearchRound& round) {
  return {round.learning_rate, round.weight_decay};
}

// What the next one tries.
Trial NextTrial() {
  const SearchRound& round = searcher->rounds.back();
  const size_t number = round.first_trial + round.trials.size();
  const std::vector<double> point =
      PointToTry(searcher->method, Ranges(round), kSeed, number, searcher->trials, round.trials);
  return {.number = number, .learning_rate = point[0], .weight_decay = point[1]};
}

}  // namespace

// method: an index of kSearchMethodNames, but not halving. trials: of a round; for a grid a square.
// Requires: the images are there.
EXPORT(BeginSearch)
void BeginSearch(int method, int trials, double lowest_rate, double highest_rate,
                 double lowest_decay, double highest_decay, int epochs) {
  searcher.emplace(
      Searcher{.method = static_cast<SearchMethod>(method),
               .trials = static_cast<size_t>(trials),
               .settings = {.hidden = {100, 100, 100, 100, 100, 100},
                            .batch_size = 100,
                            .optimizer = "sgd",
                            .epochs = epochs,
                            .evaluation_interval = 1},
               .images = {FirstImages(TrainingImages(), kImages), kForValidation, kSeed},
               .rounds = {{.seed = kSeed,
                           .round = 1,
                           .first_trial = 0,
                           .learning_rate = {.low = lowest_rate, .high = highest_rate},
                           .weight_decay = {.low = lowest_decay, .high = highest_decay}}}});
}

// Makes the next trial -> its learning rate, its weight decay, and the accuracies, epoch by epoch:
// [epochs] on the validation images, [epochs] on those that it learned.
// Requires: the round is not finished.
EXPORT(Try) const double* Try() {
  static std::vector<double> made;
  Trial trial = NextTrial();
  const SearchImages& images = searcher->images;
  TrialNetwork network(trial, searcher->settings, images.train, TrialSeed(kSeed, trial.number));
  while (network.IterationsUntil(searcher->settings.epochs) > 0) {
    network.Learn();
    if (network.IsToBeEvaluated()) network.Evaluate(images, trial);
  }
  made = {trial.learning_rate, trial.weight_decay};
  made.insert(made.end(), trial.validation.begin(), trial.validation.end());
  made.insert(made.end(), trial.train.begin(), trial.train.end());
  searcher->rounds.back().trials.push_back(std::move(trial));
  return made.data();
}

// Room for such accuracies, [2 * epochs], of a trial that was made before;
EXPORT(KnownAccuracies) double* KnownAccuracies() {
  searcher->known.resize(2 * static_cast<size_t>(searcher->settings.epochs));
  return searcher->known.data();
}

// and that trial in place of Try().
EXPORT(Recall) void Recall() {
  Trial trial = NextTrial();
  const auto middle = searcher->known.begin() + searcher->settings.epochs;
  trial.validation.assign(searcher->known.begin(), middle);
  trial.train.assign(middle, searcher->known.end());
  searcher->rounds.back().trials.push_back(std::move(trial));
}

// What the trials of a Bayesian optimisation say about the validation accuracy in the middle of each
// square of a grid over the ranges -> [side, side], the lowest weight decay first
EXPORT(ExpectedAccuracies) const double* ExpectedAccuracies(int side) {
  static std::vector<double> means;
  const SearchRound& round = searcher->rounds.back();
  const GaussianProcess process = LearnFrom(round.trials, Ranges(round));
  means.clear();
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) {
      means.push_back(process.At({(j + 0.5) / side, (i + 0.5) / side}).mean);
    }
  }
  return means.data();
}

// Begins the next round, around the best tenth of this one -> LOW and HIGH of the learning rate, and
// of the weight decay. Requires: the round is finished.
EXPORT(Narrow) const double* Narrow() {
  static std::array<double, 4> ends;
  searcher->rounds.push_back(NextRound(searcher->rounds.back()));
  const SearchRange rate = searcher->rounds.back().learning_rate;
  const SearchRange decay = searcher->rounds.back().weight_decay;
  ends = {rate.low, rate.high, decay.low, decay.high};
  return ends.data();
}

// The numbers of all trials, best first.
EXPORT(Ranking) const double* Ranking() {
  static std::vector<double> numbers;
  numbers.clear();
  for (const Trial* trial : RankTrials(searcher->rounds)) {
    numbers.push_back(static_cast<double>(trial->number));
  }
  return numbers.data();
}

// The best setting, learned once more from training and validation images -> the test accuracy; NaN
// where all have diverged.
EXPORT(RetrainedAccuracy) double RetrainedAccuracy() {
  const Trial& best = *RankTrials(searcher->rounds).front();
  if (std::isnan(best.validation.back())) return best.validation.back();
  TrialNetwork network(best, searcher->settings, searcher->images.all, kSeed);
  while (network.IterationsUntil(searcher->settings.epochs) > 0) network.Learn();
  return *Accuracy(network.network(), TestImages());
}

}  // namespace dlfs
