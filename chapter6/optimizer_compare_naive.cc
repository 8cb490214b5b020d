#include "chapter6/optimizer_compare_naive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/optimizers.h"
#include "common/csv.h"

namespace dlfs {
namespace {

constexpr char kName[] = "optimizer_compare_naive";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/optimizer_compare_naive.gp.inc"
    ;

// f(x, y) = x²/20 + y²
double F(Point p) { return p.x * p.x / 20 + p.y * p.y; }
std::array<double, 2> GradientOfF(Point p) { return {p.x / 10, 2 * p.y}; }

// `diverged`: the names of the optimizers whose path has left the plane, a space behind each.
FigureScript Figure(const OptimizerCompareNaiveConfig& config, const std::string& diverged) {
  return {.name = kName,
          .commands = absl::StrCat(kStyle, kCommands),
          .definitions = {{"methods", JoinNames(config.optimizers)},
                          {"diverged", diverged},
                          {"learning_rates", JoinLearningRates(config.optimizers)},
                          {"start_x", config.start.x},
                          {"start_y", config.start.y}},
          .pictures = {"_surface", "_gradient", "", "_together"}};
}

}  // namespace

double NaiveLearningRate(absl::string_view optimizer) {
  if (optimizer == "sgd") return 0.95;
  if (optimizer == "momentum" || optimizer == "nesterov") return 0.1;
  if (optimizer == "adagrad") return 1.5;
  return 0.3;
}

std::vector<Point> Trajectory(const OptimizerChoice& choice,
                              const OptimizerCompareNaiveConfig& config) {
  const auto optimizer = MakeOptimizer<double>(choice.name, choice.learning_rate, 2).value();
  std::vector<Point> points = {config.start};
  for (int step = 1; step < config.points; ++step) {
    std::array<double, 2> xy = {points.back().x, points.back().y};
    optimizer->set_learning_rate(
        DecayedLearningRate(choice.learning_rate, config.learning_rate_decay, step - 1));
    optimizer->Step(xy, GradientOfF(points.back()));
    points.push_back({xy[0], xy[1]});
  }
  return points;
}

absl::Status RunOptimizerCompareNaive(const OptimizerCompareNaiveConfig& config,
                                      Experiment& experiment) {
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      kName,
      {absl::StrCat("optimizers=", JoinNames(config.optimizers)),
       absl::StrCat("learning_rates=", JoinLearningRates(config.optimizers),
                    " learning_rate_decay=", ShortestDecimal(config.learning_rate_decay)),
       absl::StrCat("start=", ShortestDecimal(config.start.x), ",", ShortestDecimal(config.start.y),
                    " points=", config.points)},
      {"optimizer", "step", "x", "y"});
  if (!csv.ok()) return csv.status();

  absl::PrintF("f(x, y) = x²/20 + y² from (%g, %g), %d moves\n\n", config.start.x, config.start.y,
               config.points - 1);
  absl::PrintF("%-10s %13s %12s %12s %12s %14s\n", "optimizer", "learning rate", "last x", "last y",
               "f(x, y)", "length of path");
  std::string diverged;
  for (const OptimizerChoice& optimizer : config.optimizers) {
    const std::vector<Point> points = Trajectory(optimizer, config);
    double length = 0;
    for (size_t step = 0; step < points.size(); ++step) {
      const Point p = points[step];
      csv->Row(optimizer.name, step, p.x, p.y);
      if (step > 0) {
        const double dx = p.x - points[step - 1].x, dy = p.y - points[step - 1].y;
        length += std::sqrt(dx * dx + dy * dy);
      }
    }
    const Point last = points.back();
    std::string end =
        absl::StrFormat("%12.6g %12.6g %12.6g %14.5g", last.x, last.y, F(last), length);
    if (!std::isfinite(F(last)) || !std::isfinite(length)) {
      const auto lost =
          std::ranges::find_if_not(points, [](Point p) { return std::isfinite(F(p)); });
      end = absl::StrCat("    diverged in step ",
                         std::min<size_t>(lost - points.begin(), points.size() - 1));
      absl::StrAppend(&diverged, optimizer.name, " ");
    }
    absl::PrintF("%-10s %13g %s\n", optimizer.name, optimizer.learning_rate, end);
  }
  if (absl::Status status = csv->Flush(); !status.ok()) return status;
  return experiment.Draw(Figure(config, diverged));
}

}  // namespace dlfs
