#include "common/layers/parameter_arena.h"

#include <algorithm>
#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

template <typename T>
class ParameterArenaTest : public testing::Test {
 protected:
  // [3, 17] takes two registers a row.
  const std::vector<ParameterShape> shapes_ = {{"W1", 3, 17, ParameterKind::kWeight},
                                               {"b1", 1, 17, ParameterKind::kBias},
                                               {"W2", 17, 1, ParameterKind::kWeight}};
  ParameterArena<T> arena_{shapes_};
};
using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(ParameterArenaTest, Elements);

TYPED_TEST(ParameterArenaTest, ParametersAreAsDescribed) {
  const auto& parameters = this->arena_.parameters();
  ASSERT_THAT(parameters, SizeIs(this->shapes_.size()));
  for (size_t p = 0; p < parameters.size(); ++p) {
    const ParameterShape& shape = this->shapes_[p];
    EXPECT_EQ(parameters[p].name, shape.name);
    EXPECT_EQ(parameters[p].kind, shape.kind);
    EXPECT_EQ(parameters[p].value.rows(), shape.rows);
    EXPECT_EQ(parameters[p].value.cols(), shape.cols);
    EXPECT_TRUE(SameShape(parameters[p].value, parameters[p].gradient));
    EXPECT_EQ(&this->arena_[shape.name], &parameters[p]);
  }
}

TYPED_TEST(ParameterArenaTest, ParametersFollowEachOtherAtTheSameOffsetsAsGradients) {
  auto values = this->arena_.values().begin();
  auto gradients = this->arena_.gradients().begin();
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    EXPECT_EQ(parameter.value.data(), &*values) << parameter.name;
    EXPECT_EQ(parameter.gradient.data(), &*gradients) << parameter.name;
    values += parameter.value.flat().size();
    gradients += parameter.gradient.flat().size();
  }
  EXPECT_EQ(values, this->arena_.values().end());
  EXPECT_EQ(gradients, this->arena_.gradients().end());
}

TYPED_TEST(ParameterArenaTest, IsZeroAtTheStart) {
  EXPECT_THAT(this->arena_.values(), Each(0));
  EXPECT_THAT(this->arena_.gradients(), Each(0));
}

TYPED_TEST(ParameterArenaTest, ParametersDoNotOverlap) {
  TypeParam next = 1;
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    for (const MatrixView<TypeParam>& view : {parameter.value, parameter.gradient}) {
      EXPECT_THAT(view.flat(), Each(0)) << parameter.name;
      std::ranges::fill(view.flat(), next++);
    }
  }
}

TYPED_TEST(ParameterArenaTest, RowsAreAligned) {
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    for (const MatrixView<TypeParam>& view : {parameter.value, parameter.gradient}) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data()) % kRowAlignment, 0) << parameter.name;
      EXPECT_EQ(view.stride(), PaddedColumns<TypeParam>(view.cols())) << parameter.name;
    }
  }
}

TYPED_TEST(ParameterArenaTest, ViewsStayValidWhenTheArenaMoves) {
  const Parameter<TypeParam> W1 = this->arena_["W1"];
  W1.value(0, 0) = 1;
  const ParameterArena<TypeParam> moved = std::move(this->arena_);
  EXPECT_EQ(W1.value.data(), moved.values().data());
  EXPECT_EQ(moved["W1"].value(0, 0), 1);
}

TYPED_TEST(ParameterArenaTest, CanBeEmpty) {
  const ParameterArena<TypeParam> arena({});
  EXPECT_THAT(arena.values(), SizeIs(0));
  EXPECT_THAT(arena.parameters(), SizeIs(0));
}

TYPED_TEST(ParameterArenaTest, AnUnknownNameDies) {
  EXPECT_DEATH(this->arena_["W3"], "a parameter of that name");
}

}  // namespace
}  // namespace dlfs
