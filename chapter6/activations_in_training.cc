#include "chapter6/activations_in_training.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/layer_signals.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/experiment/mean_and_std.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

constexpr int kBatchSize = 100;
constexpr double kLearningRate = 0.01;  // SGD, as in 6.3.2
constexpr int64_t kTimes = 50;          // at which they are looked at, besides the start

// One layer at one time.
struct LayerRecord {
  std::vector<size_t> counts;  // of the bins
  double std = 0;
};

// What is seen of one network at one time.
struct Record {
  double loss = 0;
  std::vector<LayerRecord> layers = {};
};

// The activations of the hidden layers, the first first. A hidden layer is Affine, batch norm where
// there is one, and its activation.
std::vector<std::vector<double>> HiddenActivations(MultiLayerNetwork<float>& network,
                                                   size_t hidden_layers, ConstMatrixView<float> x) {
  const size_t per_hidden = (network.layers().size() - 1) / hidden_layers;
  std::vector<std::vector<double>> all;
  for (size_t l = 0; l < hidden_layers * per_hidden; ++l) {
    x = network.layers()[l]->Forward(x, Mode::kTraining);
    if ((l + 1) % per_hidden != 0) continue;
    std::vector<double>& y = all.emplace_back();
    for (size_t i = 0; i < x.rows(); ++i) y.insert(y.end(), x.row(i).begin(), x.row(i).end());
  }
  return all;
}

}  // namespace

absl::Status RunActivationsInTraining(const ActivationsInTraining& options, const Mnist& mnist,
                                      Experiment& experiment) {
  experiment.name += "_training";
  experiment.configuration.push_back(
      absl::StrCat("during training: activation=", ActivationName(options.activation),
                   " init=", options.init.name, " iterations=", options.iterations,
                   " optimizer=sgd learning_rate=", kLearningRate, " batch_size=", kBatchSize));
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      "",
      {"activation", "init", "batch_norm", "iteration", "layer", "bin_low", "bin_high", "count"});
  if (!csv.ok()) return csv.status();
  experiment.PrintConfiguration();

  const double low = options.activation == ActivationKind::kTanh ? -1 : 0;
  const double high = options.activation == ActivationKind::kRelu ? 4 : 1;
  std::vector<int64_t> looked_at;  // after so many iterations
  for (int64_t t = 0; t <= kTimes; ++t) {
    const int64_t iteration = t * options.iterations / kTimes;
    if (looked_at.empty() || looked_at.back() != iteration) looked_at.push_back(iteration);
  }
  const size_t layers = options.hidden.size();
  const ImageDataset images = FirstImages(mnist.train, options.samples);

  // Of each network and time; the networks without batch norm first, a seed after the other.
  std::vector<std::vector<Record>> records(2 * experiment.seeds);
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      experiment.name, records.size(), records.size() * options.iterations, "iterations",
      [&](Task& task) {
        const bool batch_norm = task.index() >= records.size() / 2;
        const uint64_t seed = experiment.seed + task.index() % experiment.seeds;
        MultiLayerNetwork<float> network(
            {.hidden = options.hidden, .activation = options.activation, .batch_norm = batch_norm},
            std::max(kBatchSize, options.samples));
        InitializeWeights(options.init.init, Random(seed, kWeightStream), network.arena());
        const auto sgd =
            MakeOptimizer<float>("sgd", kLearningRate, network.arena().values().size());
        BatchSampler<float> batches(mnist.train, kBatchSize, Random(seed, kBatchStream));
        BatchBuffer<float> buffer(images, images.size());
        const Batch<float> watched = buffer.GatherAll();

        const auto record = [&] {
          Record now = {.loss = network.Loss(watched.x, watched.labels, Mode::kTraining)};
          for (const std::vector<double>& y : HiddenActivations(network, layers, watched.x)) {
            now.layers.push_back({Histogram(y, low, high, options.bins), MeanAndStd(y).std});
          }
          records[task.index()].push_back(now);
        };
        record();
        for (const int64_t i : task.Iterations(options.iterations)) {
          const Batch<float> batch = batches.Next();
          network.Gradient(batch.x, batch.labels);
          sgd->Step(network.arena().values(), network.arena().gradients());
          if (std::ranges::binary_search(looked_at, i + 1)) record();
        }
      },
      [](size_t) { return absl::OkStatus(); });
  if (!seconds.ok()) return seconds.status();

  // As far as all networks have come, which an interrupt may have stopped.
  size_t times = records[0].size();
  for (const auto& of_network : records) times = std::min(times, of_network.size());
  std::vector<size_t> stills;
  for (const int percent : {0, 10, 40, 100}) {
    if (times == 0) break;
    const size_t still = (times - 1) * percent / 100;
    if (stills.empty() || stills.back() != still) stills.push_back(still);
  }

  absl::PrintF("%-10s %9s  %8s   standard deviation of the activations of layers 1, 2, ...\n",
               "batch norm", "iteration", "loss");
  for (const size_t batch_norm : {0, 1}) {
    for (size_t t = 0; t < times; ++t) {
      double loss = 0;
      std::string stds;
      for (size_t l = 0; l < layers; ++l) {
        std::vector<size_t> counts(options.bins);
        double std = 0;
        for (int s = 0; s < experiment.seeds; ++s) {
          const Record& record = records[batch_norm * experiment.seeds + s][t];
          for (size_t b = 0; b < counts.size(); ++b) counts[b] += record.layers[l].counts[b];
          std += record.layers[l].std / experiment.seeds;
          if (l == 0) loss += record.loss / experiment.seeds;
        }
        for (size_t b = 0; b < counts.size(); ++b) {
          csv->Row(ActivationName(options.activation), options.init.name, batch_norm, looked_at[t],
                   l + 1, BinEdge(low, high, counts.size(), b),
                   BinEdge(low, high, counts.size(), b + 1), counts[b]);
        }
        absl::StrAppendFormat(&stds, " %8.2g", std);
      }
      if (std::ranges::count(stills, t) == 0) continue;
      absl::PrintF("%-10s %9d  %8.3g  %s\n", batch_norm == 1 ? "with" : "without", looked_at[t],
                   loss, stds);
    }
  }
  if (absl::Status status = csv->Flush(); !status.ok()) return status;
  return experiment.Draw(
      {{"activation", ActivationName(options.activation)},
       {"init", options.init.name},
       {"layers", static_cast<double>(layers)},
       {"bins", static_cast<double>(options.bins)},
       {"low", low},
       {"high", high},
       {"times", static_cast<double>(times)},
       {"iterations", absl::StrJoin(looked_at, " ")},
       {"stills", absl::StrJoin(stills, " ")},
       {"seeds_text", experiment.seeds == 1 ? experiment.SeedsText()
                                            : Translate("%s seeds together", experiment.seeds)},
       {"values", static_cast<double>(options.samples) * options.hidden[0] * experiment.seeds}},
      {""});
}

}  // namespace dlfs
