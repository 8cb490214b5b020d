// 6.2.2 and 6.2.3, figures 6-10 to 6-14: what the initial weights do to the activations of the
// layers, and to the gradient on its way back.
//
//   bazel run //chapter6:weight_init_activation_histogram
//
// Writes, for each activation function, initial weights and layer,
//   weight_init_activation_histogram.csv           activation,init,layer,bin_low,bin_high,count
//       over [0, 1] for sigmoid, [-1, 1] for tanh, and up to the largest activation of any layer for ReLU, so that
//       every value is seen
//   weight_init_activation_histogram_gradient.csv  with the same columns: bins of log10 |∂L/∂a|
//   weight_init_activation_histogram_summary.csv
//       activation,init,layer,mean,std,saturated,dead,gradient_std
// and one figure of all, and two for each activation function. Counts of several seeds add up.
// --during_training shows them while a network learns instead (activations_in_training.h).

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/activations_in_training.h"
#include "chapter6/layer_signals.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/settings.h"
#include "common/layers/activations.h"

SETTING(std::vector<std::string>, activations,
        std::vector<std::string>({"sigmoid", "tanh", "relu"}),
        dlfs::ListOf{dlfs::ActivationFromName},
        absl::StrCat("which activation functions: a list of ", dlfs::ActivationList()));
SETTING(std::vector<std::string>, inits,
        std::vector<std::string>({"std=1", "std=0.01", "xavier", "he"}),
        dlfs::ListOf{dlfs::InitName},
        absl::StrCat("which initial weights: a list of ", dlfs::WeightInitList(),
                     " (with as many nodes in each layer, glorot is the same as xavier)"));
SETTING(int, samples, dlfs::LayerStack().samples, dlfs::Between(1, 100000),
        "inputs drawn from N(0, 1)");
SETTING(int, nodes, dlfs::LayerStack().nodes, dlfs::Between(1, 1000),
        "nodes of the input and of each layer");
SETTING(int, layers, dlfs::LayerStack().layers, dlfs::Between(1, 20), "layers");
SETTING(int, bins, 30, dlfs::Between(1, 1000), "bins of a histogram of activations");

namespace dlfs {
namespace {

absl::Status ExpectOne(absl::string_view flag, size_t n) {
  if (n == 1) return absl::OkStatus();
  return Unexpected(absl::StrCat("with it one name in --", flag), absl::StrCat(n));
}

absl::StatusOr<bool> DuringTraining(bool on) {
  if (!on) return on;
  absl::Status status = LoadedMnist().status();
  if (!activations.IsDefault()) status.Update(ExpectOne("activations", activations->size()));
  if (!inits.IsDefault()) status.Update(ExpectOne("inits", inits->size()));
  if (!status.ok()) return status;
  return on;
}

}  // namespace
}  // namespace dlfs

SETTING(
    bool, during_training, false, dlfs::DuringTraining,
    "shows how the activations change while a network learns MNIST, without and with batch "
    "norm, for one activation function and one kind of initial weights: those of --activations and "
    "--inits, or else tanh and std=0.05");
SETTING(
    std::optional<int>, iterations, std::nullopt,
    [](std::optional<int> n) -> absl::StatusOr<std::optional<int>> {
      if (n && !during_training) return dlfs::Unexpected("--during_training with it", "none");
      return dlfs::Between(1, 1000000)(n);
    },
    "with --during_training: mini-batches that a network learns from; default: 1500");

