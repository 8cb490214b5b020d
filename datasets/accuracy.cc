#include "datasets/accuracy.h"

#include <algorithm>
#include <limits>

#include "datasets/batch.h"

namespace dlfs {

template <typename T>
std::optional<double> Accuracy(Network<T>& network, const ImageDataset& images, bool (*stop)()) {
  const size_t block = std::min({kEvaluationBatch, network.max_batch(), images.size()});
  BatchBuffer<T> buffer(images, block);
  size_t correct = 0;
  for (size_t begin = 0; begin < images.size(); begin += block) {
    if (stop != nullptr && stop()) return std::nullopt;
    const Batch<T> batch = buffer.GatherRange(begin, std::min(block, images.size() - begin));
    const std::optional<size_t> in_batch = network.CountCorrect(batch.x, batch.labels);
    if (!in_batch.has_value()) return std::numeric_limits<double>::quiet_NaN();
    correct += *in_batch;
  }
  return static_cast<double>(correct) / static_cast<double>(images.size());
}

template std::optional<double> Accuracy(Network<float>&, const ImageDataset&, bool (*)());
template std::optional<double> Accuracy(Network<double>&, const ImageDataset&, bool (*)());

}  // namespace dlfs
