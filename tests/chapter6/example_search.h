#ifndef TESTS_CHAPTER6_EXAMPLE_SEARCH_H_
#define TESTS_CHAPTER6_EXAMPLE_SEARCH_H_

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_file.h"
#include "common/experiment/csv.h"

namespace dlfs {

// A search of a few trials with two rows each.
inline SearchFileFormat ExampleFormat(size_t trials = 3, bool continues_shorter = false) {
  return {.comments = {"a search", "seed=8"},
          .trials = trials,
          .continues_shorter = continues_shorter,
          .epochs = {0, 5},
          .ends = {2}};
}

// Each is another one; the third diverges.
inline Trial ExampleTrial(size_t number) {
  const double x = static_cast<double>(number + 1);
  return {.number = number,
          .learning_rate = 0.01 / x,
          .weight_decay = 1e-7 * x,
          .validation = {0.25, number == 2 ? NAN : 0.5},
          .train = {0.1, number == 2 ? NAN : static_cast<double>(number % 8 + 3) / 10}};
}

// What a search has written that has made these trials, one after the other.
inline std::string ExampleText(const std::vector<size_t>& numbers, size_t trials = 3) {
  std::string text = CsvWriter::Head(
      {"a search", "seed=8", "trials=" + std::to_string(trials)},
      {"trial", "learning_rate", "weight_decay", "epoch", "validation_accuracy", "train_accuracy"});
  for (const size_t number : numbers) {
    const Trial trial = ExampleTrial(number);
    for (const size_t row : {0, 1}) {
      text += CsvWriter::Line(number, trial.learning_rate, trial.weight_decay, row == 0 ? 0 : 5,
                              trial.validation[row], trial.train[row]);
    }
  }
  return text;
}

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_EXAMPLE_SEARCH_H_
