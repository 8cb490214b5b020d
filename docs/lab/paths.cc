// What the page calls for the paths of 6.1.2 to 6.1.7.
#include <cstddef>
#include <vector>

#include "chapter6/optimizers.h"
#include "chapter6/surfaces.h"
#include "docs/lab/export.h"
#include "docs/lab/rule_optimizer.h"

namespace dlfs {

// f on a grid over [left, right] × [bottom, top], both ends included -> [rows, columns]
EXPORT(Heights)
const double* Heights(int surface, double left, double right, double bottom, double top,
                      int columns, int rows) {
  static std::vector<double> heights;
  heights.clear();
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      heights.push_back(Surfaces()[static_cast<size_t>(surface)].f(
          {left + (right - left) * j / (columns - 1), bottom + (top - bottom) * i / (rows - 1)}));
    }
  }
  return heights.data();
}

// The path of an optimizer, and what it remembers of both coordinates: a row a point of
// x, y, f(x, y), and the two numbers of each state array of the optimizer
EXPORT(Walk)
const double* Walk(int surface, int optimizer, double eta, double decay, double x, double y,
                   int points) {
  static std::vector<double> path;
  path.clear();
  const Surface& walked = Surfaces()[static_cast<size_t>(surface)];
  const auto rule = MakeOptimizerOrRule<double>(optimizer, eta, 2);
  Point p = {x, y};
  for (int step = 0; step < points; ++step) {
    if (step > 0) {
      rule->set_learning_rate(DecayedLearningRate(eta, decay, static_cast<size_t>(step - 1)));
      rule->Step(p, walked.gradient(p));
    }
    path.insert(path.end(), {p[0], p[1], walked.f(p)});
    for (const auto& [_, values] : rule->states()) {
      path.insert(path.end(), values.begin(), values.end());
    }
  }
  return path.data();
}

}  // namespace dlfs
