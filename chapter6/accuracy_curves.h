#ifndef CHAPTER6_ACCURACY_CURVES_H_
#define CHAPTER6_ACCURACY_CURVES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/experiment.h"
#include "common/mean_and_std.h"
#include "common/progress.h"

// Networks that learn in different ways, compared by their accuracy, epoch by epoch: the form of the
// figures of 6.3.2 and 6.4.
namespace dlfs {

// How one network learned. An accuracy is in [0, 1], NaN where the network has diverged.
struct AccuracyCurve {
  uint64_t seed = 0;
  size_t method = 0;               // what is compared: an index of AccuracyComparison::methods
  std::vector<int> epochs = {};    // after which it was measured, as far as it came
  std::vector<double> train = {};  // as long as epochs
  std::vector<double> test = {};   // the same, or empty where nobody asks
};

struct AccuracyComparison {
  std::string name;                         // of the experiment and its files
  std::vector<std::string> method_columns;  // what says which method it is: {"penalty", "lambda"}
  std::vector<std::vector<std::string>> methods;  // their cells: {{"none", "0"}, {"l2", "0.1"}}
  bool test_accuracy;                             // whether it is measured
  std::vector<std::string> configuration;         // for the comments of the CSV files
  size_t epochs;
};

// Calls `train` for each seed and method, in parallel; it fills in the rest of the curve, adds its
// epochs to the progress, and stops early after an interrupt. Writes
//   <name>.csv          seed,<method_columns>,epoch,train_accuracy, and test_accuracy or diverged (0
//                       or 1)
// curve by curve, as soon as one and those before it are trained, and at the end
//   <name>_summary.csv  <method_columns>,epoch,train_mean,train_std,test_mean,test_std,diverged
// over the seeds; `diverged` of them did; what was not measured is NaN. Prints which networks have
// diverged. -> the curves, those of the first seed first
absl::StatusOr<std::vector<AccuracyCurve>> CompareAccuracyCurves(
    const AccuracyComparison& comparison, Experiment& experiment,
    const std::function<void(AccuracyCurve&, Progress&)>& train);

// The last accuracy of a method over the seeds, of curves that are not empty.
MeanAndStd LastAccuracy(const std::vector<AccuracyCurve>& curves, size_t method,
                        std::vector<double> AccuracyCurve::*accuracy);

// The same as text, 16 columns wide; where some of several networks have diverged, how many.
std::string LastAccuracyCell(const std::vector<AccuracyCurve>& curves, size_t method,
                             std::vector<double> AccuracyCurve::*accuracy);

}  // namespace dlfs

#endif  // CHAPTER6_ACCURACY_CURVES_H_
