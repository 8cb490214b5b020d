// 6.1.3 to 6.1.7, figures 6-1 to 6-8: the paths of optimizers on f(x, y) = x²/20 + y².
//
//   bazel run //chapter6:optimizer_compare_naive
//
// --function chooses another f (surfaces.cc). Writes optimizer_compare_naive.csv (optimizer,step,x,y)
// and the figures, and prints where each path ends. There is nothing random in it: the seed has no
// influence.

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/optimizer_settings.h"
#include "chapter6/optimizers.h"
#include "chapter6/surfaces.h"
#include "common/experiment/experiment.h"
#include "common/experiment/names.h"
#include "common/experiment/settings.h"

namespace dlfs {
namespace {

std::vector<const char*> SurfaceNames() {
  std::vector<const char*> names;
  for (const Surface& surface : Surfaces()) names.push_back(surface.name);
  return names;
}

absl::StatusOr<const Surface*> SurfaceFromName(const std::string& name) {
  const absl::StatusOr<size_t> index = FindName("", name, SurfaceNames());
  if (!index.ok()) return index.status();
  return &Surfaces()[*index];
}

}  // namespace
}  // namespace dlfs

SETTING(std::string, function, "valley", dlfs::SurfaceFromName,
        absl::StrCat("the function f(x, y) to walk on, one of ",
                     absl::StrJoin(dlfs::SurfaceNames(), " ")));
SETTING(std::optional<double>, start_x, std::nullopt, dlfs::Between(-1000.0, 1000.0),
        "where the paths begin; default: where they do for this function, -7 for the valley");
SETTING(std::optional<double>, start_y, std::nullopt, dlfs::Between(-1000.0, 1000.0),
        "where the paths begin; default: where they do for this function, 2 for the valley");
SETTING(std::optional<int>, points, std::nullopt, dlfs::Between(1, 1000000),
        "how many points of a path are recorded, the start included; default: 30 for the valley, "
        "100 or 200 for the others");

namespace dlfs {
namespace {

EXPERIMENT(optimizer_compare_naive,
           "6.1.3 to 6.1.7, figures 6-1 to 6-8: the paths of optimizers on f(x, y) = x²/20 + y².") {
  const Surface& surface = **function;
  const Point start = {start_x->value_or(surface.start[0]), start_y->value_or(surface.start[1])};
  const int last = points->value_or(surface.points) - 1;  // move
  experiment.configuration.push_back(
      absl::StrCat("start_x=", start[0], " start_y=", start[1], " points=", last + 1));
  const std::vector<OptimizerChoice> optimizers = ChosenOptimizers(
      [](std::string_view name) { return (*function)->LearningRate(name); }, experiment);
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv("", {"optimizer", "step", "x", "y"});
  if (!csv.ok()) return csv.status();
  absl::PrintF("f(x, y) = %s from (%g, %g), %d moves\n\n", surface.formula, start[0], start[1],
               last);
  absl::PrintF("%-10s %13s %12s %12s %12s %14s\n", "optimizer", "learning rate", "last x", "last y",
               "f(x, y)", "length of path");

  std::vector<std::string> names, diverged;
  for (const OptimizerChoice& choice : optimizers) {
    const auto optimizer = MakeOptimizer<double>(choice.name, choice.learning_rate, 2);
    Point p = start;
    double length = 0;
    int finite = 0;  // points that are on the plane, from the start
    for (int step = 0; step <= last; ++step) {
      if (step > 0) {
        const Point before = p;
        optimizer->set_learning_rate(choice.LearningRate(step - 1));
        optimizer->Step(p, surface.gradient(before));
        const double dx = p[0] - before[0], dy = p[1] - before[1];
        length += std::sqrt(dx * dx + dy * dy);
      }
      csv->Row(choice.name, step, p[0], p[1]);
      if (finite == step && std::isfinite(surface.f(p)) && std::isfinite(length)) ++finite;
    }
    names.push_back(choice.name);
    absl::PrintF("%-10s %13g ", choice.name, choice.learning_rate);
    if (finite > last) {
      absl::PrintF("%12.6g %12.6g %12.6g %14.5g\n", p[0], p[1], surface.f(p), length);
    } else {
      absl::PrintF("    diverged in step %d\n", finite);
      diverged.push_back(choice.name + " ");
    }
  }
  if (absl::Status status = csv->Flush(); !status.ok()) return status;

  std::vector<std::string> minima;
  for (const Point& minimum : surface.minima) minima.push_back(absl::StrJoin(minimum, " "));
  std::vector<std::string> pictures = {"", "_together"};
  if (&surface == &Surfaces().front()) pictures.insert(pictures.end(), {"_surface", "_gradient"});
  return experiment.Draw({{"methods", absl::StrJoin(names, " ")},
                          {"diverged", absl::StrJoin(diverged, "")},
                          {"learning_rates", LearningRates(optimizers)},
                          {"surface", surface.name},
                          {"formula", surface.formula},
                          {"f_in_gnuplot", surface.in_gnuplot},
                          {"minima", absl::StrJoin(minima, " ")},
                          {"contours", absl::StrJoin(surface.contours, ", ")},
                          {"left", std::min(surface.low[0], 1.2 * start[0])},
                          {"right", std::max(surface.high[0], 1.2 * start[0])},
                          {"bottom", std::min(surface.low[1], 1.2 * start[1])},
                          {"top", std::max(surface.high[1], 1.2 * start[1])},
                          {"start_x", start[0]},
                          {"start_y", start[1]},
                          {"moves", static_cast<double>(last)}},
                         pictures);
}

}  // namespace
}  // namespace dlfs
