#include "chapter6/loss_curves.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/interrupt.h"
#include "common/mean_and_std.h"
#include "common/smooth_curve.h"

namespace dlfs {
namespace {

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/loss_curves.gp.inc"
    ;

// The curves of one method that have got somewhere.
std::vector<const LossCurve*> CurvesOf(const std::string& method,
                                       const std::vector<LossCurve>& curves) {
  std::vector<const LossCurve*> selected;
  for (const LossCurve& curve : curves) {
    if (curve.method == method && !curve.loss.empty()) selected.push_back(&curve);
  }
  return selected;
}

template <typename Value>
std::vector<double> Over(const std::vector<const LossCurve*>& curves, Value value) {
  std::vector<double> values;
  for (const LossCurve* curve : curves) values.push_back(value(*curve));
  return values;
}

// The number of iterations that all of these have reached.
size_t CommonLength(const std::vector<const LossCurve*>& curves) {
  size_t length = curves.empty() ? 0 : curves.front()->loss.size();
  for (const LossCurve* curve : curves) length = std::min(length, curve->loss.size());
  return length;
}

// Mean and standard deviation of the smoothed loss over the seeds, as far as all of them came.
absl::Status WriteSummary(const LossCurveComparison& comparison,
                          const std::vector<LossCurve>& curves, CsvWriter& csv) {
  for (const std::string& method : comparison.methods) {
    const std::vector<const LossCurve*> selected = CurvesOf(method, curves);
    const size_t iterations = CommonLength(selected);
    for (size_t t = 0; t < iterations; ++t) {
      const MeanAndStd loss(
          Over(selected, [t](const LossCurve& curve) { return curve.smoothed_loss[t]; }));
      csv.Row(method, t, loss.mean, loss.std);
    }
  }
  return csv.Flush();
}

void PrintTable(const LossCurveComparison& comparison, const std::vector<LossCurve>& curves) {
  constexpr size_t kEarly = 500;  // an iteration at which methods are well apart
  absl::PrintF("%-14s %16s %16s %16s %8s %8s\n", comparison.method_column,
               absl::StrCat("loss at ", kEarly), "at the end", "test accuracy", "seconds",
               "GFLOP/s");
  for (const std::string& method : comparison.methods) {
    const std::vector<const LossCurve*> selected = CurvesOf(method, curves);
    if (selected.empty()) continue;
    double seconds = 0, flops = 0;
    for (const LossCurve* curve : selected) {
      seconds += curve->seconds;
      flops += curve->flops;
    }
    const auto cell = [&](auto value) { return TableCell(Over(selected, value)); };
    absl::PrintF("%-14s %16s %s %s %8.2f %8.1f\n", method,
                 CommonLength(selected) > kEarly
                     ? cell([](const LossCurve& curve) { return curve.smoothed_loss[kEarly]; })
                     : "-",
                 cell([](const LossCurve& curve) { return curve.smoothed_loss.back(); }),
                 cell([](const LossCurve& curve) { return curve.test_accuracy; }), seconds,
                 flops / seconds / 1e9);
  }
}

}  // namespace

absl::StatusOr<std::vector<LossCurve>> CompareLossCurves(
    const LossCurveComparison& comparison, Experiment& experiment,
    const std::function<void(LossCurve&, Progress&)>& train,
    const std::function<absl::Status(const LossCurve&)>& trained) {
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      comparison.name, comparison.configuration,
      {"seed", comparison.method_column, "iteration", "loss", "smoothed_loss"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary =
      experiment.CreateCsv(absl::StrCat(comparison.name, "_summary"), comparison.configuration,
                           {comparison.method_column, "iteration", "mean", "std"});
  if (!summary.ok()) return summary.status();

  absl::PrintF("%s\n\n", absl::StrJoin(comparison.configuration, "\n"));
  std::vector<LossCurve> curves;
  for (int s = 0; s < experiment.seeds; ++s) {
    for (const std::string& method : comparison.methods) {
      curves.push_back({.seed = experiment.seed + static_cast<uint64_t>(s), .method = method});
    }
  }

  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      comparison.name, curves.size(), curves.size() * comparison.iterations, "iterations",
      [&](size_t i, Progress& progress) {
        train(curves[i], progress);
        curves[i].smoothed_loss = SmoothCurve(curves[i].loss);
      },
      [&](size_t i) {
        const LossCurve& curve = curves[i];
        if (curve.Diverged()) {
          absl::PrintF("Diverged: seed %d, %s: in iteration %d\n", curve.seed, curve.method,
                       curve.DivergedIn());
        }
        for (size_t t = 0; t < curve.loss.size(); ++t) {
          csv->Row(curve.seed, curve.method, t, curve.loss[t], curve.smoothed_loss[t]);
        }
        absl::Status status = csv->Flush();
        status.Update(trained(curve));
        return status;
      });
  if (!seconds.ok()) return seconds.status();
  if (absl::Status status = WriteSummary(comparison, curves, *summary); !status.ok()) {
    return status;
  }

  PrintTable(comparison, curves);
  double flops = 0;
  for (const LossCurve& curve : curves) flops += curve.flops;
  const size_t threads = std::min(curves.size(), static_cast<size_t>(experiment.threads));
  if (StopRequested()) absl::PrintF("\nStopped early: not all networks are trained.");
  absl::PrintF("\n%d networks on %d %s in %.2f s: %.1f GFLOP/s\n", curves.size(), threads,
               threads == 1 ? "thread" : "threads", *seconds, flops / *seconds / 1e9);
  return curves;
}

FigureScript LossCurveFigure(const LossCurveComparison& comparison,
                             const std::vector<LossCurve>& curves, const std::string& title,
                             const std::string& caption, double largest_loss) {
  std::string diverged;
  for (const LossCurve& curve : curves) {
    if (curve.Diverged()) absl::StrAppend(&diverged, curve.method, " ");
  }
  return {.name = comparison.name,
          .commands = absl::StrCat(kStyle, kCommands),
          .definitions = {
              {"methods", absl::StrJoin(comparison.methods, " ")},
              {"diverged", diverged},
              {"figure_title", title},
              {"caption", caption},
              {"largest_loss", largest_loss},
              {"iterations", static_cast<double>(comparison.iterations)},
              {"marker_interval", std::max(1.0, static_cast<double>(comparison.iterations) / 8)}}};
}

}  // namespace dlfs
