#include "chapter6/trainer.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace dlfs {

template <typename T>
double TrainOnBatch(MultiLayerNetwork<T>& network, Optimizer<T>& optimizer, const Batch<T>& batch) {
  const double loss = network.Gradient(batch.x, batch.labels);
  optimizer.Step(network.arena().values(), network.arena().gradients());
  return loss;
}

template <typename T>
double Accuracy(MultiLayerNetwork<T>& network, const ImageDataset& dataset) {
  BatchBuffer<T> buffer(dataset, network.max_batch());
  size_t correct = 0;
  for (size_t begin = 0; begin < dataset.size(); begin += network.max_batch()) {
    const size_t count = std::min(network.max_batch(), dataset.size() - begin);
    const Batch<T> batch = buffer.GatherRange(begin, count);
    const std::optional<size_t> in_batch = network.CountCorrect(batch.x, batch.labels);
    if (!in_batch.has_value()) return std::numeric_limits<double>::quiet_NaN();
    correct += *in_batch;
  }
  return static_cast<double>(correct) / static_cast<double>(dataset.size());
}

template double TrainOnBatch(MultiLayerNetwork<float>&, Optimizer<float>&, const Batch<float>&);
template double TrainOnBatch(MultiLayerNetwork<double>&, Optimizer<double>&, const Batch<double>&);
template double Accuracy(MultiLayerNetwork<float>&, const ImageDataset&);
template double Accuracy(MultiLayerNetwork<double>&, const ImageDataset&);

}  // namespace dlfs
