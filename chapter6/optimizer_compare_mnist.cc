#include "chapter6/optimizer_compare_mnist.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/interrupt.h"
#include "common/mean_and_std.h"
#include "common/parallel.h"
#include "common/progress.h"
#include "common/random.h"
#include "common/smooth_curve.h"
#include "datasets/batch.h"
#include "datasets/mnist.h"

namespace dlfs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kName[] = "optimizer_compare_mnist";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/optimizer_compare_mnist.gp.inc"
    ;
double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One network and how it learned.
struct Run {
  uint64_t seed = 0;
  OptimizerChoice optimizer = {};
  std::vector<double> loss = {};  // of each iteration
  std::vector<double> smoothed_loss = {};
  double test_accuracy = 0;
  double seconds = 0;  // training only
  double flops = 0;    // floating-point operations of all matrix products
};

void Train(const OptimizerCompareMnistConfig& config, const Mnist& mnist, Progress& progress,
           Run& run) {
  const Clock::time_point start = Clock::now();
  MultiLayerNetwork<float> network({.hidden = config.hidden}, config.batch_size);
  Random weights(run.seed, kWeightStream);
  InitializeHe(network.arena(), weights);
  const auto optimizer = MakeOptimizer<float>(run.optimizer.name, run.optimizer.learning_rate,
                                              network.arena().values().size())
                             .value();
  BatchSampler<float> batches(mnist.train, config.batch_size, Random(run.seed, kBatchStream));

  run.loss.reserve(config.iterations);
  for (int t = 0; t < config.iterations && InterruptSignal() == 0; ++t) {
    optimizer->set_learning_rate(
        DecayedLearningRate(run.optimizer.learning_rate, config.learning_rate_decay, t));
    const Batch<float> batch = batches.Next();
    TrainOnBatch(network, *optimizer, batch);
    run.loss.push_back(network.Loss(batch.x, batch.labels));
    progress.Add(1);
  }
  run.seconds = SecondsSince(start);
  run.flops = static_cast<double>((network.GradientFlops() + network.ForwardFlops()) *
                                  config.batch_size * run.loss.size());
  run.smoothed_loss = SmoothCurve(run.loss);
  run.test_accuracy = Accuracy(network, mnist.test);
}

// The runs of one optimizer that have got somewhere.
std::vector<const Run*> RunsOf(const OptimizerChoice& optimizer, const std::vector<Run>& runs) {
  std::vector<const Run*> selected;
  for (const Run& run : runs) {
    if (run.optimizer.name == optimizer.name && !run.loss.empty()) selected.push_back(&run);
  }
  return selected;
}

template <typename Value>
MeanAndStd OverRuns(const std::vector<const Run*>& runs, Value value) {
  std::vector<double> values;
  for (const Run* run : runs) values.push_back(value(*run));
  return MeanAndStd(values);
}

// Mean and standard deviation of the smoothed loss at every iteration that all seeds have reached.
absl::Status WriteSummary(const OptimizerCompareMnistConfig& config, const std::vector<Run>& runs,
                          CsvWriter& csv) {
  for (const OptimizerChoice& optimizer : config.optimizers) {
    const std::vector<const Run*> selected = RunsOf(optimizer, runs);
    size_t iterations = selected.empty() ? 0 : config.iterations;
    for (const Run* run : selected) iterations = std::min(iterations, run->loss.size());
    for (size_t t = 0; t < iterations; ++t) {
      const MeanAndStd loss =
          OverRuns(selected, [t](const Run& run) { return run.smoothed_loss[t]; });
      csv.Row(optimizer.name, t, loss.mean, loss.std);
    }
  }
  return csv.Flush();
}

