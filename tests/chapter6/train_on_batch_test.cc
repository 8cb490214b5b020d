#include "tests/chapter6/train_on_batch.h"

#include <memory>
#include <vector>

#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/common/elements.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Lt;

class TrainOnBatchTest : public testing::Test {
 protected:
  const ImageDataset images_ = RandomImages(8, 2, 5);
  BatchBuffer<float> buffer_{images_, 8};
  const Batch<float> batch_ = buffer_.GatherAll();
  MultiLayerNetwork<float> network_ = InitializedNetwork({.inputs = 10, .hidden = {7}}, 8);
  std::unique_ptr<Optimizer<float>> sgd_ =
      MakeOptimizer<float>("sgd", 0.25, network_.arena().values().size());
};

TEST_F(TrainOnBatchTest, ReturnsTheLossBeforeTheStep) {
  const double before = network_.Loss(batch_.x, batch_.labels);
  EXPECT_EQ(TrainOnBatch(network_, *sgd_, batch_), before);
  EXPECT_THAT(network_.Loss(batch_.x, batch_.labels), AllOf(Gt(0), Lt(before)));
}

TEST_F(TrainOnBatchTest, IsOneStepAlongTheGradientOfTheBatch) {
  const std::vector<float> W = Elements(network_.arena()["W1"].value);
  TrainOnBatch(network_, *sgd_, batch_);
  const std::vector<float> updated = Elements(network_.arena()["W1"].value);
  // A second network computes the gradient at the old W.
  MultiLayerNetwork<float> same = InitializedNetwork({.inputs = 10, .hidden = {7}}, 8);
  same.Gradient(batch_.x, batch_.labels);
  const std::vector<float> dW = Elements(same.arena()["W1"].gradient);
  for (size_t e = 0; e < W.size(); ++e) EXPECT_FLOAT_EQ(updated[e], W[e] - 0.25f * dW[e]);
}

}  // namespace
}  // namespace dlfs
