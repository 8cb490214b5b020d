#include "chapter6/hyperparameter_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"

namespace dlfs {

using elementary::Exp;
using elementary::Log;

double SearchRange::At(double u) const {
  if (u <= 0) return low;
  if (u >= 1) return high;
  const double value =
      scale == Scale::kLog ? Exp(Log(low) + u * (Log(high) - Log(low))) : low + u * (high - low);
  return std::clamp(value, low, high);
}

double SearchRange::PositionOf(double value) const {
  return scale == Scale::kLog ? (Log(value) - Log(low)) / (Log(high) - Log(low))
                              : (value - low) / (high - low);
}

std::vector<double> RandomPoint(std::span<const SearchRange> ranges, uint64_t seed,
                                uint64_t trial) {
  Random random(seed, kTrialStream + trial);
  std::vector<double> point;
  for (const SearchRange& range : ranges) point.push_back(range.At(random.Uniform()));
  return point;
}

std::optional<size_t> GridSide(size_t trials) {
  const auto side = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(trials))));
  if (side * side != trials) return std::nullopt;
  return side;
}

std::vector<double> GridPoint(std::span<const SearchRange> ranges, size_t side, size_t trial) {
  DLFS_CHECK(side > 0);
  std::vector<double> point(ranges.size());
  for (size_t i = ranges.size(); i-- > 0; trial /= side) {
    const double u =
        side == 1 ? 0.5 : static_cast<double>(trial % side) / static_cast<double>(side - 1);
    point[i] = ranges[i].At(u);
  }
  DLFS_CHECK(trial == 0);
  return point;
}

uint64_t TrialSeed(uint64_t seed, uint64_t trial) {
  Random random(seed, kTrialSeedStream + trial);
  const uint64_t high = random.Bits32();
  return high << 32 | random.Bits32();
}

std::vector<uint32_t> RandomOrder(size_t n, Random random) {
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), uint32_t{0});
  for (size_t i = n; i > 1; --i) {
    std::swap(order[i - 1], order[random.UniformInt(static_cast<uint32_t>(i))]);
  }
  return order;
}

double MeanValidation(const Trial& trial) {
  double mean = 0;
  const double epochs = static_cast<double>(trial.validation.size());
  for (const double accuracy : trial.validation) mean += accuracy / epochs;
  return mean;
}

namespace {

// 0 where it has diverged.
double LastAccuracy(const Trial& trial) {
  const double accuracy = trial.validation.back();
  return std::isnan(accuracy) ? 0 : accuracy;
}

}  // namespace

GaussianProcess LearnFrom(std::span<const Trial> trials, std::span<const SearchRange, 2> ranges) {
  std::vector<SquarePoint> points;
  std::vector<double> accuracies;
  for (const Trial& trial : trials) {
    points.push_back(
        {ranges[0].PositionOf(trial.learning_rate), ranges[1].PositionOf(trial.weight_decay)});
    accuracies.push_back(LastAccuracy(trial));
  }
  return GaussianProcess::MostLikely(points, accuracies);
}

std::vector<double> BayesianPoint(std::span<const SearchRange, 2> ranges, uint64_t seed,
                                  std::span<const Trial> trials) {
  constexpr size_t kRandomTrials = 4, kCandidates = 1000;
  if (trials.size() < kRandomTrials) return RandomPoint(ranges, seed, trials.size());

  // The point of which most is expected.
  const GaussianProcess process = LearnFrom(trials, ranges);
  double best = 0;
  for (const Trial& trial : trials) best = std::max(best, LastAccuracy(trial));
  Random random(seed, kCandidateStream + trials.size());
  SquarePoint next = {};
  double most = -1;
  for (size_t i = 0; i < kCandidates; ++i) {
    const SquarePoint candidate = {random.Uniform(), random.Uniform()};
    const double improvement = ExpectedImprovement(process.At(candidate), best);
    if (improvement > most) {
      most = improvement;
      next = candidate;
    }
  }
  return {ranges[0].At(next[0]), ranges[1].At(next[1])};
}

