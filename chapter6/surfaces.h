#ifndef CHAPTER6_SURFACES_H_
#define CHAPTER6_SURFACES_H_

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace dlfs {

using Point = std::array<double, 2>;  // x, y

// A function of two numbers that optimizers walk on: the book's, and others that show what the book's
// does not.
struct Surface {
  const char* name;
  const char* formula;     // f(x, y) for people
  const char* in_gnuplot;  // f(x, y) as gnuplot reads it
  double (*f)(Point p);
  Point (*gradient)(Point p);  // ∂f/∂x, ∂f/∂y

  Point start;
  int points;                    // of a path, the start included
  std::vector<Point> minima;     // where f is least
  Point low, high;               // the part of the plane that is looked at
  std::vector<double> contours;  // the heights of the lines in the picture

  // In the order of OptimizerNames() (optimizers.h). The valley's are the book's; Nesterov has that
  // of Momentum, RMSProp and AdamW have that of Adam. On the other surfaces it is the one of 1, 2 and
  // 5 times a power of ten, from 0.00001 to 50, that ends lowest, of those whose path stays in the
  // picture.
  std::vector<double> learning_rates;

  // For an optimizer that is not in the list, the last one.
  double LearningRate(std::string_view optimizer) const;
};

// The book's is the first.
std::span<const Surface> Surfaces();

}  // namespace dlfs

#endif  // CHAPTER6_SURFACES_H_
