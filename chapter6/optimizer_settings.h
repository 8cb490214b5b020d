#ifndef CHAPTER6_OPTIMIZER_SETTINGS_H_
#define CHAPTER6_OPTIMIZER_SETTINGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chapter6/optimizers.h"
#include "common/experiment/experiment.h"

// The settings that both experiments of 6.1 share: --optimizers, --learning_rate and
// --learning_rate_decay.
namespace dlfs {

// An optimizer of a comparison.
struct OptimizerChoice {
  std::string name;  // as in optimizers.h
  double learning_rate;
  double decay;

  // That of step t = 0, 1, ...
  double LearningRate(size_t t) const { return DecayedLearningRate(learning_rate, decay, t); }
};

// The optimizers to compare; by default the book's four, each with the rate that `book_rate` says.
// Adds them to the configuration of the experiment.
std::vector<OptimizerChoice> ChosenOptimizers(double (*book_rate)(std::string_view name),
                                              Experiment& experiment);

// The learning rates with a space between, for a figure's script.
std::string LearningRates(const std::vector<OptimizerChoice>& optimizers);

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZER_SETTINGS_H_
