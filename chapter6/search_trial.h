#ifndef CHAPTER6_SEARCH_TRIAL_H_
#define CHAPTER6_SEARCH_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chapter6/epoch_training.h"
#include "chapter6/hyperparameter_search.h"
#include "common/progress.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"

// One trial of the search of 6.5: a network learns with given hyper-parameters.
namespace dlfs {

struct Hyperparameters {
  double learning_rate;
  double weight_decay;  // lambda of an L2 penalty, regularization.h

  bool operator==(const Hyperparameters&) const = default;
};

// The images of a search, in an order that the seed decides, parted in two: the first for
// validation, the others to learn from. The test data have no part in it.
class SearchData {
 public:
  // Requires: 0 < validation_images < images.size()
  SearchData(const ImageDataset& images, size_t validation_images, uint64_t seed);
  SearchData(const SearchData&) = delete;
  SearchData& operator=(const SearchData&) = delete;

  const ImageDataset& all() const { return all_; }
  const ImageDataset& train() const { return train_; }
  const Batch<float>& train_batch() const { return train_batch_; }  // all of train()
  const Batch<float>& validation_batch() const { return validation_batch_; }

 private:
  const std::vector<uint32_t> order_;
  const ImageDataset all_, validation_, train_;
  BatchBuffer<float> validation_buffer_, train_buffer_;
  Batch<float> validation_batch_, train_batch_;
};

// The accuracies of a trial, epoch by epoch, NaN from where the network has diverged.
struct TrialCurve {
  std::vector<int> epochs;
  std::vector<double> validation;  // as long as epochs
  std::vector<double> train;       // as long as epochs
};

// The epochs after which a trial is evaluated.
std::vector<int> EvaluatedEpochs(const EpochTraining& training);

// The learning curve with these hyper-parameters (training.learning_rate is not used), from He's
// initial weights. These and the mini-batches are decided by the seed. Shorter after an interrupt.
TrialCurve RunTrial(const EpochTraining& training, const Hyperparameters& tried,
                    const SearchData& data, uint64_t seed, Progress& progress);

TrialScore Score(const TrialCurve& curve);

// The accuracy on the test images of a network that has learned from all images of the search,
// validation images included, in the same way; NaN where it has diverged. The seed, that of the
// search, decides its initial weights and mini-batches: it is the setting that won, not a network.
double TestAccuracy(const EpochTraining& training, const Hyperparameters& best,
                    const SearchData& data, const ImageDataset& test, uint64_t seed,
                    Progress& progress);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_TRIAL_H_
