#ifndef CHAPTER6_SEARCH_TRIAL_H_
#define CHAPTER6_SEARCH_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chapter6/hyperparameter_search.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"

// 6.5.2, step 2: how the network of a trial learns, and is scored.
namespace dlfs {

// 6.5.1: the images of a seed, shuffled. The first ones are for validation, the others to learn
// from; the test data have no part in the search.
struct SearchImages {
  SearchImages(const ImageDataset& images, size_t for_validation, uint64_t seed);

  ImageDataset all, validation, train;
};

// What all trials of a search have in common.
struct TrialSettings {
  std::vector<size_t> hidden;  // the neurons of each hidden layer
  int batch_size;
  std::string optimizer;
  int epochs, evaluation_interval;  // epochs.h: IterationsOf, IsEvaluated
};

// The network of a trial. Its loop is
//
//   for (IterationsUntil(epochs) times) {
//     Learn();
//     if (IsToBeEvaluated()) Evaluate(images, trial);
//   }
//   Rest();
class TrialNetwork {
 public:
  // `images`, from which it learns, have to outlive it.
  TrialNetwork(const Trial& trial, const TrialSettings& settings, const ImageDataset& images,
               uint64_t seed);

  // How many more iterations it takes until it has learned for so many epochs.
  int64_t IterationsUntil(int epochs) const;

  // One iteration: learns from the next mini-batch.
  void Learn();

  // Whether an epoch that is evaluated has just come.
  bool IsToBeEvaluated() const;

  // Appends the accuracies on the validation and on the training images to those of the trial; none
  // where stop() says yes (accuracy.h).
  void Evaluate(const SearchImages& images, Trial& trial, bool (*stop)() = nullptr);

  // Keeps only the weights and the state of the optimizer, until it learns again.
  void Rest();

  // From how many mini-batches it has learned.
  size_t iterations() const { return static_cast<size_t>(iteration_); }

  // Requires: it is learning.
  Network<float>& network() { return *network_; }

 private:
  void WakeUp();

  double learning_rate_, weight_decay_;
  TrialSettings settings_;
  const ImageDataset& images_;
  int64_t iterations_per_epoch_;
  Random weight_random_, batch_random_;
  int64_t iteration_ = 0;
  std::unique_ptr<Optimizer<float>> optimizer_ = nullptr;

  // While it learns, and while it rests.
  std::unique_ptr<MultiLayerNetwork<float>> network_ = nullptr;
  std::unique_ptr<BatchSampler<float>> batches_ = nullptr;
  std::vector<float> weights_ = {};
};

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_TRIAL_H_
