#include "chapter6/batch_norm_gradient_check.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "common/csv.h"
#include "common/elementary.h"
#include "common/interrupt.h"
#include "common/layer.h"
#include "common/matrix.h"
#include "common/parameter_arena.h"
#include "common/random.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

constexpr char kName[] = "batch_norm_gradient_check";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/batch_norm_gradient_check.gp.inc"
    ;

// The mean cross entropy of softmax, without the book's 1e-7 in the logarithm, which its gradient
// ignores. a: [N, classes], labels: [N]
double CrossEntropy(ConstMatrixView<double> a, std::span<const uint8_t> labels) {
  double loss = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    const double max = *std::ranges::max_element(a.row(i));
    double sum = 0;
    for (double a_ij : a.row(i)) sum += elementary::Exp(a_ij - max);
    loss += elementary::Log(sum) + max - a(i, labels[i]);
  }
  return loss / static_cast<double>(a.rows());
}

// A network and a mini-batch, and the central differences of its loss.
class Differences {
 public:
  Differences(const GradientCheckConfig& config, Kinks kinks, const Batch<double>& batch,
              uint64_t seed)
      : batch_(batch),
        h_(config.h),
        kinks_(kinks),
        // The momentum 1 freezes the running statistics.
        network_({.hidden = config.hidden, .batch_norm = true, .batch_norm_momentum = 1},
                 batch.labels.size()) {
    Random weights(seed, kWeightStream);
    InitializeWeights({.kind = WeightInit::Kind::kHe}, weights, network_.arena());
    network_.Gradient(batch.x, batch.labels);
    inputs_.resize(network_.layers().size() + 1);
  }

  const std::vector<Parameter<double>>& parameters() const { return network_.arena().parameters(); }

  // The central differences of row i of a parameter. -> how many of them met a kink
  size_t Row(const Parameter<double>& parameter, size_t i, std::span<double> differences) {
    inputs_[0] = batch_.x;
    Loss(0);
    size_t at_kinks = 0;
    for (size_t j = 0; j < differences.size(); ++j) {
      double h = h_;
      for (int attempt = 0; attempt <= 5; ++attempt, h /= 10) {
        const double above = LossWith(parameter, i, j, h);
        active_above_.swap(active_);
        const double below = LossWith(parameter, i, j, -h);
        differences[j] = (above - below) / (2 * h);
        if (kinks_ == Kinks::kIgnore || active_ == active_above_) break;
        at_kinks += attempt == 0;
      }
    }
    return at_kinks;
  }

 private:
  // The loss with element (i, j) of the parameter changed by h. A naive forward pass would compute
  // everything before the parameter's layer again; and as an Affine is linear, W_ij changes only
  // column j of its output, by h times column i of its input.
  double LossWith(const Parameter<double>& parameter, size_t i, size_t j, double h) {
    // The layers: Affine, batch norm, ReLU, Affine, ...
    const size_t affine = 3 * static_cast<size_t>(parameter.name.back() - '1');
    if (parameter.kind == ParameterKind::kScale || parameter.kind == ParameterKind::kShift) {
      const double value = parameter.value(i, j);
      parameter.value(i, j) = value + h;
      const double loss = Loss(affine + 1);
      parameter.value(i, j) = value;
      return loss;
    }
    const ConstMatrixView<double> x = inputs_[affine], y = inputs_[affine + 1];
    Matrix<double> changed(y.rows(), y.cols());
    std::ranges::copy(y.flat(), changed.view().flat().begin());
    for (size_t n = 0; n < y.rows(); ++n) {
      changed(n, j) += parameter.kind == ParameterKind::kBias ? h : h * x(n, i);
    }
    inputs_[affine + 1] = changed;
    const double loss = Loss(affine + 1);
    inputs_[affine + 1] = y;
    return loss;
  }