void PrintTable(const OptimizerCompareMnistConfig& config, const std::vector<Run>& runs,
                double seconds, int threads) {
  constexpr size_t kEarly = 500;  // where BOOK's figure 6-9 tells the optimizers apart best
  absl::PrintF("%-10s %13s %17s %17s %17s %8s %8s\n", "optimizer", "learning rate",
               absl::StrCat("loss at ", kEarly), "loss at the end", "test accuracy", "seconds",
               "GFLOP/s");
  const auto cell = [](const MeanAndStd& value) {
    return absl::StrFormat("%.4f ± %.4f", value.mean, value.std);
  };
  double flops = 0;
  size_t iterations = 0;
  for (const OptimizerChoice& optimizer : config.optimizers) {
    const std::vector<const Run*> selected = RunsOf(optimizer, runs);
    if (selected.empty()) continue;
    double optimizer_seconds = 0, optimizer_flops = 0;
    bool reached_early = true;
    for (const Run* run : selected) {
      optimizer_seconds += run->seconds;
      optimizer_flops += run->flops;
      iterations += run->loss.size();
      reached_early = reached_early && run->loss.size() > kEarly;
    }
    const std::string early =
        reached_early
            ? cell(OverRuns(selected, [](const Run& run) { return run.smoothed_loss[kEarly]; }))
            : "-";
    // "±" is two bytes of one column.
    absl::PrintF("%-10s %13g %*s %*s %*s %8.2f %8.1f\n", optimizer.name, optimizer.learning_rate,
                 reached_early ? 18 : 17, early, 18,
                 cell(OverRuns(selected, [](const Run& run) { return run.smoothed_loss.back(); })),
                 18, cell(OverRuns(selected, [](const Run& run) { return run.test_accuracy; })),
                 optimizer_seconds, optimizer_flops / optimizer_seconds / 1e9);
    flops += optimizer_flops;
  }
  absl::PrintF("\n%u iterations on %d threads in %.2f s: %.1f GFLOP/s\n", iterations, threads,
               seconds, flops / seconds / 1e9);
}

FigureScript Figure(const OptimizerCompareMnistConfig& config, const Experiment& experiment) {
  return {.name = kName,
          .commands = absl::StrCat(kStyle, kCommands),
          .definitions = {
              {"optimizers", JoinNames(config.optimizers)},
              {"network", absl::StrCat("hidden layers of ", absl::StrJoin(config.hidden, ", "),
                                       " neurons, batches of ", config.batch_size)},
              {"seeds_text", experiment.seeds == 1 ? absl::StrCat("seed ", experiment.seed)
                                                   : absl::StrCat("mean ± standard deviation of ",
                                                                  experiment.seeds, " seeds")},
              {"marker_interval", std::max(1.0, config.iterations / 8.0)},
          }};
}

}  // namespace

absl::Status RunOptimizerCompareMnist(const OptimizerCompareMnistConfig& config,
                                      Experiment& experiment) {
  const absl::StatusOr<Mnist> mnist = LoadMnist(experiment.data_dir);
  if (!mnist.ok()) return mnist.status();
  if (absl::Status status =
          CheckFlagInRange("batch_size", config.batch_size, 1, mnist->train.size());
      !status.ok()) {
    return status;
  }
  const std::vector<std::string> configuration = {
      absl::StrCat("optimizers=", JoinNames(config.optimizers)),
      absl::StrCat("learning_rates=", JoinLearningRates(config.optimizers),
                   " learning_rate_decay=", config.learning_rate_decay),
      absl::StrCat("hidden=", absl::StrJoin(config.hidden, ","), " activation=relu init=he"),
      absl::StrCat("batch_size=", config.batch_size, " iterations=", config.iterations)};
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      kName, configuration, {"seed", "optimizer", "iteration", "loss", "smoothed_loss"});
  if (!csv.ok()) return csv.status();

  std::vector<Run> runs;
  for (int s = 0; s < experiment.seeds; ++s) {
    for (const OptimizerChoice& optimizer : config.optimizers) {
      runs.push_back({.seed = experiment.seed + s, .optimizer = optimizer});
    }
  }

  const Clock::time_point start = Clock::now();
  absl::Status written;
  {
    Progress progress(kName, runs.size() * config.iterations, "iterations");
    RunInOrder(
        runs.size(), experiment.threads,
        [&](size_t i) { Train(config, *mnist, progress, runs[i]); },
        [&](size_t i) {
          const Run& run = runs[i];
          for (size_t t = 0; t < run.loss.size(); ++t) {
            csv->Row(run.seed, run.optimizer.name, t, run.loss[t], run.smoothed_loss[t]);
          }
          written.Update(csv->Flush());
        },
        [&] { progress.Show(); });
  }
  const double seconds = SecondsSince(start);
  if (!written.ok()) return written;

  absl::StatusOr<CsvWriter> summary = experiment.CreateCsv(
      absl::StrCat(kName, "_summary"), configuration, {"optimizer", "iteration", "mean", "std"});
  if (!summary.ok()) return summary.status();
  if (absl::Status status = WriteSummary(config, runs, *summary); !status.ok()) return status;
  PrintTable(config, runs, seconds, experiment.threads);
  return experiment.Draw(Figure(config, experiment));
}

}  // namespace dlfs
