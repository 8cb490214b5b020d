#include "chapter6/weight_init_activation_histogram.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "common/activations.h"
#include "common/affine.h"
#include "common/csv.h"
#include "common/interrupt.h"
#include "common/layer.h"
#include "common/matrix.h"
#include "common/mean_and_std.h"
#include "common/parameter_arena.h"
#include "common/random.h"

namespace dlfs {
namespace {

constexpr char kName[] = "weight_init_activation_histogram";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/weight_init_activation_histogram.gp.inc"
    ;

constexpr double kSmallestLog = -12, kLargestLog = 6;  // of the gradient

void FillNormal(Random& random, MatrixView<float> x) {
  for (size_t i = 0; i < x.rows(); ++i) {
    for (float& x_ij : x.row(i)) x_ij = static_cast<float>(random.Normal());
  }
}

std::vector<double> Elements(ConstMatrixView<float> x) {
  std::vector<double> elements;
  for (size_t i = 0; i < x.rows(); ++i) {
    elements.insert(elements.end(), x.row(i).begin(), x.row(i).end());
  }
  return elements;
}

// h'(a) from y = h(a), divided by its largest value.
double RelativeDerivative(ActivationKind activation, double y) {
  switch (activation) {
    case ActivationKind::kSigmoid:
      return 4 * y * (1 - y);
    case ActivationKind::kTanh:
      return 1 - y * y;
    case ActivationKind::kRelu:
      return y > 0 ? 1 : 0;
  }
  return 0;
}

void CountSaturated(ActivationKind activation, ConstMatrixView<float> y, LayerSignal& signal) {
  size_t saturated = 0, dead = 0;
  for (size_t j = 0; j < y.cols(); ++j) {
    size_t samples = 0;
    for (size_t i = 0; i < y.rows(); ++i) samples += RelativeDerivative(activation, y(i, j)) < 0.1;
    saturated += samples;
    dead += samples == y.rows();
  }
  signal.saturated = static_cast<double>(saturated) / static_cast<double>(y.rows() * y.cols());
  signal.dead = static_cast<double>(dead) / static_cast<double>(y.cols());
}

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

// Signals of several seeds, put together.
std::vector<LayerSignal> SignalsOfSeeds(ActivationKind activation, const std::string& init,
                                        const ActivationHistogramConfig& config,
                                        const Experiment& experiment) {
  std::vector<LayerSignal> all(config.layers);
  for (int s = 0; s < experiment.seeds; ++s) {
    const std::vector<LayerSignal> signals =
        Signals(activation, init, config, experiment.seed + static_cast<uint64_t>(s));
    for (int l = 0; l < config.layers; ++l) {
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

void WriteHistogram(const std::string& activation, const std::string& init, int layer,
                    const std::vector<double>& values, double low, double high, int bins,
                    CsvWriter& csv) {
  const std::vector<size_t> counts = Histogram(values, low, high, bins);
  const double width = (high - low) / bins;
  for (int b = 0; b < bins; ++b) {
    csv.Row(activation, init, layer, low + b * width, b + 1 == bins ? high : low + (b + 1) * width,
            counts[b]);
  }
}

}  // namespace

std::vector<LayerSignal> Signals(ActivationKind activation, const std::string& init,
                                 const ActivationHistogramConfig& config, uint64_t seed) {
  const size_t samples = config.samples, nodes = config.nodes;
  std::vector<ParameterShape> shapes;
  for (int l = 1; l <= config.layers; ++l) {
    shapes.push_back({absl::StrCat("W", l), nodes, nodes, ParameterKind::kWeight});
    shapes.push_back({absl::StrCat("b", l), 1, nodes, ParameterKind::kBias});
  }
  ParameterArena<float> arena(shapes);
  Random weights(seed, kWeightStream);
  InitializeWeights(WeightInitFromName(init).value(), weights, arena);

  // Forward: y_l = h(y_(l−1) W_l)
  Random inputs(seed, kInputStream);
  Matrix<float> x(samples, nodes);
  FillNormal(inputs, x);
  std::vector<std::unique_ptr<Layer<float>>> affine, h;
  std::vector<LayerSignal> signals(config.layers);
  ConstMatrixView<float> y = x;
  for (int l = 0; l < config.layers; ++l) {
    affine.push_back(std::make_unique<Affine<float>>(arena[absl::StrCat("W", l + 1)],
                                                     arena[absl::StrCat("b", l + 1)], samples));
    h.push_back(MakeActivation<float>(activation, samples, nodes));
    y = h[l]->Forward(affine[l]->Forward(y, Mode::kTraining), Mode::kTraining);
    signals[l].activations = Elements(y);
    CountSaturated(activation, y, signals[l]);
  }

  // Backward, from ∂L/∂y ~ N(0, 1) of the last layer
  Matrix<float> dy_last(samples, nodes);
  FillNormal(inputs, dy_last);
  ConstMatrixView<float> dy = dy_last;
  for (int l = config.layers - 1; l >= 0; --l) {
    const ConstMatrixView<float> da = h[l]->Backward(dy);
    signals[l].gradients = Elements(da);
    dy = affine[l]->Backward(da);
  }
  return signals;
}

std::vector<size_t> Histogram(const std::vector<double>& values, double low, double high,
                              size_t bins) {
  std::vector<size_t> counts(bins);
  for (double value : values) {
    if (std::isnan(value)) continue;
    const double bin = std::floor((value - low) / (high - low) * static_cast<double>(bins));
    ++counts[static_cast<size_t>(std::clamp(bin, 0.0, static_cast<double>(bins - 1)))];
  }
  return counts;
}

absl::Status RunActivationHistogram(const ActivationHistogramConfig& config,
                                    Experiment& experiment) {
  // Of each value the activation and the gradient, of one seed beside those of all.
  const double gibibytes = 2.0 * sizeof(double) * config.samples * config.nodes * config.layers *
                           (experiment.seeds + 1) / (1 << 30);
  constexpr double kMost = 2;
  if (gibibytes > kMost) {
    return FlagError(
        "samples",
        absl::StrFormat("samples x nodes x layers x seeds that take at most %g GiB", kMost),
        absl::StrFormat("%.1f GiB", gibibytes));
  }
  std::vector<std::string> activations;
  for (ActivationKind kind : config.activations) activations.emplace_back(ActivationName(kind));
  const std::vector<std::string> configuration = {
      absl::StrCat("activations=", absl::StrJoin(activations, " "),
                   " inits=", absl::StrJoin(config.inits, " ")),
      absl::StrCat("samples=", config.samples, " nodes=", config.nodes, " layers=", config.layers,
                   " bins=", config.bins)};
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

  const int last = config.layers - 1, middle = last / 2;
  absl::PrintF("%s\n\n%-8s %-9s  %-28s %-20s %s\n", absl::StrJoin(configuration, "\n"), "", "",
               "standard deviation of y", absl::StrCat("in layer ", last + 1),
               "standard deviation of dL/da");
  absl::PrintF("%-8s %-9s  %8s %8s %8s   %9s %9s   %9s %9s\n", "h", "init", "layer 1",
               absl::StrCat("layer ", middle + 1), absl::StrCat("layer ", last + 1), "saturated",
               "dead", absl::StrCat("layer ", last + 1), "layer 1");
  for (size_t a = 0; a < activations.size(); ++a) {
    for (const std::string& init : config.inits) {
      if (InterruptSignal() != 0) break;
      const ActivationKind kind = config.activations[a];
      const std::vector<LayerSignal> signals = SignalsOfSeeds(kind, init, config, experiment);
      const auto [low, high] = Range(kind, signals);
      for (int l = 0; l < config.layers; ++l) {
        const LayerSignal& signal = signals[l];
        WriteHistogram(activations[a], init, l + 1, signal.activations, low, high, config.bins,
                       *forward);
        std::vector<double> logs;
        for (double g : signal.gradients) logs.push_back(std::log10(std::abs(g)));
        WriteHistogram(activations[a], init, l + 1, logs, kSmallestLog, kLargestLog,
                       static_cast<int>(kLargestLog - kSmallestLog) * 2, *backward);
        const MeanAndStd y(signal.activations);
        summary->Row(activations[a], init, l + 1, y.mean, y.std, signal.saturated, signal.dead,
                     MeanAndStd(signal.gradients).std);
      }
      const auto std_of = [&](int l) { return MeanAndStd(signals[l].activations).std; };
      const auto gradient_std_of = [&](int l) { return MeanAndStd(signals[l].gradients).std; };
      absl::PrintF("%-8s %-9s  %8.2g %8.2g %8.2g   %7.0f %% %7.0f %%   %9.2g %9.2g\n",
                   activations[a], init, std_of(0), std_of(middle), std_of(last),
                   100 * signals[last].saturated, 100 * signals[last].dead, gradient_std_of(last),
                   gradient_std_of(0));
      for (CsvWriter* csv : {&*forward, &*backward, &*summary}) {
        if (absl::Status status = csv->Flush(); !status.ok()) return status;
      }
    }
  }
  FigureScript figure = {
      .name = kName,
      .commands = absl::StrCat(kStyle, kCommands),
      .definitions = {
          {"methods", absl::StrJoin(config.inits, " ")},
          {"seeds_text", experiment.seeds == 1 ? experiment.SeedsText()
                                               : absl::StrCat(experiment.seeds, " seeds together")},
          {"activations", absl::StrJoin(activations, " ")},
          {"layers", static_cast<double>(config.layers)},
          {"values", static_cast<double>(config.samples) * config.nodes * experiment.seeds}}};
  for (const std::string& activation : activations) {
    figure.pictures.push_back("_" + activation);
    figure.pictures.push_back("_" + activation + "_gradient");
  }
  return experiment.Draw(figure);
}

}  // namespace dlfs
