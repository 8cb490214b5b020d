#include "common/experiment/comparison.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/smooth_curve.h"
#include "common/experiment/table_cell.h"

namespace dlfs {
namespace {

// The index of the first value that is not finite, or the number of values.
size_t DivergedAt(const Curve& curve) {
  const auto finite = [](double x) { return std::isfinite(x); };
  return static_cast<size_t>(std::ranges::find_if_not(curve.train, finite) - curve.train.begin());
}

// How many steps all of these have reached.
size_t CommonLength(const std::vector<const Curve*>& curves) {
  size_t length = curves.empty() ? 0 : curves.front()->steps.size();
  for (const Curve* curve : curves) length = std::min(length, curve->steps.size());
  return length;
}

std::vector<double> ValuesAt(const std::vector<const Curve*>& curves,
                             std::vector<double> Curve::*values, size_t i) {
  std::vector<double> at;
  for (const Curve* curve : curves) {
    if (i < (curve->*values).size()) at.push_back((curve->*values)[i]);
  }
  return at;
}

std::vector<std::string> Columns(std::vector<std::string> before,
                                 const std::vector<std::string>& methods,
                                 const std::vector<std::string>& after) {
  before.insert(before.end(), methods.begin(), methods.end());
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

}  // namespace

std::vector<double> Curve::Result(const std::string& name) const {
  const auto result = results.find(name);
  return result == results.end() ? std::vector<double>() : std::vector<double>{result->second};
}

void Run::Record(int64_t step, std::optional<double> train) {
  if (!train.has_value()) return;
  curve_.steps.push_back(static_cast<int>(step));
  curve_.train.push_back(*train);
}

void Run::Record(int64_t step, std::optional<double> train, std::optional<double> test) {
  if (!train.has_value() || !test.has_value()) return;
  Record(step, train);
  curve_.test.push_back(*test);
}

Comparison::Comparison(Experiment& experiment, ComparisonOptions options)
    : experiment_(experiment), options_(std::move(options)) {
  for (int s = 0; s < experiment.seeds; ++s) {
    for (size_t m = 0; m < options_.methods.size(); ++m) {
      curves_.push_back({.seed = experiment.seed + static_cast<uint64_t>(s), .method = m});
    }
  }
}

absl::Status Comparison::ForEach(const std::function<void(Run&)>& train,
                                 const std::function<absl::Status(const Curve&)>& trained) {
  const bool losses = ComparesLosses();
  const bool test = options_.recorded == Recorded::kTrainTestAccuracy;
  absl::StatusOr<CsvWriter> csv = experiment_.CreateCsv(
      "", losses ? Columns({"seed"}, options_.columns, {"iteration", "loss", "smoothed_loss"})
                 : Columns({"seed"}, options_.columns,
                           {"epoch", "train_accuracy", test ? "test_accuracy" : "diverged"}));
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary = experiment_.CreateCsv(
      "_summary",
      losses ? Columns({}, options_.columns, {"iteration", "mean", "std"})
             : Columns({}, options_.columns,
                       {"epoch", "train_mean", "train_std", "test_mean", "test_std", "diverged"}));
  if (!summary.ok()) return summary.status();

  experiment_.PrintConfiguration();
  const absl::StatusOr<double> seconds = experiment_.RunInParallel(
      experiment_.name, curves_.size(), curves_.size() * static_cast<size_t>(options_.iterations),
      "iterations",
      [&](Task& task) {
        Curve& curve = curves_[task.index()];
        Run run(task, curve);
        train(run);
        curve.seconds = run.seconds();
        curve.flops = run.flops_per_iteration() * static_cast<double>(curve.steps.size());
        if (losses) curve.smoothed = SmoothCurve(curve.train);
      },
      [&](size_t i) {
        SayWhereItDiverged(curves_[i]);
        absl::Status status = WriteCurve(curves_[i], *csv);
        status.Update(trained(curves_[i]));
        return status;
      });
  if (!seconds.ok()) return seconds.status();
  seconds_ = *seconds;
  if (absl::Status status = WriteSummary(*summary); !status.ok()) return status;

  if (StopRequested()) absl::PrintF("Stopped early: not all networks are trained.\n");
  const size_t threads = std::min(curves_.size(), static_cast<size_t>(experiment_.threads));
  absl::PrintF("%d networks on %d %s in %.2f s\n\n", curves_.size(), threads,
               threads == 1 ? "thread" : "threads", seconds_);
  return absl::OkStatus();
}

absl::Status Comparison::WriteCurve(const Curve& curve, CsvWriter& csv) const {
  const std::vector<std::string>& method = options_.methods[curve.method];
  for (size_t i = 0; i < curve.steps.size(); ++i) {
    const double train = curve.train[i];
    switch (options_.recorded) {
      case Recorded::kLoss:
        csv.Row(curve.seed, method, curve.steps[i], train, curve.smoothed[i]);
        break;
      case Recorded::kTrainAccuracy:
        csv.Row(curve.seed, method, curve.steps[i], train, static_cast<int>(std::isnan(train)));
        break;
      case Recorded::kTrainTestAccuracy:
        csv.Row(curve.seed, method, curve.steps[i], train, curve.test[i]);
        break;
    }
  }
  return csv.Flush();
}

// Mean and spread of each method over the seeds, as far as all of its runs came.
absl::Status Comparison::WriteSummary(CsvWriter& csv) const {
  for (size_t m = 0; m < options_.methods.size(); ++m) {
    const std::vector<const Curve*> curves = CurvesOf(m);
    const size_t length = CommonLength(curves);
    for (size_t i = 0; i < length; ++i) {
      const int step = curves.front()->steps[i];
      if (ComparesLosses()) {
        const MeanAndStd loss(ValuesAt(curves, &Curve::smoothed, i));
        csv.Row(options_.methods[m], step, loss.mean, loss.std);
        continue;
      }
      const std::vector<double> train = ValuesAt(curves, &Curve::train, i);
      const auto diverged = std::ranges::count_if(train, [](double a) { return std::isnan(a); });
      const MeanAndStd of_train(train), of_test(ValuesAt(curves, &Curve::test, i));
      csv.Row(options_.methods[m], step, of_train.mean, of_train.std, of_test.mean, of_test.std,
              diverged);
    }
  }
  return csv.Flush();
}

void Comparison::SayWhereItDiverged(const Curve& curve) const {
  const size_t at = DivergedAt(curve);
  if (at == curve.train.size()) return;
  std::vector<std::string> method;  // "init_std=1", "batch_norm=0"
  for (size_t i = 0; i < options_.columns.size(); ++i) {
    method.push_back(absl::StrCat(options_.columns[i], "=", options_.methods[curve.method][i]));
  }
  absl::PrintF("Diverged: seed %d, %s: %s %d\n", curve.seed, absl::StrJoin(method, " "),
               ComparesLosses() ? "in iteration" : "before the end of epoch", curve.steps[at]);
}

std::vector<const Curve*> Comparison::CurvesOf(size_t method) const {
  std::vector<const Curve*> curves;
  for (const Curve& curve : curves_) {
    if (curve.method == method && !curve.steps.empty()) curves.push_back(&curve);
  }
  return curves;
}

std::vector<double> Comparison::Over(size_t method,
                                     const std::function<double(const Curve&)>& value) const {
  std::vector<double> values;
  for (const Curve* curve : CurvesOf(method)) values.push_back(value(*curve));
  return values;
}

std::vector<double> Comparison::LastTrain(size_t method) const {
  return Over(method, [](const Curve& curve) { return curve.train.back(); });
}

std::vector<double> Comparison::LastTest(size_t method) const {
  return Over(method, [](const Curve& curve) { return curve.test.back(); });
}

void Comparison::PrintLosses() const {
  constexpr size_t kEarly = 500;  // an iteration at which methods are well apart
  absl::PrintF("%-14s %16s %16s %16s %8s %8s\n", options_.columns.front(),
               absl::StrCat("loss at ", kEarly), "at the end", "test accuracy", "seconds",
               "GFLOP/s");
  double all_flops = 0;
  for (size_t m = 0; m < options_.methods.size(); ++m) {
    const std::vector<const Curve*> curves = CurvesOf(m);
    if (curves.empty()) continue;
    double seconds = 0, flops = 0;
    std::vector<double> accuracies;
    for (const Curve* curve : curves) {
      const std::vector<double> accuracy = curve->Result("test accuracy");
      accuracies.insert(accuracies.end(), accuracy.begin(), accuracy.end());
      seconds += curve->seconds;
      flops += curve->flops;
    }
    const auto cell = [&](const auto& value) { return TableCell(Over(m, value)); };
    absl::PrintF("%-14s %16s %s %s %8.2f %8.1f\n", options_.methods[m].front(),
                 CommonLength(curves) > kEarly
                     ? cell([](const Curve& curve) { return curve.smoothed[kEarly]; })
                     : "-",
                 cell([](const Curve& curve) { return curve.smoothed.back(); }),
                 TableCell(accuracies), seconds, flops / seconds / 1e9);
    all_flops += flops;
  }
  absl::PrintF("\nAll networks together: %.1f GFLOP/s\n", all_flops / seconds_ / 1e9);
}

absl::Status Comparison::DrawLosses(const FigureDefinitions& definitions) {
  std::vector<std::string> names;
  for (const std::vector<std::string>& method : options_.methods) names.push_back(method.front());
  std::string diverged;
  for (const Curve& curve : curves_) {
    if (DivergedAt(curve) == curve.train.size()) continue;
    absl::StrAppend(&diverged, names[curve.method], " ");
  }

  FigureDefinitions all = {
      {"methods", absl::StrJoin(names, " ")},
      {"diverged", diverged},
      {"iterations", static_cast<double>(options_.iterations)},
      {"marker_interval", std::max(1.0, static_cast<double>(options_.iterations) / 8)}};
  all.insert(all.end(), definitions.begin(), definitions.end());
  return experiment_.Draw(all);
}

}  // namespace dlfs
