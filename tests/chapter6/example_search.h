#ifndef TESTS_CHAPTER6_EXAMPLE_SEARCH_H_
#define TESTS_CHAPTER6_EXAMPLE_SEARCH_H_

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "chapter6/search_table.h"

namespace dlfs {

// A search of a few trials with two rows each.
inline SearchTableFormat ExampleFormat(size_t trials = 3, bool continues_shorter = false) {
  return {.comments = {"a search", "seed=8"},
          .trials = trials,
          .continues_shorter = continues_shorter,
          .epochs = {0, 5},
          .validation_images = 4,
          .train_images = 10};
}

// Each is another one; the third diverges.
inline Trial ExampleTrial(size_t number) {
  const double x = static_cast<double>(number + 1);
  return {.number = number,
          .tried = {.learning_rate = 0.01 / x, .weight_decay = 1e-7 * x},
          .curve = {.epochs = {0, 5},
                    .validation = {0.25, number == 2 ? NAN : 0.5},
                    .train = {0.1, number == 2 ? NAN : static_cast<double>(number % 8 + 3) / 10}}};
}

// What a search has written that has made these trials, one after the other.
inline std::string ExampleText(const std::vector<size_t>& numbers, size_t trials = 3) {
  std::string text = SearchTableHead(ExampleFormat(trials));
  for (const size_t number : numbers) text += SearchTableRows(ExampleTrial(number));
  return text;
}

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_EXAMPLE_SEARCH_H_
