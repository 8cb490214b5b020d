#ifndef CHAPTER6_OPTIMIZER_COMPARE_NAIVE_H_
#define CHAPTER6_OPTIMIZER_COMPARE_NAIVE_H_

#include <vector>

#include "absl/status/status.h"
#include "chapter6/optimizer_flags.h"
#include "common/experiment.h"

// 6.1.3 to 6.1.7, figures 6-1 to 6-8: optimizers on f(x, y) = x²/20 + y².
namespace dlfs {

struct Point {
  double x, y;
};

// The learning rates of the book for this function; Nesterov, which the book has not, as Momentum,
// and every other one as Adam.
double NaiveLearningRate(absl::string_view optimizer);

struct OptimizerCompareNaiveConfig {
  std::vector<OptimizerChoice> optimizers = BookOptimizers(NaiveLearningRate);
  double learning_rate_decay = 0;
  Point start = {-7, 2};
  int points = 30;  // recorded: the start and 29 moves
};

// The points that an optimizer comes through: config.points of them, the first is the start.
std::vector<Point> Trajectory(const OptimizerChoice& optimizer,
                              const OptimizerCompareNaiveConfig& config);

// Writes optimizer_compare_naive.csv (optimizer,step,x,y) and the figures, and prints where each
// path ends. There is nothing random in it: the seed has no influence.
absl::Status RunOptimizerCompareNaive(const OptimizerCompareNaiveConfig& config,
                                      Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_COMPARE_NAIVE_H_
