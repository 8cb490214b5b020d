#ifndef CHAPTER6_LOSS_CURVES_H_
#define CHAPTER6_LOSS_CURVES_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/experiment.h"
#include "common/figure.h"
#include "common/progress.h"

// Networks that learn in different ways, compared by how their loss falls: the form of figure 6-9.
namespace dlfs {

// How one network learned.
struct LossCurve {
  uint64_t seed = 0;
  std::string method = {};                 // what is compared, "adam" say
  std::vector<double> loss = {};           // of each iteration, as far as it came
  std::vector<double> smoothed_loss = {};  // as long as loss (common/smooth_curve.h)
  double test_accuracy = 0;
  double seconds = 0;  // of learning
  double flops = 0;    // floating-point operations of the matrix products in that time

  // The iteration whose loss is the first that is not finite; loss.size() if all are.
  size_t DivergedIn() const {
    const auto finite = [](double x) { return std::isfinite(x); };
    return std::ranges::find_if_not(loss, finite) - loss.begin();
  }
  bool Diverged() const { return DivergedIn() < loss.size(); }
};

struct LossCurveComparison {
  std::string name;                        // of the experiment and its files
  std::string method_column;               // what the methods are: "optimizer"
  std::vector<std::string> methods;        // compared for each seed
  std::vector<std::string> configuration;  // for the comments of the CSV files
  size_t iterations;
};

// Calls `train` for each seed and method, in parallel; it fills in the rest of the curve, adds its
// iterations to the progress, and stops early after an interrupt. Writes
//   <name>.csv           seed,<method_column>,iteration,loss,smoothed_loss
// curve by curve, as soon as one and those before it are trained, and at the end
//   <name>_summary.csv   <method_column>,iteration,mean,std
// of the smoothed loss over the seeds; calls trained(curve) for each curve that it has written, so
// that an experiment can write more about it. Prints where a network diverged, and a table of
// losses, test accuracies and speeds. -> the curves, those of the first seed first
absl::StatusOr<std::vector<LossCurve>> CompareLossCurves(
    const LossCurveComparison& comparison, Experiment& experiment,
    const std::function<void(LossCurve&, Progress&)>& train,
    const std::function<absl::Status(const LossCurve&)>& trained = [](const LossCurve&) {
      return absl::OkStatus();
    });

// The figure of the summary: a line and its spread for each method, up to a loss of `largest_loss`.
// `caption` stands below the title.
FigureScript LossCurveFigure(const LossCurveComparison& comparison,
                             const std::vector<LossCurve>& curves, const std::string& title,
                             const std::string& caption, double largest_loss);

}  // namespace dlfs

#endif  // CHAPTER6_LOSS_CURVES_H_
