#include <signal.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::Lt;

struct Signal {
  std::string name;
  int number;
  int exit_status;
};

class InterruptTest : public testing::TestWithParam<Signal> {};

TEST_P(InterruptTest, WhatWasComputedIsWritten) {
  constexpr int kIterations = 10000000;
  const std::string directory = FreshDirectory();
  const std::string experiment = directory + "/optimizer_compare_mnist";
  RunningBinary program(
      {.program = FindRunfile("chapter6/optimizer_compare_mnist"),
       .arguments = {absl::StrCat("--iterations=", kIterations), "--hidden_sizes=5",
                     "--batch_size=1", "--optimizers=sgd,adam", "--threads=2",
                     "--output_dir=" + directory}});
  for (int i = 0; i < 10000 && !std::filesystem::exists(experiment + ".csv"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // of learning
  program.Send(GetParam().number);
  const Outcome outcome = program.Wait();

  EXPECT_EQ(outcome.exit_status, GetParam().exit_status);
  EXPECT_THAT(outcome.err, HasSubstr(absl::StrCat("stopped by signal ", GetParam().number)));
  EXPECT_TRUE(std::filesystem::exists(experiment + ".gp"));
  EXPECT_FALSE(std::filesystem::exists(experiment + ".svg"));

  const CsvTable losses = ReadCsv(experiment + ".csv");
  EXPECT_EQ(losses.header, "seed,optimizer,iteration,loss,smoothed_loss");
  std::map<std::string, int> iterations;
  for (const auto& row : losses.rows) ASSERT_EQ(Number(row[2]), iterations[row[1]]++);

  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  EXPECT_EQ(summary.header, "optimizer,iteration,mean,std");
  std::map<std::string, int> summarised;
  for (const auto& row : summary.rows) ASSERT_EQ(Number(row[1]), summarised[row[0]]++);

  EXPECT_FALSE(iterations.empty());
  for (const auto& [optimizer, count] : iterations) {
    EXPECT_THAT(count, Lt(kIterations));
    EXPECT_THAT(outcome.out, HasSubstr("\n" + optimizer + " "));
  }
  EXPECT_EQ(summarised, iterations);
}

INSTANTIATE_TEST_SUITE_P(All, InterruptTest,
                         testing::Values(Signal{"CtrlC", SIGINT, 130},
                                         Signal{"Kill", SIGTERM, 143}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
