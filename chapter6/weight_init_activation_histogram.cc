#include "chapter6/weight_init_activation_histogram.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/activations.h"
#include "common/csv.h"
#include "common/elementary.h"
#include "common/interrupt.h"
#include "common/mean_and_std.h"

namespace dlfs {
namespace {

constexpr char kName[] = "weight_init_activation_histogram";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/weight_init_activation_histogram.gp.inc"
    ;

// The histogram of the gradient: two bins for each power of 10.
constexpr double kSmallestLog = -12, kLargestLog = 6;
constexpr int kBinsOfLog = 36;

// The range of the histogram of the activations of all layers.
std::pair<double, double> Range(ActivationKind activation,
                                const std::vector<LayerSignal>& signals) {
  if (activation == ActivationKind::kSigmoid) return {0, 1};
  if (activation == ActivationKind::kTanh) return {-1, 1};
  double largest = 0;
  for (const LayerSignal& signal : signals) {
    for (double y : signal.activations) {
      if (std::isfinite(y)) largest = std::max(largest, y);
    }
  }
  return {0, largest > 0 ? largest : 1};
}

// Signals of several seeds, put together; of fewer after StopRequested.
std::vector<LayerSignal> SignalsOfSeeds(ActivationKind activation, const std::string& init,
                                        const ActivationHistogramConfig& config,
                                        const Experiment& experiment) {
  std::vector<LayerSignal> all(config.stack.layers);
  for (int s = 0; s < experiment.seeds && !StopRequested(); ++s) {
    const std::vector<LayerSignal> signals =
        Signals(activation, init, config.stack, experiment.seed + static_cast<uint64_t>(s));
    for (int l = 0; l < config.stack.layers; ++l) {
      const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(all[l].activations, signals[l].activations);
      append(all[l].gradients, signals[l].gradients);
      all[l].saturated += signals[l].saturated / experiment.seeds;
      all[l].dead += signals[l].dead / experiment.seeds;
    }
  }
  return all;
}

// What is shown of one layer.
struct LayerSummary {
  std::vector<size_t> activations;  // counts of the bins of y
  std::vector<size_t> gradients;    // counts of the bins of log10 |∂L/∂a|
  MeanAndStd y, gradient;
  double saturated, dead;
  size_t not_finite;  // how many of y and ∂L/∂a are infinite or not numbers
};

// One kind of activation from one kind of initial weights.
struct Cell {
  ActivationKind activation;
  std::string init;
  double low = 0, high = 0;               // the range of the histogram of y
  std::vector<LayerSummary> layers = {};  // none after an interrupt
};

size_t NotFinite(const std::vector<double>& values) {
  return std::ranges::count_if(values, [](double x) { return !std::isfinite(x); });
}

void Summarize(const std::vector<LayerSignal>& signals, int bins, Cell& cell) {
  std::tie(cell.low, cell.high) = Range(cell.activation, signals);
  for (const LayerSignal& signal : signals) {
    std::vector<double> logs;
    logs.reserve(signal.gradients.size());
    for (double g : signal.gradients) {
      logs.push_back(elementary::Log(std::abs(g)) / std::numbers::ln10);
    }
    cell.layers.push_back(
        {.activations = Histogram(signal.activations, cell.low, cell.high, bins),
         .gradients = Histogram(logs, kSmallestLog, kLargestLog, kBinsOfLog),
         .y = MeanAndStd(signal.activations),
         .gradient = MeanAndStd(signal.gradients),
         .saturated = signal.saturated,
         .dead = signal.dead,
         .not_finite = NotFinite(signal.activations) + NotFinite(signal.gradients)});
  }
}

// The three files.
struct Tables {
  CsvWriter forward, backward, summary;
};

void WriteHistogram(const std::string& activation, const std::string& init, size_t layer,
                    const std::vector<size_t>& counts, double low, double high, CsvWriter& csv) {
  const size_t bins = counts.size();
  const double width = (high - low) / bins;
  for (size_t b = 0; b < bins; ++b) {
    csv.Row(activation, init, layer, low + b * width, b + 1 == bins ? high : low + (b + 1) * width,
            counts[b]);
  }
}

absl::Status Write(const Cell& cell, Tables& tables) {
  const std::string activation(ActivationName(cell.activation));
  for (size_t l = 0; l < cell.layers.size(); ++l) {
    const LayerSummary& layer = cell.layers[l];
    WriteHistogram(activation, cell.init, l + 1, layer.activations, cell.low, cell.high,
                   tables.forward);
    WriteHistogram(activation, cell.init, l + 1, layer.gradients, kSmallestLog, kLargestLog,
                   tables.backward);
    tables.summary.Row(activation, cell.init, l + 1, layer.y.mean, layer.y.std, layer.saturated,
                       layer.dead, layer.gradient.std);
  }
  absl::Status status = tables.forward.Flush();
  status.Update(tables.backward.Flush());
  status.Update(tables.summary.Flush());
  return status;
}

void PrintHead(size_t layers) {
  const std::string middle = absl::StrCat("layer ", (layers + 1) / 2);
  const std::string last = absl::StrCat("layer ", layers);
  absl::PrintF("%-8s %-9s  %-28s %-20s %s\n", "", "", "standard deviation of y",
               absl::StrCat("in ", last), "standard deviation of dL/da");
  absl::PrintF("%-8s %-9s  %8s %8s %8s   %9s %9s   %9s %9s\n", "h", "init", "layer 1", middle, last,
               "saturated", "dead", last, "layer 1");
}

void Print(const Cell& cell) {
  const LayerSummary &first = cell.layers.front(), &last = cell.layers.back();
  const LayerSummary& middle = cell.layers[(cell.layers.size() - 1) / 2];
  const auto text = [](const MeanAndStd& of) {
    return std::isfinite(of.std) ? absl::StrFormat("%.2g", of.std) : "overflow";
  };
  absl::PrintF("%-8s %-9s  %8s %8s %8s   %7.0f %% %7.0f %%   %9s %9s\n",
               ActivationName(cell.activation), cell.init, text(first.y), text(middle.y),
               text(last.y), 100 * last.saturated, 100 * last.dead, text(last.gradient),
               text(first.gradient));
  for (size_t l = 0; l < cell.layers.size(); ++l) {
    if (cell.layers[l].not_finite == 0) continue;
    absl::PrintF("  Overflow in layer %d: %d values of y and dL/da are not finite numbers\n", l + 1,
                 cell.layers[l].not_finite);
  }
}

// That the signals fit into memory: of each value the activation and the gradient, of one seed
// beside those of all, once for each thread.
absl::Status CheckFits(const ActivationHistogramConfig& config, const Experiment& experiment) {
  const double at_once =
      std::min<double>(experiment.threads, config.activations.size() * config.inits.size());
  const double gibibytes = 2.0 * sizeof(double) * config.stack.samples * config.stack.nodes *
                           config.stack.layers * (experiment.seeds + 1) * at_once / (1 << 30);
  constexpr double kMost = 2;
  if (gibibytes <= kMost) return absl::OkStatus();
  return FlagError(
      "samples",
      absl::StrFormat("samples x nodes x layers x seeds x threads that take at most %g GiB", kMost),
      absl::StrFormat("%.1f GiB", gibibytes));
}

FigureScript Figure(const ActivationHistogramConfig& config,
                    const std::vector<std::string>& activations, const Experiment& experiment) {
  FigureScript figure = {
      .name = kName,
      .commands = absl::StrCat(kStyle, kCommands),
      .definitions = {
          {"methods", absl::StrJoin(config.inits, " ")},
          {"seeds_text", experiment.seeds == 1 ? experiment.SeedsText()
                                               : absl::StrCat(experiment.seeds, " seeds together")},
          {"activations", absl::StrJoin(activations, " ")},
          {"layers", static_cast<double>(config.stack.layers)},
          {"values",
           static_cast<double>(config.stack.samples) * config.stack.nodes * experiment.seeds}}};
  for (const std::string& activation : activations) {
    figure.pictures.push_back("_" + activation);
    figure.pictures.push_back("_" + activation + "_gradient");
  }
  return figure;
}

}  // namespace

std::vector<size_t> Histogram(const std::vector<double>& values, double low, double high,
                              size_t bins) {
  std::vector<size_t> counts(bins);
  for (double value : values) {
    if (std::isnan(value)) continue;
    const double bin = (value - low) / (high - low) * static_cast<double>(bins);
    ++counts[static_cast<size_t>(std::clamp(bin, 0.0, static_cast<double>(bins - 1)))];
  }
  return counts;
}

absl::Status RunActivationHistogram(const ActivationHistogramConfig& config,
                                    Experiment& experiment) {
  if (absl::Status status = CheckFits(config, experiment); !status.ok()) return status;
  std::vector<std::string> activations;
  for (ActivationKind kind : config.activations) activations.emplace_back(ActivationName(kind));
  const std::vector<std::string> configuration = {
      absl::StrCat("activations=", absl::StrJoin(activations, " "),
                   " inits=", absl::StrJoin(config.inits, " ")),
      absl::StrCat("samples=", config.stack.samples, " nodes=", config.stack.nodes,
                   " layers=", config.stack.layers, " bins=", config.bins)};
  const std::vector<std::string> columns = {"activation", "init",     "layer",
                                            "bin_low",    "bin_high", "count"};
  absl::StatusOr<CsvWriter> forward = experiment.CreateCsv(kName, configuration, columns);
  if (!forward.ok()) return forward.status();
  std::vector<std::string> of_gradient = configuration;
  of_gradient.push_back("bins of log10 |dL/da|; the first also holds all that are smaller, and 0");
  absl::StatusOr<CsvWriter> backward =
      experiment.CreateCsv(absl::StrCat(kName, "_gradient"), of_gradient, columns);
  if (!backward.ok()) return backward.status();
  absl::StatusOr<CsvWriter> summary = experiment.CreateCsv(
      absl::StrCat(kName, "_summary"), configuration,
      {"activation", "init", "layer", "mean", "std", "saturated", "dead", "gradient_std"});
  if (!summary.ok()) return summary.status();
  Tables tables = {*std::move(forward), *std::move(backward), *std::move(summary)};

  absl::PrintF("%s\n\n", absl::StrJoin(configuration, "\n"));
  PrintHead(config.stack.layers);
  std::vector<Cell> cells;
  for (ActivationKind kind : config.activations) {
    for (const std::string& init : config.inits) cells.push_back({kind, init});
  }
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      kName, cells.size(), cells.size(), "stacks of layers",
      [&](size_t i, Progress& progress) {
        Cell& cell = cells[i];
        const std::vector<LayerSignal> signals =
            SignalsOfSeeds(cell.activation, cell.init, config, experiment);
        if (StopRequested()) return;  // not of all seeds
        Summarize(signals, config.bins, cell);
        progress.Add(1);
      },
      [&](size_t i) {
        if (cells[i].layers.empty()) return absl::OkStatus();
        Print(cells[i]);
        return Write(cells[i], tables);
      });
  if (!seconds.ok()) return seconds.status();
  return experiment.Draw(Figure(config, activations, experiment));
}

}  // namespace dlfs
