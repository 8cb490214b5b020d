#include "chapter6/loss_curve_training.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/network_flags.h"
#include "chapter6/trainer.h"
#include "common/interrupt.h"
#include "common/parallel.h"
#include "common/random.h"
#include "datasets/batch.h"

namespace dlfs {

std::string Describe(const LossCurveTraining& training) {
  return absl::StrCat("batch_size=", training.batch_size, " iterations=", training.iterations);
}

std::string Caption(const LossCurveTraining& training, const Experiment& experiment) {
  return absl::StrCat(
      "hidden layers: ", training.hidden.empty() ? "none" : absl::StrJoin(training.hidden, ", "),
      "; mini-batches of ", training.batch_size, "; ", experiment.SeedsText());
}

absl::Status CheckTraining(const LossCurveTraining& training, const Mnist& mnist) {
  absl::Status status = CheckFlagInRange("batch_size", training.batch_size, 1, mnist.train.size());
  return status.ok() ? CheckNetworkFits(training.hidden, training.batch_size) : status;
}

void TrainLossCurve(const LossCurveTraining& training, const Mnist& mnist,
                    MultiLayerNetwork<float>& network, Optimizer<float>& optimizer,
                    LossCurve& curve, Progress& progress,
                    const std::function<void(int t)>& before_update) {
  auto start = std::chrono::steady_clock::now();
  BatchSampler<float> batches(mnist.train, training.batch_size, Random(curve.seed, kBatchStream));
  curve.loss.reserve(training.iterations);
  for (int t = 0; t < training.iterations && !StopRequested(); ++t) {
    before_update(t);
    const Batch<float> batch = batches.Next();
    TrainOnBatch(network, optimizer, batch);
    curve.loss.push_back(network.Loss(batch.x, batch.labels));  // after the update
    progress.Add(1);
    start += TakeTurns();  // waiting is not learning
  }

  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  curve.seconds = elapsed.count();
  curve.flops = static_cast<double>((network.GradientFlops() + network.ForwardFlops()) *
                                    training.batch_size * curve.loss.size());
  curve.test_accuracy = Accuracy(network, mnist.test);
}

}  // namespace dlfs
