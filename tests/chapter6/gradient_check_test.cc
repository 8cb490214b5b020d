#include "chapter6/gradient_check.h"

#include <cmath>
#include <string>
#include <vector>

#include "common/experiment/experiment.h"
#include "gtest/gtest.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

// A small network, with an h so large that some of the differences cross the kink of a ReLU.
std::vector<CheckedParameter> Check(Kinks kinks) {
  Experiment experiment;
  experiment.threads = 2;
  return CheckGradients({.hidden = {8, 6}, .samples = 50, .h = 1e-2, .kinks = kinks},
                        RandomImages(50, 28, 28), 1, experiment)
      .value();
}

CheckedParameter Together(const std::vector<CheckedParameter>& parameters) {
  CheckedParameter all;
  for (const CheckedParameter& parameter : parameters) all.Add(parameter);
  return all;
}

TEST(CheckGradientsTest, ComparesEveryElementOfEachParameter) {
  std::vector<std::string> names;
  for (const CheckedParameter& parameter : Check(Kinks::kAvoid)) {
    EXPECT_EQ(parameter.elements, parameter.size) << parameter.name;
    names.push_back(parameter.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2",
                                             "beta2", "W3", "b3"}));
}

TEST(CheckGradientsTest, AvoidsKinksOrNot) {
  const CheckedParameter avoided = Together(Check(Kinks::kAvoid));
  const CheckedParameter ignored = Together(Check(Kinks::kIgnore));
  EXPECT_GT(avoided.at_kinks, 0);
  EXPECT_EQ(ignored.at_kinks, 0);
  EXPECT_LT(avoided.sum_of_differences, ignored.sum_of_differences / 100);
  EXPECT_LT(avoided.max_relative_error, 0.1);
  EXPECT_GT(ignored.max_relative_error, 1);
}

TEST(CheckedParameterTest, WhatIsNotANumberIsTheLargestError) {
  const CheckedParameter good = {.largest_gradient = 1, .max_relative_error = 2};
  const CheckedParameter bad = {.largest_gradient = NAN, .max_relative_error = NAN};
  for (const std::vector<CheckedParameter>& parameters :
       {std::vector{good, bad}, std::vector{bad, good}}) {
    EXPECT_TRUE(std::isnan(Together(parameters).largest_gradient));
    EXPECT_TRUE(std::isnan(Together(parameters).max_relative_error));
  }
  EXPECT_EQ(Together({good, {.max_relative_error = 1}}).max_relative_error, 2);
}

}  // namespace
}  // namespace dlfs
