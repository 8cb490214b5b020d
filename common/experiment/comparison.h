#ifndef COMMON_EXPERIMENT_COMPARISON_H_
#define COMMON_EXPERIMENT_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/experiment/csv.h"
#include "common/experiment/experiment.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/task.h"

// Networks that learn in different ways, compared for one or more seeds: the form of nearly all
// figures of the chapter.
namespace dlfs {

// What is recorded while a network learns.
enum class Recorded {
  kLoss,               // the loss, iteration by iteration (figures 6-9 and 6-15)
  kTrainAccuracy,      // the accuracy on the images that it learns, epoch by epoch (6-18 and 6-19)
  kTrainTestAccuracy,  // and that on the test images (6-20 to 6-23)
};

// How one network learned, as far as it came. A value that is not finite says that it had diverged.
struct Curve {
  uint64_t seed = 0;
  size_t method = 0;                           // an index of ComparisonOptions::methods
  std::vector<int> steps = {};                 // the iterations or epochs
  std::vector<double> train = {}, test = {};   // the loss or the accuracies after each of them
  std::vector<double> smoothed = {};           // the loss, smoothed (smooth_curve.h)
  std::map<std::string, double> results = {};  // at the end
  double seconds = 0, flops = 0;               // of learning

  // The result of that name; none where the run was stopped before.
  std::vector<double> Result(const std::string& name) const;
};

// The run of one network, which is one task of those that run in parallel.
class Run : public Task {
 public:
  Run(const Task& task, Curve& curve) : Task(task), curve_(curve) {}

  uint64_t seed() const { return curve_.seed; }
  size_t method() const { return curve_.method; }

  // The loss of an iteration, or the accuracies after an epoch. Nothing is recorded where one of
  // them is missing, because its evaluation was stopped (datasets/accuracy.h).
  void Record(int64_t step, std::optional<double> train);
  void Record(int64_t step, std::optional<double> train, std::optional<double> test);

  // How many iterations or epochs have been recorded.
  int64_t recorded() const { return static_cast<int64_t>(curve_.steps.size()); }

  // A number for the table that is printed at the end, if there is one.
  void Result(const std::string& name, std::optional<double> value) {
    if (value.has_value()) curve_.results[name] = *value;
  }

  // How much arithmetic an iteration does, for GFLOP/s in that table.
  void set_flops_per_iteration(double flops) { flops_per_iteration_ = flops; }
  double flops_per_iteration() const { return flops_per_iteration_; }

 private:
  Curve& curve_;
  double flops_per_iteration_ = 0;
};

struct ComparisonOptions {
  std::vector<std::string> columns;  // what tells the methods apart: {"penalty", "lambda"}
  std::vector<std::vector<std::string>> methods = {};  // their cells: {{"none", "0"}, ...}
  Recorded recorded = Recorded::kLoss;
  int64_t iterations = 0;  // of a run
};

// Writes
//   <name>.csv          seed,<columns>,iteration,loss,smoothed_loss
//                       seed,<columns>,epoch,train_accuracy, and test_accuracy or diverged (0 or 1)
// run by run, as soon as one and those before it are done, and at the end, over the seeds,
//   <name>_summary.csv  <columns>,iteration,mean,std of the smoothed loss
//                       <columns>,epoch,train_mean,train_std,test_mean,test_std,diverged
class Comparison {
 public:
  // `experiment` has to outlive the comparison.
  Comparison(Experiment& experiment, ComparisonOptions options);

  // Calls train(run) for each seed and method, in parallel, and `trained` for each curve that has
  // been written, in their order. Prints which networks have diverged, and how long it took. An
  // error: a file that cannot be written.
  absl::Status ForEach(
      const std::function<void(Run&)>& train,
      const std::function<absl::Status(const Curve&)>& trained = [](const Curve&) {
        return absl::OkStatus();
      });

  // Those of the first seed first.
  const std::vector<Curve>& curves() const { return curves_; }

  size_t IndexOf(const Curve& curve) const { return static_cast<size_t>(&curve - curves_.data()); }

  // A number of each run of a method that has got somewhere.
  std::vector<double> Over(size_t method, const std::function<double(const Curve&)>& value) const;

  // The last accuracies of a method.
  std::vector<double> LastTrain(size_t method) const;
  std::vector<double> LastTest(size_t method) const;

  // For losses: prints a table of them, of the test accuracies (Result("test accuracy")) and
  // speeds;
  void PrintLosses() const;
  // and draws the figure. `definitions`: what its script needs beside methods, diverged, iterations
  // and marker_interval.
  absl::Status DrawLosses(const FigureDefinitions& definitions);

 private:
  absl::Status WriteCurve(const Curve& curve, CsvWriter& csv) const;
  absl::Status WriteSummary(CsvWriter& csv) const;
  void SayWhereItDiverged(const Curve& curve) const;
  std::vector<const Curve*> CurvesOf(size_t method) const;
  bool ComparesLosses() const { return options_.recorded == Recorded::kLoss; }

  Experiment& experiment_;
  const ComparisonOptions options_;
  std::vector<Curve> curves_;
  double seconds_ = 0;
};

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_COMPARISON_H_
