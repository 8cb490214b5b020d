#include "datasets/accuracy.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace dlfs {
namespace {

// `batch(begin, count)`: the images [begin, begin + count) of n.
template <typename T, typename F>
double AccuracyOf(Network<T>& network, size_t n, F batch) {
  size_t correct = 0;
  for (size_t begin = 0; begin < n; begin += network.max_batch()) {
    const Batch<T> images = batch(begin, std::min(network.max_batch(), n - begin));
    const std::optional<size_t> in_batch = network.CountCorrect(images.x, images.labels);
    if (!in_batch.has_value()) return std::numeric_limits<double>::quiet_NaN();
    correct += *in_batch;
  }
  return static_cast<double>(correct) / static_cast<double>(n);
}

}  // namespace

template <typename T>
double Accuracy(Network<T>& network, const ImageDataset& dataset) {
  BatchBuffer<T> buffer(dataset, network.max_batch());
  return AccuracyOf(network, dataset.size(),
                    [&](size_t begin, size_t count) { return buffer.GatherRange(begin, count); });
}

template <typename T>
double Accuracy(Network<T>& network, const Batch<T>& images) {
  return AccuracyOf(network, images.labels.size(), [&](size_t begin, size_t count) {
    return Batch<T>{images.x.Rows(begin, count), images.labels.subspan(begin, count)};
  });
}

template double Accuracy(Network<float>&, const ImageDataset&);
template double Accuracy(Network<double>&, const ImageDataset&);
template double Accuracy(Network<float>&, const Batch<float>&);
template double Accuracy(Network<double>&, const Batch<double>&);

}  // namespace dlfs
