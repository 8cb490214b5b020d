#ifndef CHAPTER6_OVERFIT_REPORT_H_
#define CHAPTER6_OVERFIT_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"

// What the three experiments of 6.4 say at their end.
namespace dlfs {

struct OverfitReport {
  // What tells the methods apart, as in the comparison's options, and their names in table and
  // figure.
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> methods;
  std::vector<FigureText> names;
  FigureText title;  // of the figure
  int epochs, evaluation_interval;
};

// Prints the accuracies in the last epoch and the gap between them. Draws a panel for each method,
// and the test accuracies beside each other.
absl::Status ReportOverfitting(const OverfitReport& report, const Comparison& comparison,
                               Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OVERFIT_REPORT_H_
