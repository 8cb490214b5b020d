#include "chapter6/overfit_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/table_cell.h"

namespace dlfs {

absl::Status ReportOverfitting(const OverfitReport& report, const Comparison& comparison,
                               Experiment& experiment) {
  absl::PrintF("%-32s %16s %16s %8s\n", "accuracy in the last epoch", "training", "test", "gap");
  std::vector<std::string> cells;
  for (size_t m = 0; m < report.methods.size(); ++m) {
    const std::vector<double> train = comparison.LastTrain(m), test = comparison.LastTest(m);
    const double gap = MeanAndStd(train).mean - MeanAndStd(test).mean;
    absl::PrintF("%-32s %s %s %8s\n", report.names[m].english(), TableCell(train), TableCell(test),
                 std::isnan(gap) ? "-" : absl::StrFormat("%.4f", gap));
    cells.push_back(absl::StrJoin(report.methods[m], ","));
  }
  return experiment.Draw(
      {{"methods", absl::StrJoin(cells, " ")},
       {"names", report.names},
       {"columns", static_cast<double>(report.columns.size())},
       {"seeds", static_cast<double>(experiment.seeds)},
       {"last_epoch", report.epochs - 1.0},
       {"point_interval", std::max(1.0, report.epochs / report.evaluation_interval / 10.0)},
       {"figure_title", report.title}},
      {"", "_test"});
}

}  // namespace dlfs