  // The loss, from the given layer on, whose input is there. Notes which ReLU units are active.
  double Loss(size_t first_layer) {
    const auto layers = network_.layers();
    active_.clear();
    for (size_t l = first_layer; l < layers.size(); ++l) {
      inputs_[l + 1] = layers[l]->Forward(inputs_[l], Mode::kTraining);
      if (l % 3 != 2) continue;
      for (size_t n = 0; n < inputs_[l + 1].rows(); ++n) {
        for (double y : inputs_[l + 1].row(n)) active_.push_back(y > 0);
      }
    }
    return CrossEntropy(inputs_.back(), batch_.labels);
  }

  Batch<double> batch_;
  double h_;
  Kinks kinks_;
  MultiLayerNetwork<double> network_;
  std::vector<ConstMatrixView<double>> inputs_;  // of each layer, and of softmax
  std::vector<char> active_, active_above_;
};

// A part of the work: rows [begin, end) of a parameter.
struct Rows {
  size_t parameter, begin, end;
};

// Adds what the differences of one row say to what is known of the parameter.
void Compare(std::span<const double> gradient, std::span<const double> differences,
             CheckedParameter& checked) {
  constexpr double kRoundingErrors = 1e-6;
  for (size_t j = 0; j < gradient.size(); ++j) {
    const double difference = std::abs(gradient[j] - differences[j]);
    const double size =
        std::max({std::abs(gradient[j]), std::abs(differences[j]), kRoundingErrors});
    checked.largest_gradient = std::max(checked.largest_gradient, std::abs(gradient[j]));
    checked.mean_abs_difference += difference;  // the sum, until all are known
    checked.max_relative_error = std::max(checked.max_relative_error, difference / size);
    ++checked.elements;
  }
}

}  // namespace

absl::StatusOr<std::vector<CheckedParameter>> CheckGradients(const GradientCheckConfig& config,
                                                             size_t samples, Kinks kinks,
                                                             const ImageDataset& images,
                                                             uint64_t seed,
                                                             const Experiment& experiment) {
  const ImageDataset first = FirstImages(images, samples);
  BatchBuffer<double> buffer(first, samples);
  const Batch<double> batch = buffer.GatherAll();

  std::vector<CheckedParameter> checked;
  std::vector<Rows> parts;
  size_t elements = 0;
  const Differences network(config, kinks, batch, seed);
  for (const Parameter<double>& parameter : network.parameters()) {
    constexpr size_t kRowsOfAPart = 50;
    for (size_t begin = 0; begin < parameter.value.rows(); begin += kRowsOfAPart) {
      parts.push_back(
          {checked.size(), begin, std::min(begin + kRowsOfAPart, parameter.value.rows())});
    }
    checked.push_back({.name = parameter.name});
    elements += parameter.value.rows() * parameter.value.cols();
  }

  std::vector<CheckedParameter> of_parts(parts.size());
  const auto seconds = experiment.RunInParallel(
      absl::StrCat(kName, " on ", samples, samples == 1 ? " sample" : " samples"), parts.size(),
      elements, "parameters",
      [&](size_t p, Progress& progress) {
        Differences differences(config, kinks, batch, seed);
        const Parameter<double>& parameter = differences.parameters()[parts[p].parameter];
        std::vector<double> row(parameter.value.cols());
        for (size_t i = parts[p].begin; i < parts[p].end && InterruptSignal() == 0; ++i) {
          of_parts[p].at_kinks += differences.Row(parameter, i, row);
          Compare(parameter.gradient.row(i), row, of_parts[p]);
          progress.Add(row.size());
        }
      },
      [&](size_t p) {
        CheckedParameter& all = checked[parts[p].parameter];
        const CheckedParameter& part = of_parts[p];
        all.largest_gradient = std::max(all.largest_gradient, part.largest_gradient);
        all.mean_abs_difference += part.mean_abs_difference;
        all.max_relative_error = std::max(all.max_relative_error, part.max_relative_error);
        all.elements += part.elements;
        all.at_kinks += part.at_kinks;
        return absl::OkStatus();
      });
  if (!seconds.ok()) return seconds.status();
  for (CheckedParameter& parameter : checked) {
    parameter.mean_abs_difference /= static_cast<double>(parameter.elements);
  }
  return checked;
}

