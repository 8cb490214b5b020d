#include "chapter6/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "absl/strings/str_cat.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "common/experiment/interrupt.h"
#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/check.h"
#include "common/matrix/elementary.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

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
  Differences(const GradientCheck& check, const Batch<double>& batch, uint64_t seed)
      : batch_(batch),
        h_(check.h),
        kinks_(check.kinks),
        // The momentum 1 freezes the running statistics.
        network_({.hidden = check.hidden, .batch_norm = true, .batch_norm_momentum = 1},
                 batch.labels.size()) {
    DLFS_CHECK(check.hidden.size() <= 8);  // LossWith reads one digit
    InitializeWeights({WeightInit::Kind::kHe}, Random(seed, kWeightStream), network_.arena());
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

// The larger one; NaN where one is.
double Largest(double a, double b) { return a >= b || std::isnan(a) ? a : b; }

// Adds what the differences of one row say to what is known of the parameter.
void Compare(std::span<const double> gradient, std::span<const double> differences,
             CheckedParameter& checked) {
  constexpr double kRoundingErrors = 1e-6;
  for (size_t j = 0; j < gradient.size(); ++j) {
    const double difference = std::abs(gradient[j] - differences[j]);
    const double size =
        std::max({std::abs(gradient[j]), std::abs(differences[j]), kRoundingErrors});
    checked.largest_gradient = Largest(checked.largest_gradient, std::abs(gradient[j]));
    checked.sum_of_differences += difference;
    checked.max_relative_error = Largest(checked.max_relative_error, difference / size);
    ++checked.elements;
  }
}

}  // namespace

void CheckedParameter::Add(const CheckedParameter& other) {
  largest_gradient = Largest(largest_gradient, other.largest_gradient);
  max_relative_error = Largest(max_relative_error, other.max_relative_error);
  sum_of_differences += other.sum_of_differences;
  at_kinks += other.at_kinks;
  elements += other.elements;
}

absl::StatusOr<std::vector<CheckedParameter>> CheckGradients(const GradientCheck& check,
                                                             const ImageDataset& images,
                                                             uint64_t seed,
                                                             const Experiment& experiment) {
  const ImageDataset first = FirstImages(images, check.samples);
  BatchBuffer<double> buffer(first, check.samples);
  const Batch<double> batch = buffer.GatherAll();

  std::vector<CheckedParameter> checked;
  std::vector<Rows> parts;
  size_t elements = 0;
  const Differences network(check, batch, seed);
  for (const Parameter<double>& parameter : network.parameters()) {
    constexpr size_t kRowsOfAPart = 50;
    for (size_t begin = 0; begin < parameter.value.rows(); begin += kRowsOfAPart) {
      parts.push_back(
          {checked.size(), begin, std::min(begin + kRowsOfAPart, parameter.value.rows())});
    }
    const size_t size = parameter.value.rows() * parameter.value.cols();
    checked.push_back({.name = parameter.name, .size = size});
    elements += size;
  }

  std::vector<CheckedParameter> of_parts(parts.size());
  const auto seconds = experiment.RunInParallel(
      absl::StrCat("gradient check on ", check.samples,
                   check.samples == 1 ? " sample" : " samples"),
      parts.size(), elements, "parameters",
      [&](Task& task) {
        const size_t p = task.index();
        Differences differences(check, batch, seed);
        const Parameter<double>& parameter = differences.parameters()[parts[p].parameter];
        std::vector<double> row(parameter.value.cols());
        for (size_t i = parts[p].begin; i < parts[p].end && !StopRequested(); ++i) {
          of_parts[p].at_kinks += differences.Row(parameter, i, row);
          Compare(parameter.gradient.row(i), row, of_parts[p]);
          task.Add(row.size());
        }
      },
      [&](size_t p) {
        checked[parts[p].parameter].Add(of_parts[p]);
        return absl::OkStatus();
      });
  if (!seconds.ok()) return seconds.status();
  return checked;
}

}  // namespace dlfs