std::vector<double> PointToTry(SearchMethod method, std::span<const SearchRange, 2> ranges,
                               uint64_t seed, size_t number, size_t trials,
                               std::span<const Trial> before) {
  switch (method) {
    case SearchMethod::kRandom:
    case SearchMethod::kHalving:
      break;
    case SearchMethod::kGrid:
      return GridPoint(ranges, GridSide(trials).value(), number % trials);
    case SearchMethod::kBayesian:
      return BayesianPoint(ranges, seed, before);
  }
  return RandomPoint(ranges, seed, number);
}

SearchRange NarrowRange(const SearchRange& range, std::span<const double> best_values) {
  DLFS_CHECK(!best_values.empty());
  constexpr double kLeastMargin = 1.0 / 20;
  const auto [least, largest] = std::minmax_element(best_values.begin(), best_values.end());
  const double low = range.PositionOf(*least), high = range.PositionOf(*largest);
  const double gaps = std::max<double>(static_cast<double>(best_values.size()) - 1, 1);
  const double margin = std::max((high - low) / gaps, kLeastMargin);
  // At() rounds: the best values must not fall out.
  const SearchRange narrow = {.low = std::min(range.At(low - margin), *least),
                              .high = std::max(range.At(high + margin), *largest),
                              .scale = range.scale};
  // Nothing is left of a range of a few neighbouring numbers, whose positions may even be NaN.
  return narrow.low < narrow.high ? narrow : range;
}

bool RanksBefore(const Trial& a, const Trial& b) {
  const auto key = [](const Trial& trial) {
    // NaN is below every accuracy.
    const auto falling = [](double accuracy) { return std::isnan(accuracy) ? 1 : -accuracy; };
    const bool has_diverged = std::isnan(trial.validation.back());
    return std::tuple(has_diverged, -static_cast<double>(trial.validation.size()),
                      falling(trial.validation.back()), falling(trial.train.back()),
                      falling(MeanValidation(trial)), trial.number);
  };
  return key(a) < key(b);
}

std::vector<const Trial*> RankTrials(std::span<const SearchRound> rounds) {
  std::vector<const Trial*> trials;
  for (const SearchRound& round : rounds) {
    for (const Trial& trial : round.trials) trials.push_back(&trial);
  }
  std::sort(trials.begin(), trials.end(),
            [](const Trial* a, const Trial* b) { return RanksBefore(*a, *b); });
  return trials;
}

std::vector<const Trial*> BestTenth(const SearchRound& round) {
  std::vector<const Trial*> best = RankTrials({&round, 1});
  std::erase_if(best, [](const Trial* trial) { return std::isnan(trial->validation.back()); });
  best.resize(std::min(best.size(), std::max<size_t>(round.trials.size() / 10, 2)));
  return best;
}

SearchRound NextRound(const SearchRound& round) {
  SearchRound next = {.seed = round.seed,
                      .round = round.round + 1,
                      .first_trial = round.first_trial + round.trials.size(),
                      .learning_rate = round.learning_rate,
                      .weight_decay = round.weight_decay};
  std::vector<double> learning_rates, weight_decays;
  for (const Trial* trial : BestTenth(round)) {
    learning_rates.push_back(trial->learning_rate);
    weight_decays.push_back(trial->weight_decay);
  }
  if (!learning_rates.empty()) {
    next.learning_rate = NarrowRange(round.learning_rate, learning_rates);
    next.weight_decay = NarrowRange(round.weight_decay, weight_decays);
  }
  return next;
}

std::vector<size_t> Rungs(size_t epochs) {
  std::vector<size_t> rungs;
  for (const size_t part : {8, 4, 2, 1}) {
    const size_t rung = (epochs + part - 1) / part;
    if (rungs.empty() || rung > rungs.back()) rungs.push_back(rung);
  }
  return rungs;
}

size_t HalvingEpochs(size_t n, std::span<const size_t> rungs) {
  size_t epochs = 0, learned = 0;
  for (const size_t rung : rungs) {
    epochs += n * (rung - learned);
    learned = rung;
    n = BetterHalf(n);
  }
  return epochs;
}

size_t HalvingTrials(size_t budget, std::span<const size_t> rungs) {
  size_t n = 0;
  while (HalvingEpochs(n + 1, rungs) <= budget) ++n;
  return n;
}

}  // namespace dlfs
