#include "chapter6/weight_init_symmetry.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/initialization.h"
#include "chapter6/loss_curve_training.h"
#include "chapter6/loss_curves.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/check.h"
#include "common/csv.h"
#include "common/matrix_rank.h"
#include "common/mean_and_std.h"
#include "common/parameter_arena.h"
#include "common/progress.h"
#include "common/random.h"

namespace dlfs {
namespace {

constexpr char kName[] = "weight_init_symmetry";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/weight_init_symmetry.gp.inc"
    ;

// A look at the weights of one layer.
struct Look {
  size_t iteration, layer;
  double spread;
  size_t rank;
};

struct Looks {
  std::vector<Look> looks;
  double accuracy_of_first_neurons = 0;
};

void LookAtLayers(const MultiLayerNetwork<float>& network, size_t iteration,
                  std::vector<Look>& looks) {
  size_t layer = 0;
  for (const Parameter<float>& parameter : network.arena().parameters()) {
    if (parameter.kind != ParameterKind::kWeight) continue;
    looks.push_back(
        {iteration, ++layer, NeuronSpread(parameter.value), MatrixRank(parameter.value)});
  }
}

void Train(const WeightInitSymmetryConfig& config, const Mnist& mnist, LossCurve& curve,
           Looks& looks, Progress& progress) {
  const LossCurveTraining& training = config.learning.training;
  const NetworkConfig network_config = {.hidden = training.hidden,
                                        .activation = config.learning.activation};
  MultiLayerNetwork<float> network(network_config, training.batch_size);
  Random weights(curve.seed, kWeightStream);
  InitializeWeights(WeightInitFromName(curve.method).value(), weights, network.arena());
  Sgd<float> sgd(network.arena().values().size(), config.learning.learning_rate);
  TrainLossCurve(training, mnist, network, sgd, curve, progress, [&](int t) {
    if (t % config.interval == 0) LookAtLayers(network, t, looks.looks);
  });
  LookAtLayers(network, curve.loss.size(), looks.looks);
  MultiLayerNetwork<float> first_neurons = FirstNeurons(network, network_config);
  looks.accuracy_of_first_neurons = Accuracy(first_neurons, mnist.test);
}

}  // namespace

double NeuronSpread(ConstMatrixView<float> W) {
  const double n_out = static_cast<double>(W.cols());
  double from_mean = 0, from_0 = 0;
  for (size_t i = 0; i < W.rows(); ++i) {
    // Σ_j (w_ij − w̄_i)², relative to the first neuron, so that equal neurons give exactly 0.
    double sum = 0, squares = 0;
    for (float w : W.row(i)) {
      const double difference = double{w} - W(i, 0);
      sum += difference;
      squares += difference * difference;
      from_0 += double{w} * w;
    }
    from_mean += squares - sum * sum / n_out;
  }
  return from_0 == 0 ? 0 : std::sqrt(std::max(from_mean, 0.0) / from_0);
}

// Where the inputs of a layer are copies of one, its weights for them add up.
MultiLayerNetwork<float> FirstNeurons(const MultiLayerNetwork<float>& network,
                                      const NetworkConfig& config) {
  DLFS_CHECK(!config.hidden.empty() && !config.batch_norm);
  NetworkConfig one_neuron = config;
  std::fill(one_neuron.hidden.begin(), one_neuron.hidden.end(), 1);
  MultiLayerNetwork<float> first(one_neuron, network.max_batch());
  for (const Parameter<float>& to : first.arena().parameters()) {
    const MatrixView<float> from = network.arena()[to.name].value;
    DLFS_CHECK(to.value.rows() == from.rows() || to.value.rows() == 1);
    DLFS_CHECK(to.value.cols() == from.cols() || to.value.cols() == 1);
    for (size_t i = 0; i < from.rows(); ++i) {
      for (size_t j = 0; j < to.value.cols(); ++j) {
        to.value(std::min(i, to.value.rows() - 1), j) += from(i, j);
      }
    }
  }
  return first;
}

absl::Status RunWeightInitSymmetry(const WeightInitSymmetryConfig& config, const Mnist& mnist,
                                   Experiment& experiment) {
  const WeightInitCompareConfig& learning = config.learning;
  if (absl::Status status = CheckTraining(learning.training, mnist); !status.ok()) return status;
  if (learning.training.hidden.empty()) {
    return FlagError("hidden_sizes", "at least one hidden layer", "none");
  }
  LossCurveComparison comparison = WeightInitComparison(kName, learning);
  comparison.configuration.push_back(absl::StrCat("interval=", config.interval));
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv(absl::StrCat(kName, "_layers"), comparison.configuration,
                           {"seed", "init", "iteration", "layer", "spread", "rank"});
  if (!csv.ok()) return csv.status();

  // Filled in from several threads, so no entry may be added while they run.
  std::map<std::pair<uint64_t, std::string>, Looks> looks;
  for (int s = 0; s < experiment.seeds; ++s) {
    for (const std::string& init : learning.inits) looks[{experiment.seed + s, init}] = {};
  }
  const auto looks_of = [&](const LossCurve& curve) -> Looks& {
    return looks.at({curve.seed, curve.method});
  };
  const auto curves = CompareLossCurves(
      comparison, experiment,
      [&](LossCurve& curve, Progress& progress) {
        Train(config, mnist, curve, looks_of(curve), progress);
      },
      [&](const LossCurve& curve) {
        if (curve.loss.empty()) return absl::OkStatus();  // interrupted before it began
        for (const Look& look : looks_of(curve).looks) {
          csv->Row(curve.seed, curve.method, look.iteration, look.layer, look.spread, look.rank);
        }
        return csv->Flush();
      });
  if (!curves.ok()) return curves.status();

  absl::PrintF("\n%-14s %16s %22s %24s\n", absl::StrCat("seed ", experiment.seed), "test accuracy",
               "of its first neurons", "spread and rank of W2");
  for (const LossCurve& curve : *curves) {
    if (curve.seed != experiment.seed || curve.loss.empty()) continue;
    const Looks& looks = looks_of(curve);
    const Look& W2 = *std::find_if(looks.looks.rbegin(), looks.looks.rend(),
                                   [](const Look& look) { return look.layer == 2; });
    const auto cell = [](double accuracy) { return TableCell({&accuracy, 1}); };
    absl::PrintF("%-14s %s %22s %18.4f %5d\n", curve.method, cell(curve.test_accuracy),
                 cell(looks.accuracy_of_first_neurons), W2.spread, W2.rank);
  }

  FigureScript figure =
      LossCurveFigure(comparison, *curves,
                      absl::StrCat("6.2.1: MNIST from equal and from random weights, ",
                                   std::string(ActivationName(learning.activation))),
                      Caption(learning.training, experiment), 2.5);
  figure.commands = absl::StrCat(kStyle, kCommands);
  figure.definitions.push_back(
      {"hidden_layers", static_cast<double>(learning.training.hidden.size())});
  figure.definitions.push_back({"first_seed", absl::StrCat(experiment.seed)});
  return experiment.Draw(figure);
}

}  // namespace dlfs
