// Quirks of the book's code whose effect no program's flags can show, measured; what this prints
// stands in docs/en/quirks.md:
//   bazel run //tests/chapter6:book_quirks_test
// A part of the same test: book_quirks_loss_test.cc and book_quirks_accuracy_test.cc.
#include "tests/chapter6/book_quirks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/network.h"
#include "chapter6/settings.h"
#include "common/layers/activations.h"
#include "common/layers/layer.h"
#include "common/layers/numerical_gradient.h"
#include "common/layers/softmax_with_loss.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"

namespace dlfs::book_quirks {
namespace {

using ::testing::ElementsAre;

// --- An epoch of 2.34 iterations ---

// The book's loop evaluates where i % iterations_per_epoch, two doubles in Python, is 0. After how
// many iterations it has done so `evaluations` times; `most` if it has not by then.
int BookIterations(double iterations_per_epoch, int evaluations, int most) {
  for (int i = 0; i < most; ++i) {
    if (std::fmod(i, iterations_per_epoch) == 0 && --evaluations == 0) return i + 1;
  }
  return most;
}

TEST(BookQuirksTest, EpochsOfAFractionOfAnIterationAreHardlyEverEvaluated) {
  constexpr int kImages = 300, kEvaluations = 201, kMost = 1'000'000;
  absl::PrintF("300 images: iterations until 201 evaluations are done\n%10s %22s %12s %8s\n",
               "batch size", "iterations per epoch", "the book's", "ours");
  std::vector<int> book;
  std::vector<int64_t> ours;
  for (const int batch_size : {100, 128, 90}) {
    const double iterations_per_epoch = static_cast<double>(kImages) / batch_size;
    book.push_back(BookIterations(iterations_per_epoch, kEvaluations, kMost));
    ours.push_back(IterationsOf(kEvaluations, IterationsPerEpoch(kImages, batch_size)));
    absl::PrintF("%10d %22.5f %12s %8d\n", batch_size, iterations_per_epoch,
                 book.back() < kMost ? absl::StrFormat("%d", book.back()) : "> 1000000",
                 ours.back());
  }
  EXPECT_THAT(ours, ElementsAre(1 + 200 * 3, 1 + 200 * 2, 1 + 200 * 3));
  // 300 / 128 is 75 / 32, so that only every 75th i is a multiple; 300 / 90 has no exact multiple.
  EXPECT_THAT(book, ElementsAre(601, 1 + 200 * 75, kMost));
  EXPECT_EQ(BookIterations(300 / 90.0, 2, kMost), kMost);
}

// --- Mini-batches with replacement ---

// Images that are numbered by their two pixels.
ImageDataset NumberedImages(size_t count) {
  ImageDataset images = {.height = 1, .width = 2, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<uint8_t>(i / 256));
    images.pixels.push_back(static_cast<uint8_t>(i % 256));
    images.labels.push_back(0);
  }
  return images;
}

TEST(BookQuirksTest, AnEpochSees63PercentOfTheImages) {
  constexpr size_t kImages = 60000;
  const ImageDataset images = NumberedImages(kImages);
  BatchSampler<float> batches(images, kBatch, Random(0, kBatchStream));
  std::vector<int> drawn(kImages);
  size_t iterations = 0;
  for (const size_t until : {kImages / kBatch, size_t{2000}}) {
    for (; iterations < until; ++iterations) {
      const ConstMatrixView<float> x = batches.Next().x;
      for (size_t i = 0; i < kBatch; ++i) {
        ++drawn[std::lround(255 * x(i, 0)) * 256 + std::lround(255 * x(i, 1))];
      }
    }
    const double seen = kImages - std::ranges::count(drawn, 0);
    const double epochs = static_cast<double>(iterations * kBatch) / kImages;
    absl::PrintF(
        "%d mini-batches, %.2f epochs: %.4f of the images seen, 1 - e^-%.2f = %.4f; "
        "one of them %d times\n",
        iterations, epochs, seen / kImages, epochs, 1 - std::exp(-epochs), std::ranges::max(drawn));
    EXPECT_NEAR(seen / kImages, 1 - std::exp(-epochs), 0.004);  // three standard deviations
  }
}

// --- The 1e-7 in the logarithm ---

TEST(BookQuirksTest, TheLossIsBoundedAndItsGradientIsNot) {
  Matrix<double> a(1, 2), differences(1, 2);
  const uint8_t label = 0;
  SoftmaxWithLoss<double> softmax(1, 2);
  const auto loss = [&] { return softmax.Forward(a, std::span(&label, 1)); };
  absl::PrintF("%13s %8s %13s   dL/da_t: %10s %20s\n", "a_other - a_t", "loss", "without 1e-7",
               "back-prop.", "central differences");
  for (const double wrong_by : {0.0, 10.0, 16.0, 20.0, 40.0}) {
    a(0, 1) = wrong_by;
    NumericalGradient(loss, a, differences);
    const double with = loss(), without = std::log1p(std::exp(wrong_by));
    const double y = std::exp(-without);
    const double gradient = softmax.Backward()(0, 0);
    absl::PrintF("%13g %8.4f %13.4f   %19.4g %20.3g\n", wrong_by, with, without, gradient,
                 differences(0, 0));
    EXPECT_NEAR(with, -std::log(y + 1e-7), 1e-12);
    EXPECT_NEAR(gradient, y - 1, 1e-12);                             // that of `without`
    EXPECT_NEAR(differences(0, 0), (y - 1) * y / (y + 1e-7), 1e-6);  // that of `with`
  }
  EXPECT_NEAR(loss(), 7 * std::numbers::ln10, 1e-9);

  a(0, 1) = -40;
  Matrix<float> a_float(1, 2);
  a_float(0, 1) = -40;
  const double in_float = SoftmaxWithLoss<float>(1, 2).Forward(a_float, std::span(&label, 1));
  const float numpy = -std::log(1.0f + 1e-7f);
  absl::PrintF(
      "loss of a perfect prediction: %.4g in double, %.4g in float; in NumPy's float32 "
      "it would be %.4g\n",
      loss(), in_float, numpy);
  EXPECT_NEAR(loss(), -1e-7, 1e-13);
  EXPECT_NEAR(in_float, -1e-7, 1e-13);
  EXPECT_FLOAT_EQ(numpy, -1.1920929e-7f);
}

// --- The derivative of ReLU at 0 ---

// How many inputs of ReLU are exactly 0.
size_t CountAtKink(MultiLayerNetwork<float>& network, ConstMatrixView<float> x) {
  size_t zeros = 0;
  for (const auto& layer : network.layers()) {
    if (dynamic_cast<const Relu<float>*>(layer.get()) != nullptr) {
      for (size_t i = 0; i < x.rows(); ++i) zeros += std::ranges::count(x.row(i), 0.0f);
    }
    x = layer->Forward(x, Mode::kTraining);
  }
  return zeros;
}

TEST(BookQuirksTest, OnlyBatchNormOnOneSampleIsAtTheKinkOfRelu) {
  constexpr size_t kImages = 10000;
  const ImageDataset images = FirstImages(SharedMnist().train, kImages);
  BatchBuffer<float> buffer(images, kImages);
  const Batch<float> all = buffer.GatherAll();
  auto plain = InitializedNetwork({.hidden = {100, 100, 100, 100}}, kImages);
  const size_t of_plain = CountAtKink(plain, all.x);
  absl::PrintF("inputs of ReLU that are exactly 0\nHe's weights, %d images: %d of %d\n", kImages,
               of_plain, 400 * kImages);
  EXPECT_EQ(of_plain, 0);

  auto with_batch_norm = InitializedNetwork({.hidden = {100, 100}, .batch_norm = true}, 10);
  for (const size_t samples : {1, 2, 10}) {
    const size_t zeros = CountAtKink(with_batch_norm, all.x.Rows(0, samples));
    absl::PrintF("with batch norm, %2d images: %d of %d\n", samples, zeros, 200 * samples);
    EXPECT_EQ(zeros, samples == 1 ? 200 : 0);
  }
  with_batch_norm.Gradient(all.x.Rows(0, 1), all.labels.first(1));
  std::vector<std::string> not_zero;
  for (const Parameter<float>& parameter : with_batch_norm.arena().parameters()) {
    const std::span<float> gradient = parameter.gradient.flat();
    if (std::ranges::any_of(gradient, [](float g) { return g != 0; })) {
      not_zero.push_back(parameter.name);
    }
  }
  absl::PrintF("parameters with a gradient on one image: %s\n", absl::StrJoin(not_zero, ", "));
  EXPECT_THAT(not_zero, ElementsAre("b3"));
}

}  // namespace
}  // namespace dlfs::book_quirks