namespace dlfs {
namespace {

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
  NamedInit init;
  Range range = {};                       // of the histograms of y
  std::vector<LayerSummary> layers = {};  // none after an interrupt
};

// Signals of several seeds, put together; of fewer after StopRequested.
std::vector<LayerSignal> SignalsOfSeeds(const Cell& cell, const Experiment& experiment) {
  std::vector<LayerSignal> all(layers);
  const LayerStack stack = {.samples = samples, .nodes = nodes, .layers = layers};
  for (int s = 0; s < experiment.seeds && !StopRequested(); ++s) {
    const std::vector<LayerSignal> signals =
        Signals(cell.activation, cell.init.init, stack, experiment.seed + static_cast<uint64_t>(s));
    for (int l = 0; l < layers; ++l) {
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

size_t NotFinite(const std::vector<double>& values) {
  return std::ranges::count_if(values, [](double x) { return !std::isfinite(x); });
}

void Summarize(const std::vector<LayerSignal>& signals, Cell& cell) {
  cell.range = ActivationRange(cell.activation, signals);
  for (const LayerSignal& signal : signals) {
    cell.layers.push_back(
        {.activations = Histogram(signal.activations, cell.range.low, cell.range.high, bins),
         .gradients = Histogram(LogGradients(signal), kLogRange.low, kLogRange.high, kLogBins),
         .y = MeanAndStd(signal.activations),
         .gradient = MeanAndStd(signal.gradients),
         .saturated = signal.saturated,
         .dead = signal.dead,
         .not_finite = NotFinite(signal.activations) + NotFinite(signal.gradients)});
  }
}

void WriteHistogram(const Cell& cell, size_t layer, const std::vector<size_t>& counts, Range range,
                    CsvWriter& csv) {
  const size_t n = counts.size();
  for (size_t b = 0; b < n; ++b) {
    csv.Row(ActivationName(cell.activation), cell.init.name, layer,
            BinEdge(range.low, range.high, n, b), BinEdge(range.low, range.high, n, b + 1),
            counts[b]);
  }
}

void PrintHead() {
  const std::string middle = absl::StrCat("layer ", (layers + 1) / 2);
  const std::string last = absl::StrCat("layer ", *layers);
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
               ActivationName(cell.activation), cell.init.name, text(first.y), text(middle.y),
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
absl::Status CheckFits(const Experiment& experiment) {
  const double at_once = std::min<double>(experiment.threads, activations->size() * inits->size());
  const double gibibytes = 2.0 * sizeof(double) * samples * nodes * layers *
                           (experiment.seeds + 1) * at_once / (1 << 30);
  constexpr double kMost = 2;
  if (gibibytes <= kMost) return absl::OkStatus();
  return OfFlag("samples",
                Unexpected(absl::StrFormat("samples x nodes x layers x seeds x threads that take "
                                           "at most %g GiB",
                                           kMost),
                           absl::StrFormat("%.1f GiB", gibibytes)));
}

EXPERIMENT(weight_init_activation_histogram,
           "6.2.2 and 6.2.3, figures 6-10 to 6-14: the activations of five layers from different "
           "initial weights, and the gradient on its way back.") {
  if (absl::Status status = CheckFits(experiment); !status.ok()) return status;
  if (during_training) {
    if (const auto images = AtMostTrainingImages(samples); !images.ok()) {
      return OfFlag("samples", images.status());
    }
    return RunActivationsInTraining(
        {.activation = activations.IsDefault() ? ActivationKind::kTanh : activations->front(),
         .init = inits.IsDefault() ? *InitName("std=0.05") : inits->front(),
         .samples = samples,
         .hidden = std::vector<size_t>(layers, nodes),
         .bins = bins,
         .iterations = iterations->value_or(1500)},
        **LoadedMnist(), experiment);
  }
  experiment.configuration.push_back(
      "_gradient: bins of log10 |dL/da|; the first also holds all that are smaller, and 0");
  const std::vector<std::string> columns = {"activation", "init",     "layer",
                                            "bin_low",    "bin_high", "count"};
  absl::StatusOr<CsvWriter> forward = experiment.CreateCsv("", columns);
  if (!forward.ok()) return forward.status();
  absl::StatusOr<CsvWriter> backward = experiment.CreateCsv("_gradient", columns);
  if (!backward.ok()) return backward.status();
  absl::StatusOr<CsvWriter> summary = experiment.CreateCsv(
      "_summary",
      {"activation", "init", "layer", "mean", "std", "saturated", "dead", "gradient_std"});
  if (!summary.ok()) return summary.status();

  experiment.PrintConfiguration();
  PrintHead();
  std::vector<Cell> cells;
  std::vector<std::string> activation_names, init_names;
  for (const NamedInit& init : *inits) init_names.push_back(init.name);
  for (const ActivationKind activation : *activations) {
    activation_names.push_back(ActivationName(activation));
    for (const NamedInit& init : *inits) cells.push_back({activation, init});
  }
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      experiment.name, cells.size(), cells.size(), "stacks of layers",
      [&](Task& task) {
        Cell& cell = cells[task.index()];
        const std::vector<LayerSignal> signals = SignalsOfSeeds(cell, experiment);
        if (StopRequested()) return;  // not of all seeds
        Summarize(signals, cell);
        task.Add(1);
      },
      [&](size_t i) {
        const Cell& cell = cells[i];
        if (cell.layers.empty()) return absl::OkStatus();
        Print(cell);
        for (size_t l = 0; l < cell.layers.size(); ++l) {
          const LayerSummary& layer = cell.layers[l];
          WriteHistogram(cell, l + 1, layer.activations, cell.range, *forward);
          WriteHistogram(cell, l + 1, layer.gradients, kLogRange, *backward);
          summary->Row(ActivationName(cell.activation), cell.init.name, l + 1, layer.y.mean,
                       layer.y.std, layer.saturated, layer.dead, layer.gradient.std);
        }
        absl::Status status = forward->Flush();
        status.Update(backward->Flush());
        status.Update(summary->Flush());
        return status;
      });
  if (!seconds.ok()) return seconds.status();

  std::vector<std::string> pictures = {""};
  for (const std::string& activation : activation_names) {
    pictures.push_back("_" + activation);
    pictures.push_back("_" + activation + "_gradient");
  }
  return experiment.Draw(
      {{"methods", absl::StrJoin(init_names, " ")},
       {"seeds_text", experiment.seeds == 1 ? experiment.SeedsText()
                                            : Translate("%s seeds together", experiment.seeds)},
       {"activations", absl::StrJoin(activation_names, " ")},
       {"layers", static_cast<double>(layers)},
       {"values", static_cast<double>(samples) * nodes * experiment.seeds}},
      pictures);
}

}  // namespace
}  // namespace dlfs
