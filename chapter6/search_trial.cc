#include "chapter6/search_trial.h"

#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/regularization.h"
#include "chapter6/trainer.h"
#include "common/check.h"
#include "common/mean_and_std.h"
#include "common/random.h"

namespace dlfs {
namespace {

// 0, ..., n - 1 in random order, by Fisher and Yates.
std::vector<uint32_t> Permutation(size_t n, Random random) {
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), uint32_t{0});
  for (size_t i = n; i > 1; --i) {
    std::swap(order[i - 1], order[random.UniformInt(static_cast<uint32_t>(i))]);
  }
  return order;
}

void Learn(EpochTraining training, const Hyperparameters& tried, const ImageDataset& images,
           uint64_t seed, Progress& progress,
           const std::function<void(MultiLayerNetwork<float>&, int epoch)>& evaluate) {
  training.learning_rate = tried.learning_rate;
  TrainNewNetwork(training, {.penalty = {Penalty::Kind::kL2, tried.weight_decay}},
                  {.kind = WeightInit::Kind::kHe}, images, seed, progress, evaluate);
}

}  // namespace

SearchData::SearchData(const ImageDataset& images, size_t validation_images, uint64_t seed)
    : order_(Permutation(images.size(), Random(seed, kShuffleStream))),
      all_(SelectImages(images, order_)),
      validation_(SelectImages(images, std::span(order_).first(validation_images))),
      train_(SelectImages(images, std::span(order_).subspan(validation_images))),
      validation_buffer_(validation_, validation_.size()),
      train_buffer_(train_, train_.size()),
      validation_batch_(validation_buffer_.GatherAll()),
      train_batch_(train_buffer_.GatherAll()) {
  DLFS_CHECK(validation_.size() > 0 && train_.size() > 0);
}

std::vector<int> EvaluatedEpochs(const EpochTraining& training) {
  std::vector<int> epochs;
  for (int epoch = 0; epoch < training.epochs; ++epoch) {
    if (IsEvaluated(training, epoch)) epochs.push_back(epoch);
  }
  return epochs;
}

TrialCurve RunTrial(const EpochTraining& training, const Hyperparameters& tried,
                    const SearchData& data, uint64_t seed, Progress& progress) {
  TrialCurve curve;
  Learn(training, tried, data.train(), seed, progress,
        [&](MultiLayerNetwork<float>& network, int epoch) {
          curve.epochs.push_back(epoch);
          curve.validation.push_back(Accuracy(network, data.validation_batch()));
          curve.train.push_back(Accuracy(network, data.train_batch()));
        });
  return curve;
}

TrialScore Score(const TrialCurve& curve) {
  return {.validation = curve.validation.back(),
          .train = curve.train.back(),
          .mean_validation = MeanAndStd(curve.validation).mean};
}

double TestAccuracy(const EpochTraining& training, const Hyperparameters& best,
                    const SearchData& data, const ImageDataset& test, uint64_t seed,
                    Progress& progress) {
  double accuracy = std::numeric_limits<double>::quiet_NaN();
  Learn(training, best, data.all(), seed, progress,
        [&](MultiLayerNetwork<float>& network, int epoch) {
          if (epoch + 1 == training.epochs) accuracy = Accuracy(network, test);
        });
  return accuracy;
}

}  // namespace dlfs
