#include "chapter6/network.h"

#include <algorithm>
#include <memory>
#include <string>

#include "chapter6/batchnorm.h"
#include "common/layers/affine.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/random.h"

namespace dlfs {
namespace {

// inputs, hidden ..., outputs
std::vector<size_t> LayerSizes(const NetworkConfig& config) {
  std::vector<size_t> sizes = {config.inputs};
  sizes.insert(sizes.end(), config.hidden.begin(), config.hidden.end());
  sizes.push_back(config.outputs);
  return sizes;
}

std::vector<ParameterShape> ParameterShapes(const NetworkConfig& config) {
  const std::vector<size_t> sizes = LayerSizes(config);
  std::vector<ParameterShape> shapes;
  for (size_t l = 1; l < sizes.size(); ++l) {
    shapes.push_back({"W" + std::to_string(l), sizes[l - 1], sizes[l], ParameterKind::kWeight});
    shapes.push_back({"b" + std::to_string(l), 1, sizes[l], ParameterKind::kBias});
    if (config.batch_norm && l < config.hidden.size() + 1) {
      shapes.push_back({"gamma" + std::to_string(l), 1, sizes[l], ParameterKind::kScale});
      shapes.push_back({"beta" + std::to_string(l), 1, sizes[l], ParameterKind::kShift});
    }
  }
  return shapes;
}

}  // namespace

template <typename T>
MultiLayerNetwork<T>::MultiLayerNetwork(const NetworkConfig& config, size_t batch_size)
    : Network<T>(ParameterShapes(config), std::max(batch_size, kEvaluationBatch), config.outputs) {
  const size_t max_batch = this->max_batch();
  const ParameterArena<T>& parameters = this->arena();
  const size_t last = config.hidden.size() + 1;
  for (size_t l = 1; l <= last; ++l) {
    const std::string number = std::to_string(l);
    this->Add(std::make_unique<Affine<T>>(
        parameters["W" + number], parameters["b" + number], max_batch,
        l == 1 ? Affine<T>::InputGradient::kNotNeeded : Affine<T>::InputGradient::kNeeded));
    if (l == last) break;
    const size_t units = config.hidden[l - 1];
    if (config.batch_norm) {
      this->Add(std::make_unique<BatchNorm<T>>(parameters["gamma" + number],
                                               parameters["beta" + number], max_batch,
                                               config.batch_norm_momentum));
    }
    this->Add(MakeActivation<T>(config.activation, max_batch, units));
    if (config.dropout.kind != DropoutChoice::Kind::kNone) {
      this->Add(std::make_unique<Dropout<T>>(config.dropout, max_batch, units,
                                             Random(config.dropout_seed, kDropoutStream + l)));
    }
  }
}

template class MultiLayerNetwork<float>;
template class MultiLayerNetwork<double>;

}  // namespace dlfs
