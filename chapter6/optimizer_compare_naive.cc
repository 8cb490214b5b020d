// 6.1.3 to 6.1.7, figures 6-1 to 6-8: the paths of optimizers on f(x, y) = x²/20 + y².
//
//   bazel run //chapter6:optimizer_compare_naive
//
// Writes optimizer_compare_naive.csv (optimizer,step,x,y) and the figures, and prints where each
// path ends. There is nothing random in it: the seed has no influence.

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/optimizer_settings.h"
#include "chapter6/optimizers.h"
#include "common/experiment/experiment.h"
#include "common/experiment/settings.h"

SETTING(double, start_x, -7, dlfs::Between(-1000.0, 1000.0), "where the paths begin on x²/20 + y²");
SETTING(double, start_y, 2, dlfs::Between(-1000.0, 1000.0), "where the paths begin on x²/20 + y²");
SETTING(int, points, 30, dlfs::Between(1, 1000000),
        "how many points of a path on x²/20 + y² are recorded, the start included");

namespace dlfs {
namespace {

using Point = std::array<double, 2>;  // x, y

double F(Point p) { return p[0] * p[0] / 20 + p[1] * p[1]; }
Point GradientOfF(Point p) { return {p[0] / 10, 2 * p[1]}; }

// The book's learning rates for this function; Nesterov, which the book has not, as Momentum, and
// every other one as Adam.
double BookRate(std::string_view optimizer) {
  if (optimizer == "sgd") return 0.95;
  if (optimizer == "momentum" || optimizer == "nesterov") return 0.1;
  if (optimizer == "adagrad") return 1.5;
  return 0.3;
}

EXPERIMENT(optimizer_compare_naive,
           "6.1.3 to 6.1.7, figures 6-1 to 6-8: the paths of optimizers on f(x, y) = x²/20 + y².") {
  const std::vector<OptimizerChoice> optimizers = ChosenOptimizers(BookRate, experiment);
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv("", {"optimizer", "step", "x", "y"});
  if (!csv.ok()) return csv.status();
  absl::PrintF("f(x, y) = x²/20 + y² from (%g, %g), %d moves\n\n", *start_x, *start_y, points - 1);
  absl::PrintF("%-10s %13s %12s %12s %12s %14s\n", "optimizer", "learning rate", "last x", "last y",
               "f(x, y)", "length of path");

  std::vector<std::string> names, diverged;
  for (const OptimizerChoice& choice : optimizers) {
    const auto optimizer = MakeOptimizer<double>(choice.name, choice.learning_rate, 2);
    Point p = {start_x, start_y};
    double length = 0;
    int finite = 0;  // points that are on the plane, from the start
    for (int step = 0; step < points; ++step) {
      if (step > 0) {
        const Point before = p;
        optimizer->set_learning_rate(choice.LearningRate(step - 1));
        optimizer->Step(p, GradientOfF(before));
        length += std::sqrt((p[0] - before[0]) * (p[0] - before[0]) +
                            (p[1] - before[1]) * (p[1] - before[1]));
      }
      csv->Row(choice.name, step, p[0], p[1]);
      if (finite == step && std::isfinite(F(p)) && std::isfinite(length)) ++finite;
    }
    names.push_back(choice.name);
    absl::PrintF("%-10s %13g ", choice.name, choice.learning_rate);
    if (finite == points) {
      absl::PrintF("%12.6g %12.6g %12.6g %14.5g\n", p[0], p[1], F(p), length);
    } else {
      absl::PrintF("    diverged in step %d\n", finite);
      diverged.push_back(choice.name + " ");
    }
  }
  if (absl::Status status = csv->Flush(); !status.ok()) return status;
  return experiment.Draw({{"methods", absl::StrJoin(names, " ")},
                          {"diverged", absl::StrJoin(diverged, "")},
                          {"learning_rates", LearningRates(optimizers)},
                          {"start_x", start_x},
                          {"start_y", start_y}},
                         {"_surface", "_gradient", "", "_together"});
}

}  // namespace
}  // namespace dlfs
