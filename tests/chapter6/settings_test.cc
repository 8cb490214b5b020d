#include "chapter6/settings.h"

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "chapter6/optimizers.h"
#include "gtest/gtest.h"

ABSL_DECLARE_FLAG(int, threads);

namespace dlfs {
namespace {

TEST(OptimizerNameTest, KnowsEveryOptimizer) {
  for (const char* name : OptimizerNames()) EXPECT_TRUE(OptimizerName(name).ok()) << name;
}

TEST(OptimizerNameTest, UnknownNameListsTheKnownOnes) {
  for (const char* name : {"sdg", "", "Adam"}) {
    EXPECT_EQ(OptimizerName(name).status().message(),
              absl::StrCat("expected an optimizer, one of sgd, momentum, nesterov, adagrad, "
                           "rmsprop, adam, adamw; found '",
                           name, "'"));
  }
}

TEST(ActivationFromNameTest, KnowsEveryKindByItsName) {
  for (ActivationKind kind :
       {ActivationKind::kRelu, ActivationKind::kSigmoid, ActivationKind::kTanh}) {
    EXPECT_EQ(ActivationFromName(ActivationName(kind)).value(), kind);
  }
}

TEST(ActivationFromNameTest, AnUnknownNameIsAnErrorThatListsThem) {
  for (const char* name : {"", "ReLU", "relu ", "elu"}) {
    EXPECT_EQ(std::string(ActivationFromName(name).status().message()),
              absl::StrCat("expected an activation function, one of relu, sigmoid, tanh; found '",
                           name, "'"));
  }
}

// --- Networks that fit into memory ---

std::string HiddenSizesError(const std::vector<std::string>& texts, int batch_size, int threads) {
  absl::SetFlag(&FLAGS_threads, threads);
  return std::string(ReadHiddenSizes(texts, batch_size).status().message());
}

TEST(HiddenSizesTest, TheBooksNetworksFitOnManyThreads) {
  EXPECT_EQ(HiddenSizesError(Sizes({100, 100, 100, 100, 100, 100}), 128, 512), "");
  EXPECT_EQ(HiddenSizesError(Sizes({1000, 1000, 1000, 1000}), 128, 64), "");
  EXPECT_EQ(HiddenSizesError(Sizes({5000, 5000}), 128, 8), "");
  EXPECT_EQ(HiddenSizesError(Sizes({10000, 10000}), 128, 4), "");
}

// On one thread there is one network, on each other one more, and one that waits.
TEST(HiddenSizesTest, CountsTheNetworksThatAreThereAtOnce) {
  EXPECT_EQ(HiddenSizesError(Sizes({10000, 10000}), 128, 5), "");
  EXPECT_EQ(HiddenSizesError(Sizes({10000, 10000}), 128, 6),
            "expected networks that together take at most 16 GiB with --batch_size=128 and "
            "--threads=6, found up to 11 of 1.7 GiB each");
}

// The smallest mini-batches take as much room as the images that are evaluated at once.
TEST(HiddenSizesTest, CountsTheImagesOfAnEvaluation) {
  for (const int batch_size : {1, 128}) {
    EXPECT_EQ(HiddenSizesError(Sizes({1, 10000, 1, 10000, 1, 10000}), batch_size, 60), "");
    EXPECT_NE(HiddenSizesError(Sizes({1, 10000, 1, 10000, 1, 10000}), batch_size, 100), "");
  }
}

}  // namespace
}  // namespace dlfs