absl::Status RunGradientCheck(const GradientCheckConfig& config, const Mnist& mnist,
                              Experiment& experiment) {
  if (auto s = CheckFlagInRange("samples", config.samples, 2,
                                std::min<size_t>(1000, mnist.train.size()));
      !s.ok()) {
    return s;
  }
  const std::vector<std::string> configuration = {
      absl::StrCat("hidden=", absl::StrJoin(config.hidden, ","), " activation=relu init=he"),
      absl::StrCat("samples=", config.samples, " h=", ShortestDecimal(config.h)),
      absl::StrCat("samples=1 h=", ShortestDecimal(kBookH))};
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      kName, configuration, {"parameter", "samples", "mean_abs_difference", "max_relative_error"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary =
      experiment.CreateCsv(absl::StrCat(kName, "_summary"), configuration,
                           {"parameter", "samples", "largest_gradient", "mean_abs_difference"});
  if (!summary.ok()) return summary.status();

  std::vector<std::string> names;
  absl::PrintF("%s\n", absl::StrJoin(configuration, "\n"));
  for (const int samples : {config.samples, 1}) {
    const bool as_book = samples == 1;
    GradientCheckConfig check = config;
    if (as_book) check.h = kBookH;
    std::vector<CheckedParameter> mean;
    for (int s = 0; s < experiment.seeds; ++s) {
      const auto checked = CheckGradients(check, static_cast<size_t>(samples),
                                          as_book ? Kinks::kIgnore : Kinks::kAvoid, mnist.train,
                                          experiment.seed + static_cast<uint64_t>(s), experiment);
      if (!checked.ok()) return checked.status();
      mean.resize(checked->size());
      for (size_t p = 0; p < checked->size(); ++p) {
        const CheckedParameter& of_seed = (*checked)[p];
        mean[p].name = of_seed.name;
        mean[p].elements = of_seed.elements;
        mean[p].at_kinks += of_seed.at_kinks;
        mean[p].mean_abs_difference += of_seed.mean_abs_difference / experiment.seeds;
        mean[p].max_relative_error =
            std::max(mean[p].max_relative_error, of_seed.max_relative_error);
        mean[p].largest_gradient = std::max(mean[p].largest_gradient, of_seed.largest_gradient);
      }
    }
    absl::PrintF("\n%-10s %16s %20s %18s %9s\n",
                 absl::StrCat(samples, samples == 1 ? " sample" : " samples"), "largest gradient",
                 "mean |difference|", "max relative error", "at kinks");
    names.clear();
    for (const CheckedParameter& parameter : mean) {
      names.push_back(parameter.name);
      csv->Row(parameter.name, samples, parameter.mean_abs_difference,
               parameter.max_relative_error);
      summary->Row(parameter.name, samples, parameter.largest_gradient,
                   parameter.mean_abs_difference);
      absl::PrintF("%-10s %16.2g %20.2g %18.2g %9d\n", parameter.name, parameter.largest_gradient,
                   parameter.mean_abs_difference, parameter.max_relative_error, parameter.at_kinks);
    }
    if (auto s = csv->Flush(); !s.ok()) return s;
    if (auto s = summary->Flush(); !s.ok()) return s;
  }
  absl::PrintF(
      "\nOn 1 sample x - mu is 0, so nearly every gradient is 0 on both sides and nothing is\n"
      "checked; and each ReLU stands at its kink, so that beta%d differs.\n",
      config.hidden.size());
  return experiment.Draw({.name = kName,
                          .commands = absl::StrCat(kStyle, kCommands),
                          .definitions = {{"methods", ""},
                                          {"diverged", ""},
                                          {"parameters", absl::StrJoin(names, " ")},
                                          {"samples", static_cast<double>(config.samples)}}});
}

}  // namespace dlfs
