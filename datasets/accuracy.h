#ifndef DATASETS_ACCURACY_H_
#define DATASETS_ACCURACY_H_

#include <optional>

#include "common/layers/network.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// The share of the images that the network classifies correctly, in [0, 1]; NaN where it has
// diverged. They may be more than the network's largest batch: they are classified in blocks of
// kEvaluationBatch (network.h), or of as many as the network takes. Before each block stop() is
// asked; where it says yes there is no accuracy, as that of some images would pass for that of all.
template <typename T>
std::optional<double> Accuracy(Network<T>& network, const ImageDataset& images,
                               bool (*stop)() = nullptr);

}  // namespace dlfs

#endif  // DATASETS_ACCURACY_H_
