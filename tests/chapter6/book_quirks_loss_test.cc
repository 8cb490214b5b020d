// Quirks of the book's code, measured: the loss that it records, and what it is compared with.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/smooth_curve.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "gtest/gtest.h"
#include "tests/chapter6/book_quirks.h"
#include "tests/chapter6/train_on_batch.h"

namespace dlfs::book_quirks {
namespace {

struct Method {
  std::string optimizer, init;

  auto operator<=>(const Method&) const = default;
};

// The loss of each mini-batch, before and after its update.
struct Losses {
  std::vector<double> before, after;
};

// The losses up to an iteration, and the 5 more that its smoothed one takes; learned once.
const Losses& Learn(const Method& method, uint64_t weights_seed, uint64_t batches_seed,
                    size_t until) {
  static auto* const learned = new std::map<std::tuple<Method, uint64_t, uint64_t>, Losses>;
  Losses& losses = (*learned)[{method, weights_seed, batches_seed}];
  const size_t iterations = until + 6;
  if (losses.after.size() >= iterations) return losses;
  losses = {};
  Learner learner(method.optimizer, method.init, weights_seed);
  BatchSampler<float> batches(SharedMnist().train, kBatch, Random(batches_seed, kBatchStream));
  for (size_t t = 0; t < iterations; ++t) {
    const Batch<float> batch = batches.Next();
    losses.before.push_back(TrainOnBatch(learner.network, *learner.optimizer, batch));
    losses.after.push_back(learner.network.Loss(batch.x, batch.labels));
  }
  return losses;
}

double SmoothedAt(size_t iteration, const std::vector<double>& curve) {
  return SmoothCurve(curve)[iteration];
}

// --- The loss after the update ---

constexpr size_t kUntil = 500;

TEST(BookQuirksTest, LossAfterTheUpdateFlattersAdaGrad) {
  absl::PrintF("smoothed loss, %d seeds\n%-8s %9s %17s %17s %8s\n", kSeeds, "", "iteration",
               "before the update", "after", "ratio");
  std::map<std::string, double> before_at_500, after_at_500;
  for (const char* optimizer : {"sgd", "adagrad", "adam"}) {
    for (const size_t t : {size_t{0}, size_t{100}, kUntil}) {
      const auto of_seeds = [&](std::vector<double> Losses::*losses) {
        return OfSeeds([&](uint64_t seed) {
          return SmoothedAt(t, Learn({optimizer, "he"}, seed, seed, kUntil).*losses);
        });
      };
      const std::vector<double> before = of_seeds(&Losses::before),
                                after = of_seeds(&Losses::after);
      before_at_500[optimizer] = MeanAndStd(before).mean;
      after_at_500[optimizer] = MeanAndStd(after).mean;
      absl::PrintF("%-8s %9d  %s  %s %8.2f\n", optimizer, t, TableCell(before), TableCell(after),
                   after_at_500[optimizer] / before_at_500[optimizer]);
    }
  }
  const auto ratio = [&](const char* optimizer) {
    return after_at_500[optimizer] / before_at_500[optimizer];
  };
  EXPECT_NEAR(ratio("sgd"), 0.93, 0.04);
  EXPECT_NEAR(ratio("adam"), 0.86, 0.06);
  EXPECT_NEAR(ratio("adagrad"), 0.55, 0.08);
  // AdaGrad is ahead of Adam after the update only.
  EXPECT_LT(after_at_500["adagrad"], 0.8 * after_at_500["adam"]);
  EXPECT_GT(before_at_500["adagrad"], 0.85 * before_at_500["adam"]);
}

// --- The ends of a smoothed curve ---

std::vector<double> SmoothFromRightToLeft(std::vector<double> curve) {
  std::ranges::reverse(curve);
  curve = SmoothCurve(curve);
  std::ranges::reverse(curve);
  return curve;
}

TEST(BookQuirksTest, SmoothingTreatsTheTwoEndsDifferently) {
  const std::vector<double>& loss = Learn({"sgd", "he"}, 0, 0, kUntil).after;
  std::vector<double> line(loss.size());
  std::iota(line.begin(), line.end(), 0);
  absl::PrintF("%-11s %9s %10s %9s %14s\n", "", "iteration", "unsmoothed", "smoothed",
               "right to left");
  for (const std::vector<double>& curve : {line, loss}) {
    const std::vector<double> smoothed = SmoothCurve(curve), other = SmoothFromRightToLeft(curve);
    size_t different = 0;
    for (size_t t = 0; t < curve.size(); ++t) different += std::abs(smoothed[t] - other[t]) > 1e-9;
    EXPECT_EQ(different, 10);  // five at each end
    for (const size_t t : {size_t{0}, size_t{4}, size_t{5}, curve.size() - 6, curve.size() - 1}) {
      absl::PrintF("%-11s %9d %10.4f %9.4f %14.4f\n", curve == line ? "a line" : "loss of SGD", t,
                   curve[t], smoothed[t], other[t]);
    }
    if (curve != line) continue;
    EXPECT_NEAR(smoothed.front() - other.front(), 0.44, 0.03);  // of an iteration
    EXPECT_NEAR(smoothed.back() - other.back(), 0.44, 0.03);
  }
}

// --- Initial weights of its own for each network ---

// How much the difference of two methods' losses scatters over the seeds.
struct Scatter {
  double all_shared, batches_shared, nothing_shared;
};

Scatter ScatterOfDifference(const Method& a, const Method& b) {
  constexpr size_t kAt = 300;
  const auto losses = [&](const Method& method, uint64_t first_weights) {
    return OfSeeds([&](uint64_t seed) {
      return SmoothedAt(kAt, Learn(method, first_weights + seed, seed, kAt).after);
    });
  };
  const std::vector<double> of_a = losses(a, 0), of_b = losses(b, 0);
  const std::vector<double> of_b_from_other_weights = losses(b, kSeeds);
  const auto paired = [&](const std::vector<double>& other) {
    return MeanAndStd(OfSeeds([&](uint64_t seed) { return of_a[seed] - other[seed]; }));
  };
  std::vector<double> unpaired;
  for (uint64_t i = 0; i < kSeeds; ++i) {
    for (uint64_t j = 0; j < kSeeds; ++j) {
      if (i != j) unpaired.push_back(of_a[i] - of_b[j]);
    }
  }
  const Scatter scatter = {paired(of_b).std, paired(of_b_from_other_weights).std,
                           MeanAndStd(unpaired).std};
  absl::PrintF("%8.4f %20.4f %20.4f %10.4f\n", paired(of_b).mean, scatter.all_shared,
               scatter.batches_shared, scatter.nothing_shared);
  return scatter;
}

TEST(BookQuirksTest, SharedWeightsMakeTheDifferenceOfTwoInitsScatterLess) {
  absl::PrintF(
      "difference of the smoothed losses at iteration 300, %d seeds, and its standard "
      "deviation where networks share\n%-15s %8s %20s %20s %10s\n",
      kSeeds, "", "mean", "weights and batches", "batches (the book)", "nothing");
  absl::PrintF("%-15s ", "Adam - AdaGrad");
  const Scatter optimizers = ScatterOfDifference({"adam", "he"}, {"adagrad", "he"});
  EXPECT_LT(1.3 * optimizers.all_shared, optimizers.nothing_shared);
  EXPECT_LT(1.3 * optimizers.batches_shared, optimizers.nothing_shared);
  absl::PrintF("%-15s ", "Xavier - Glorot");
  const Scatter inits = ScatterOfDifference({"sgd", "xavier"}, {"sgd", "glorot"});
  EXPECT_LT(2 * inits.all_shared, inits.batches_shared);
  EXPECT_LT(2 * inits.all_shared, inits.nothing_shared);
}

}  // namespace
}  // namespace dlfs::book_quirks
