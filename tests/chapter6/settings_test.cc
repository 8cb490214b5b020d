#include "chapter6/settings.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "chapter6/optimizers.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

TEST(OptimizerNameTest, KnowsEveryOptimizer) {
  for (const char* name : OptimizerNames()) EXPECT_TRUE(OptimizerName(name).ok()) << name;
}

TEST(OptimizerNameTest, UnknownNameListsTheKnownOnes) {
  for (const char* name : {"sdg", "", "Adam"}) {
    EXPECT_EQ(OptimizerName(name).status().message(),
              absl::StrCat("expected an optimizer, one of sgd, momentum, nesterov, adagrad, "
                           "rmsprop, adam; found '",
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

}  // namespace
}  // namespace dlfs
