#include "tests/chapter6/recorded_networks.h"

#include <cstddef>

#include "chapter6/initialization.h"
#include "chapter6/optimizers.h"
#include "common/experiment/shortest_decimal.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "tests/chapter6/train_on_batch.h"
#include "tests/datasets/random_images.h"

namespace dlfs {

std::vector<RecordedNetwork> RecordedNetworks() {
  using Activation = ActivationKind;
  using Kind = Penalty::Kind;
  using Dropout = DropoutChoice::Kind;
  return {
      {"relu_sgd", "sgd", {}},
      {"sigmoid_momentum", "momentum", {.activation = Activation::kSigmoid}},
      {"tanh_nesterov", "nesterov", {.activation = Activation::kTanh}},
      {"batch_norm_l2_adagrad", "adagrad", {.batch_norm = true}, {Kind::kL2, 0.01}},
      {"dropout_l1_rmsprop", "rmsprop", {.dropout = {Dropout::kStandard, 0.2}}, {Kind::kL1, 0.001}},
      {"batch_norm_inverted_dropout_adam",
       "adam",
       {.batch_norm = true, .dropout = {Dropout::kInverted, 0.3}}},
      {"relu_adamw", "adamw", {}},
  };
}

template <typename T>
std::string Learn(const RecordedNetwork& recorded) {
  constexpr size_t kImages = 50, kBatch = 21, kSteps = 20;
  const ImageDataset images = RandomImages(kImages, 9, 7);
  NetworkConfig config = recorded.config;
  config.inputs = images.pixels_per_image();
  config.hidden = {33, 18};
  MultiLayerNetwork<T> network(config, kBatch);
  InitializeWeights({.kind = WeightInit::Kind::kHe}, Random(0, kWeightStream), network.arena());
  const auto optimizer =
      MakeOptimizer<T>(recorded.optimizer, 0.01, network.arena().values().size());
  BatchSampler<T> batches(images, kBatch, Random(0, kBatchStream));
  std::string text;
  for (size_t step = 0; step < kSteps; ++step) {
    const Batch<T> batch = batches.Next();
    const double before = TrainOnBatch(network, *optimizer, batch, recorded.penalty);
    const double after =
        network.Loss(batch.x, batch.labels) + PenaltyLoss(recorded.penalty, network.arena());
    text += ShortestDecimal(before) + "\n" + ShortestDecimal(after) + "\n";
  }
  for (const Parameter<T>& parameter : network.arena().parameters()) {
    for (size_t i = 0; i < parameter.value.rows(); ++i) {
      for (const T x : parameter.value.row(i)) text += ShortestDecimal(x) + "\n";
    }
  }
  return text;
}

template std::string Learn<float>(const RecordedNetwork&);
template std::string Learn<double>(const RecordedNetwork&);

}  // namespace dlfs
