#ifndef CHAPTER6_SEARCH_TRIAL_H_
#define CHAPTER6_SEARCH_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chapter6/hyperparameter_search.h"
#include "chapter6/optimizers.h"
#include "common/experiment/task.h"
#include "common/layers/network.h"
#include "common/matrix/random.h"
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
  int epochs, evaluation_interval;  // settings.h: IterationsOf, IsEvaluated
};

// The network of a trial, which learns, and later may go on where it has stopped. Between the two
// only its weights and the state of its optimizer are kept.
class TrialNetwork {
 public:
  // `images`, from which it learns, have to outlive it.
  TrialNetwork(const Trial& trial, const TrialSettings& settings, const ImageDataset& images,
               uint64_t seed);

  // Learns until it has learned `epochs` epochs. Calls evaluate(network, epoch) where it is
  // evaluated. A task that is asked to stop leaves it unfinished, of no more use.
  void LearnUntil(int epochs, Task& task,
                  const std::function<void(Network<float>& network, int64_t epoch)>& evaluate);

  // The same, where the accuracies on the validation and the training images go into the trial.
  void LearnUntil(int epochs, Task& task, const SearchImages& images, Trial& trial);

  // From how many mini-batches it has learned.
  size_t iterations() const { return static_cast<size_t>(iteration_); }

 private:
  double learning_rate_, weight_decay_;
  TrialSettings settings_;
  const ImageDataset& images_;
  Random weight_random_, batch_random_;
  int64_t iteration_ = 0;
  std::vector<float> weights_ = {};
  std::unique_ptr<Optimizer<float>> optimizer_ = nullptr;
};

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_TRIAL_H_
