#include "datasets/accuracy.h"

#include <algorithm>
#include <limits>

namespace dlfs {
namespace {

template <typename T>
size_t BlockOf(const Network<T>& network) {
  return std::min(network.max_batch(), kEvaluationBatch);
}

// `batch(begin, count)`: the images [begin, begin + count) of n.
template <typename T, typename F>
std::optional<double> AccuracyOf(Network<T>& network, size_t n, bool (*stop)(), F batch) {
  const size_t block = BlockOf(network);
  size_t correct = 0;
  for (size_t begin = 0; begin < n; begin += block) {
    if (stop != nullptr && stop()) return std::nullopt;
    const Batch<T> images = batch(begin, std::min(block, n - begin));
    const std::optional<size_t> in_batch = network.CountCorrect(images.x, images.labels);
    if (!in_batch.has_value()) return std::numeric_limits<double>::quiet_NaN();
    correct += *in_batch;
  }
  return static_cast<double>(correct) / static_cast<double>(n);
}

}  // namespace

template <typename T>
std::optional<double> Accuracy(Network<T>& network, const ImageDataset& dataset, bool (*stop)()) {
  BatchBuffer<T> buffer(dataset, BlockOf(network));
  return AccuracyOf(network, dataset.size(), stop,
                    [&](size_t begin, size_t count) { return buffer.GatherRange(begin, count); });
}

template <typename T>
std::optional<double> Accuracy(Network<T>& network, const Batch<T>& images, bool (*stop)()) {
  return AccuracyOf(network, images.labels.size(), stop, [&](size_t begin, size_t count) {
    return Batch<T>{images.x.Rows(begin, count), images.labels.subspan(begin, count)};
  });
}

template std::optional<double> Accuracy(Network<float>&, const ImageDataset&, bool (*)());
template std::optional<double> Accuracy(Network<double>&, const ImageDataset&, bool (*)());
template std::optional<double> Accuracy(Network<float>&, const Batch<float>&, bool (*)());
template std::optional<double> Accuracy(Network<double>&, const Batch<double>&, bool (*)());

}  // namespace dlfs
