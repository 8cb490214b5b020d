#include "chapter6/accuracy_curves.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/csv.h"
#include "common/interrupt.h"

namespace dlfs {
namespace {

absl::Status WriteCurve(const AccuracyComparison& comparison, const AccuracyCurve& curve,
                        CsvWriter& csv) {
  const std::vector<std::string>& method = comparison.methods[curve.method];
  for (size_t i = 0; i < curve.epochs.size(); ++i) {
    const double train = curve.train[i];
    if (comparison.test_accuracy) {
      csv.Row(curve.seed, method, curve.epochs[i], train, curve.test[i]);
    } else {
      csv.Row(curve.seed, method, curve.epochs[i], train, static_cast<int>(std::isnan(train)));
    }
  }
  return csv.Flush();
}

void SayWhereItDiverged(const AccuracyComparison& comparison, const AccuracyCurve& curve) {
  const auto nan = std::ranges::find_if(curve.train, [](double a) { return std::isnan(a); });
  if (nan == curve.train.end()) return;
  std::string method;  // "init_std=1 batch_norm=0"
  for (size_t i = 0; i < comparison.method_columns.size(); ++i) {
    absl::StrAppend(&method, i == 0 ? "" : " ", comparison.method_columns[i], "=",
                    comparison.methods[curve.method][i]);
  }
  absl::PrintF("Diverged: seed %d, %s: before the end of epoch %d\n", curve.seed, method,
               curve.epochs[nan - curve.train.begin()]);
}

// Mean and spread of each method over the seeds, as far as all of its curves came.
absl::Status WriteSummary(const AccuracyComparison& comparison,
                          const std::vector<AccuracyCurve>& curves, CsvWriter& csv) {
  for (size_t m = 0; m < comparison.methods.size(); ++m) {
    std::vector<const AccuracyCurve*> of_method;
    for (const AccuracyCurve& curve : curves) {
      if (curve.method == m && !curve.epochs.empty()) of_method.push_back(&curve);
    }
    const auto over_seeds = [&](std::vector<double> AccuracyCurve::*accuracy, size_t i) {
      std::vector<double> values;
      for (const AccuracyCurve* curve : of_method) {
        if (!(curve->*accuracy).empty()) values.push_back((curve->*accuracy)[i]);
      }
      return values;
    };
    const auto all_came_to = [&](size_t i) {
      return !of_method.empty() && std::ranges::all_of(of_method, [i](const AccuracyCurve* curve) {
        return i < curve->epochs.size();
      });
    };
    for (size_t i = 0; all_came_to(i); ++i) {
      const std::vector<double> train = over_seeds(&AccuracyCurve::train, i);
      const auto diverged = std::ranges::count_if(train, [](double a) { return std::isnan(a); });
      const MeanAndStd of_train(train), of_test(over_seeds(&AccuracyCurve::test, i));
      csv.Row(comparison.methods[m], of_method.front()->epochs[i], of_train.mean, of_train.std,
              of_test.mean, of_test.std, diverged);
    }
  }
  return csv.Flush();
}

std::vector<std::string> Columns(std::vector<std::string> before,
                                 const std::vector<std::string>& methods,
                                 const std::vector<std::string>& after) {
  before.insert(before.end(), methods.begin(), methods.end());
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

}  // namespace

absl::StatusOr<std::vector<AccuracyCurve>> CompareAccuracyCurves(
    const AccuracyComparison& comparison, Experiment& experiment,
    const std::function<void(AccuracyCurve&, Progress&)>& train) {
  const std::string last_column = comparison.test_accuracy ? "test_accuracy" : "diverged";
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      comparison.name, comparison.configuration,
      Columns({"seed"}, comparison.method_columns, {"epoch", "train_accuracy", last_column}));
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary = experiment.CreateCsv(
      absl::StrCat(comparison.name, "_summary"), comparison.configuration,
      Columns({}, comparison.method_columns,
              {"epoch", "train_mean", "train_std", "test_mean", "test_std", "diverged"}));
  if (!summary.ok()) return summary.status();

  absl::PrintF("%s\n\n", absl::StrJoin(comparison.configuration, "\n"));
  std::vector<AccuracyCurve> curves;
  for (int s = 0; s < experiment.seeds; ++s) {
    for (size_t m = 0; m < comparison.methods.size(); ++m) {
      curves.push_back({.seed = experiment.seed + static_cast<uint64_t>(s), .method = m});
    }
  }
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      comparison.name, curves.size(), curves.size() * comparison.epochs, "epochs",
      [&](size_t i, Progress& progress) { train(curves[i], progress); },
      [&](size_t i) {
        SayWhereItDiverged(comparison, curves[i]);
        return WriteCurve(comparison, curves[i], *csv);
      });
  if (!seconds.ok()) return seconds.status();
  if (auto s = WriteSummary(comparison, curves, *summary); !s.ok()) return s;
  const size_t threads = std::min(curves.size(), static_cast<size_t>(experiment.threads));
  if (StopRequested()) absl::PrintF("Stopped early: not all networks are trained.\n");
  absl::PrintF("%d networks on %d %s in %.2f s\n\n", curves.size(), threads,
               threads == 1 ? "thread" : "threads", *seconds);
  return curves;
}

namespace {

std::vector<double> LastAccuracies(const std::vector<AccuracyCurve>& curves, size_t method,
                                   std::vector<double> AccuracyCurve::*accuracy) {
  std::vector<double> last;
  for (const AccuracyCurve& curve : curves) {
    if (curve.method == method && !(curve.*accuracy).empty()) {
      last.push_back((curve.*accuracy).back());
    }
  }
  return last;
}

}  // namespace

MeanAndStd LastAccuracy(const std::vector<AccuracyCurve>& curves, size_t method,
                        std::vector<double> AccuracyCurve::*accuracy) {
  return MeanAndStd(LastAccuracies(curves, method, accuracy));
}

std::string LastAccuracyCell(const std::vector<AccuracyCurve>& curves, size_t method,
                             std::vector<double> AccuracyCurve::*accuracy) {
  return TableCell(LastAccuracies(curves, method, accuracy));
}

}  // namespace dlfs
