#include "chapter6/surfaces.h"

#include <algorithm>
#include <cstddef>

#include "chapter6/optimizers.h"
#include "common/matrix/elementary.h"

namespace dlfs {
namespace {

using elementary::Exp;

// clang-format off
const std::vector<Surface>& All() {
  static const std::vector<Surface> surfaces = {
      // 6.1.3, equation 6.2: a valley, steep in y and nearly flat in x.
      {.name = "valley",
       .formula = "x²/20 + y²",
       .in_gnuplot = "x**2 / 20 + y**2",
       .f = [](Point p) { return p[0] * p[0] / 20 + p[1] * p[1]; },
       .gradient = [](Point p) { return Point{p[0] / 10, 2 * p[1]}; },
       .start = {-7, 2},
       .points = 30,
       .minima = {{0, 0}},
       .low = {-8.4, -4},
       .high = {5.04, 4},
       .contours = {0.1, 0.4, 0.9, 1.6, 2.5, 3.6, 4.9, 6.4, 8.1, 10, 14, 20, 28, 40},
       .learning_rates = {0.95, 0.1, 0.1, 1.5, 0.3, 0.3, 0.3}},
      // Rosenbrock, "An automatic method for finding the greatest or least value of a function"
      // (1960): a valley that bends.
      {.name = "rosenbrock",
       .formula = "(1 − x)² + 100 (y − x²)²",
       .in_gnuplot = "(1 - x)**2 + 100 * (y - x**2)**2",
       .f = [](Point p) {
         const double a = 1 - p[0], b = p[1] - p[0] * p[0];
         return a * a + 100 * b * b;
       },
       .gradient = [](Point p) {
         const double a = 1 - p[0], b = p[1] - p[0] * p[0];
         return Point{-2 * a - 400 * p[0] * b, 200 * b};
       },
       .start = {-1.2, 1},
       .points = 200,
       .minima = {{1, 1}},
       .low = {-2, -1},
       .high = {2, 3},
       .contours = {0.1, 0.5, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000},
       .learning_rates = {0.005, 0.002, 0.002, 1, 0.1, 0.5, 0.5}},
      // A pass between two hollows: at (0, 0) the gradient is 0, but only in x is that a minimum.
      {.name = "saddle",
       .formula = "x² − y²/50 + y⁴/200",
       .in_gnuplot = "x**2 - y**2 / 50 + y**4 / 200",
       .f = [](Point p) {
         const double y2 = p[1] * p[1];
         return p[0] * p[0] - y2 / 50 + y2 * y2 / 200;
       },
       .gradient = [](Point p) {
         return Point{2 * p[0], -p[1] / 25 + p[1] * p[1] * p[1] / 50};
       },
       .start = {-2, 0.001},
       .points = 200,
       .minima = {{0, 1.4142135623730951}, {0, -1.4142135623730951}},
       .low = {-2.4, -2.4},
       .high = {1.6, 2.4},
       .contours = {-0.018, -0.01, 0, 0.02, 0.1, 0.25, 0.5, 1, 2, 4},
       .learning_rates = {0.5, 0.1, 0.2, 0.5, 0.1, 0.5, 1}},
      // A wall behind the start, then a floor that is nearly flat in x, and a hollow at its end. It
      // is a ravine in y.
      {.name = "plateau",
       .formula = "y² + 5 exp(−2 (x + 6)) + 1 − exp(−(x − 3)²/12)",
       .in_gnuplot = "y**2 + 5 * exp(-2 * (x + 6)) + 1 - exp(-(x - 3)**2 / 12)",
       .f = [](Point p) {
         const double a = p[0] + 6, b = p[0] - 3;
         return p[1] * p[1] + 5 * Exp(-2 * a) + 1 - Exp(-b * b / 12);
       },
       .gradient = [](Point p) {
         const double a = p[0] + 6, b = p[0] - 3;
         return Point{-10 * Exp(-2 * a) + b / 6 * Exp(-b * b / 12), 2 * p[1]};
       },
       .start = {-6, 1.5},
       .points = 100,
       .minima = {{3, 0}},
       .low = {-7, -2.5},
       .high = {6, 2.5},
       .contours = {0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.96, 0.99, 1.2, 2, 3.5, 5.5, 8},
       .learning_rates = {0.5, 0.1, 0.1, 2, 0.2, 1, 0.5}},
      // Beale, "On an iterative method for finding a local minimum of a function of more than one
      // variable" (1958): steep walls around a flat, bent floor.
      {.name = "beale",
       .formula = "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
       .in_gnuplot = "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
       .f = [](Point p) {
         const double x = p[0], y = p[1];
         const double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
         return a * a + b * b + c * c;
       },
       .gradient = [](Point p) {
         const double x = p[0], y = p[1];
         const double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
         return Point{2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y * y * y - 1),
                      2 * a * x + 4 * b * x * y + 6 * c * x * y * y};
       },
       .start = {1, 1.5},
       .points = 100,
       .minima = {{3, 0.5}},
       .low = {-1, -2},
       .high = {4, 2},
       .contours = {0.05, 0.2, 0.6, 1.5, 4, 10, 20, 40, 80, 160, 400},
       .learning_rates = {0.02, 0.002, 0.005, 2, 0.2, 0.5, 0.5}},
  };
  return surfaces;
}
// clang-format on

}  // namespace

double Surface::LearningRate(std::string_view optimizer) const {
  const auto names = OptimizerNames();
  const auto index =
      static_cast<size_t>(std::find(names.begin(), names.end(), optimizer) - names.begin());
  return learning_rates[std::min(index, learning_rates.size() - 1)];
}

std::span<const Surface> Surfaces() { return All(); }

}  // namespace dlfs
