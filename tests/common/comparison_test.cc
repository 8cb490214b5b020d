#include "common/experiment/comparison.h"

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/smooth_curve.h"
#include "common/experiment/table_cell.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointwise;
using ::testing::SizeIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Two seeds and two methods, "a" and "b".
class ComparisonTest : public testing::Test {
 protected:
  ComparisonTest() {
    experiment_.name = "letters";
    experiment_.output_dir = FreshDirectory();
    experiment_.seed = 7;
    experiment_.seeds = 2;
    experiment_.threads = 2;
    experiment_.configuration = {"n=1"};
  }

  static ComparisonOptions Options(Recorded recorded) {
    return {.columns = {"letter", "number"},
            .methods = {{"a", "1"}, {"b", "2"}},
            .recorded = recorded,
            .iterations = 2};
  }

  // -> what is printed
  std::string ForEach(Comparison& comparison, const std::function<void(dlfs::Run&)>& train) {
    testing::internal::CaptureStdout();
    EXPECT_TRUE(comparison.ForEach(train).ok());
    return testing::internal::GetCapturedStdout();
  }

  std::string Compare(Recorded recorded, const std::function<void(dlfs::Run&)>& train) {
    Comparison comparison(experiment_, Options(recorded));
    return ForEach(comparison, train);
  }

  // A table without its comments.
  std::string Table(const std::string& suffix) const {
    std::string rows;
    for (const absl::string_view line :
         absl::StrSplit(ReadFile(experiment_.Path(suffix + ".csv")), '\n', absl::SkipEmpty())) {
      if (line[0] != '#') absl::StrAppend(&rows, line, "\n");
    }
    return rows;
  }

  Experiment experiment_;
};

// 10, 20, 11, 21 for seeds 7, 8 and methods 0, 1.
double Number(const dlfs::Run& run) {
  return 10 * (1.0 + static_cast<double>(run.method())) + static_cast<double>(run.seed() - 7);
}

TEST_F(ComparisonTest, WritesTheAccuraciesOfEachSeedAndMethodAndTheirMeans) {
  const std::string out = Compare(Recorded::kTrainTestAccuracy, [](dlfs::Run& run) {
    EXPECT_EQ(run.recorded(), 0);
    run.Record(0, Number(run), 0.5);
    run.Record(3, 1, Number(run));
    EXPECT_EQ(run.recorded(), 2);
  });
  EXPECT_EQ(Table(""),
            "seed,letter,number,epoch,train_accuracy,test_accuracy\n"
            "7,a,1,0,10,0.5\n7,a,1,3,1,10\n7,b,2,0,20,0.5\n7,b,2,3,1,20\n"
            "8,a,1,0,11,0.5\n8,a,1,3,1,11\n8,b,2,0,21,0.5\n8,b,2,3,1,21\n");
  EXPECT_EQ(Table("_summary"),
            "letter,number,epoch,train_mean,train_std,test_mean,test_std,diverged\n"
            "a,1,0,10.5,0.7071067811865476,0.5,0,0\na,1,3,1,0,10.5,0.7071067811865476,0\n"
            "b,2,0,20.5,0.7071067811865476,0.5,0,0\nb,2,3,1,0,20.5,0.7071067811865476,0\n");
  EXPECT_THAT(out, testing::StartsWith("n=1\n\n"));
  EXPECT_THAT(out, HasSubstr("4 networks on 2 threads in "));
  EXPECT_THAT(experiment_.written(),
              ElementsAre(experiment_.Path(".csv"), experiment_.Path("_summary.csv")));
}

TEST_F(ComparisonTest, WritesLossesAndSmoothedOnes) {
  Compare(Recorded::kLoss, [](dlfs::Run& run) {
    for (int t = 0; t < 3; ++t) run.Record(t, Number(run) * t);
  });
  std::string expected = "seed,letter,number,iteration,loss,smoothed_loss\n";
  for (const auto& [start, factor] : {std::pair("7,a,1,", 10.0), std::pair("7,b,2,", 20.0),
                                      std::pair("8,a,1,", 11.0), std::pair("8,b,2,", 21.0)}) {
    const std::vector<double> smoothed = SmoothCurve(std::vector<double>{0, factor, 2 * factor});
    for (int t = 0; t < 3; ++t) {
      absl::StrAppend(&expected, start, t, ",", factor * t, ",", ShortestDecimal(smoothed[t]),
                      "\n");
    }
  }
  EXPECT_EQ(Table(""), expected);
  EXPECT_THAT(Table("_summary"), testing::StartsWith("letter,number,iteration,mean,std\na,1,0,"));
}

TEST_F(ComparisonTest, SaysWhichNetworksHaveDiverged) {
  const auto diverge = [](dlfs::Run& run) {
    const bool diverges = run.method() == 1 && run.seed() == 8;
    run.Record(0, 0.5);
    run.Record(4, diverges ? kNan : 0.5);
    run.Record(8, diverges ? kNan : 0.5);
  };
  std::string out = Compare(Recorded::kTrainAccuracy, diverge);
  EXPECT_THAT(out, HasSubstr("Diverged: seed 8, letter=b number=2: before the end of epoch 4\n"));
  EXPECT_THAT(out, Not(HasSubstr("seed 7")));
  EXPECT_THAT(Table(""), HasSubstr("8,b,2,0,0.5,0\n8,b,2,4,nan,1\n"));
  EXPECT_THAT(Table("_summary"), HasSubstr("a,1,4,0.5,0,nan,nan,0\n"));
  EXPECT_THAT(Table("_summary"), HasSubstr("b,2,4,nan,nan,nan,nan,1\n"));

  experiment_.name = "losses";
  out = Compare(Recorded::kLoss, diverge);
  EXPECT_THAT(out, HasSubstr("Diverged: seed 8, letter=b number=2: in iteration 4\n"));
}

// Infinite is not finite, and what comes back is diverged all the same.
TEST_F(ComparisonTest, DivergesWithTheFirstValueThatIsNotFinite) {
  const std::string out = Compare(Recorded::kLoss, [](dlfs::Run& run) {
    run.Record(0, 1);
    run.Record(1, std::numeric_limits<double>::infinity());
    run.Record(2, kNan);
  });
  EXPECT_THAT(out, HasSubstr("Diverged: seed 7, letter=a number=1: in iteration 1\n"));
}

TEST_F(ComparisonTest, CurvesAreThoseOfTheFirstSeedFirst) {
  Comparison comparison(experiment_, Options(Recorded::kTrainTestAccuracy));
  std::vector<size_t> indices;
  testing::internal::CaptureStdout();
  const absl::Status status = comparison.ForEach(
      [](dlfs::Run& run) {
        run.Record(0, 0, 0);
        run.Record(1, Number(run), -Number(run));
        run.Result("twice", 2 * Number(run));
      },
      [&](const Curve& curve) {
        indices.push_back(comparison.IndexOf(curve));
        return absl::OkStatus();
      });
  testing::internal::GetCapturedStdout();
  EXPECT_TRUE(status.ok());
  EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(comparison.LastTrain(0), ElementsAre(10, 11));
  EXPECT_THAT(comparison.LastTest(1), ElementsAre(-20, -21));
  EXPECT_THAT(comparison.Over(1, [](const Curve& c) { return c.results.at("twice"); }),
              ElementsAre(40, 42));
  EXPECT_EQ(comparison.curves()[1].seed, 7);
  EXPECT_EQ(comparison.curves()[1].method, 1);
}

TEST_F(ComparisonTest, WhatTheRestOfARunCannotWriteEndsIt) {
  Comparison comparison(experiment_, Options(Recorded::kTrainAccuracy));
  testing::internal::CaptureStdout();
  const absl::Status status = comparison.ForEach(
      [](dlfs::Run& run) { run.Record(0, 0); },
      [](const Curve& curve) {
        return curve.method == 0 ? absl::OkStatus() : absl::InternalError("full");
      });
  testing::internal::GetCapturedStdout();
  EXPECT_EQ(status, absl::InternalError("full"));
  EXPECT_THAT(Table(""), HasSubstr("7,a,1,0,0,0\n"));
}

// The summary goes as far as all of a method's runs came; those that have not begun are left out.
TEST_F(ComparisonTest, AfterAnInterruptTheSummaryHasWhatAllRunsHave) {
  Comparison comparison(experiment_, Options(Recorded::kTrainAccuracy));
  const std::string out = ForEach(comparison, [](dlfs::Run& run) {
    if (run.method() == 1 && run.seed() == 8) return;
    for (int t = 0; t < (run.seed() == 7 ? 2 : 1); ++t) run.Record(t, 0.5);
  });
  EXPECT_EQ(Table("_summary"),
            "letter,number,epoch,train_mean,train_std,test_mean,test_std,diverged\n"
            "a,1,0,0.5,0,nan,nan,0\nb,2,0,0.5,0,nan,nan,0\nb,2,1,0.5,0,nan,nan,0\n");
  EXPECT_THAT(comparison.LastTrain(1), ElementsAre(0.5));
  EXPECT_THAT(out, Not(HasSubstr("Stopped early")));

  experiment_.name = "stopped";
  const StopRequest stop;
  EXPECT_THAT(ForEach(comparison, [](dlfs::Run&) {}),
              HasSubstr("Stopped early: not all networks are trained.\n"));
}

TEST_F(ComparisonTest, PrintsLossesAccuraciesAndSpeeds) {
  Comparison comparison(experiment_, Options(Recorded::kLoss));
  ForEach(comparison, [](dlfs::Run& run) {
    const int iterations = run.method() == 0 ? 502 : 500;
    for ([[maybe_unused]] const int64_t t : run.Iterations(iterations)) run.Record(t, 0.25);
    run.Result("test accuracy", run.seed() == 7 ? 0.5 : 0.75);
    run.set_flops_per_iteration(3e9);
  });
  EXPECT_EQ(comparison.curves()[0].flops, 502 * 3e9);
  EXPECT_EQ(comparison.curves()[1].flops, 500 * 3e9);
  EXPECT_GT(comparison.curves()[0].seconds, 0);
  testing::internal::CaptureStdout();
  comparison.PrintLosses();
  const std::string out = testing::internal::GetCapturedStdout();
  EXPECT_THAT(out, testing::ContainsRegex(
                       "letter +loss at 500 +at the end +test accuracy +seconds +GFLOP/s\n"
                       "a +0.2500 ± 0.0000 +0.2500 ± 0.0000 +0.6250 ± 0.1768 +[0-9.]+ +[0-9.]+\n"
                       "b +- +0.2500 ± 0.0000 +0.6250 ± 0.1768 +[0-9.]+ +[0-9.]+\n\n"
                       "All networks together: [0-9.]+ GFLOP/s\n"));
}

TEST_F(ComparisonTest, AnEvaluationThatWasStoppedLeavesNoTrace) {
  Compare(Recorded::kTrainTestAccuracy, [](dlfs::Run& run) {
    run.Record(0, 0.25, 0.5);
    run.Record(1, 0.25, std::nullopt);
    run.Record(2, std::nullopt, 0.5);
    EXPECT_EQ(run.recorded(), 1);
  });
  EXPECT_EQ(Table(""),
            "seed,letter,number,epoch,train_accuracy,test_accuracy\n"
            "7,a,1,0,0.25,0.5\n7,b,2,0,0.25,0.5\n8,a,1,0,0.25,0.5\n8,b,2,0,0.25,0.5\n");

  experiment_.name = "losses";
  Comparison comparison(experiment_, Options(Recorded::kLoss));
  ForEach(comparison, [](dlfs::Run& run) {
    run.Record(0, 0.25);
    const bool stopped = run.method() == 1 || run.seed() == 8;
    run.Result("test accuracy", stopped ? std::nullopt : std::optional(0.5));
  });
  testing::internal::CaptureStdout();
  comparison.PrintLosses();
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::ContainsRegex("\na +- +0.2500 ± 0.0000 +0.5000 .*"
                                     "\nb +- +0.2500 ± 0.0000 +- +[0-9.]+ "));
}

TEST_F(ComparisonTest, TheFigureKnowsMethodsAndWhichOfThemDiverged) {
  Comparison comparison(experiment_, Options(Recorded::kLoss));
  ForEach(comparison, [](dlfs::Run& run) { run.Record(0, run.method() == 1 ? kNan : 1); });
  ASSERT_TRUE(comparison.DrawLosses({{"figure_title", "Letters"}}).ok());
  const std::string script = ReadFile(experiment_.Path(".gp"));
  EXPECT_THAT(script, HasSubstr("\nmethods = 'a b'\ndiverged = 'b b '\niterations = 2\n"
                                "marker_interval = 1\nfigure_title = 'Letters'\n"));
}

// --- Smoothed curves ---

TEST(SmoothCurve, IsTheBooks) {
  std::vector<double> raw, smoothed;
  for (const golden::Row& row : golden::Read("smooth_curve.csv")) {
    raw.push_back(golden::Number(row, "raw"));
    smoothed.push_back(golden::Number(row, "smoothed"));
  }
  EXPECT_THAT(SmoothCurve(raw), Pointwise(DoubleNear(1e-12), smoothed));
}

TEST(SmoothCurve, AShortCurveStaysAsItIs) {
  for (size_t size = 0; size < 11; ++size) {
    std::vector<double> curve(size, 0);
    if (size > 0) curve.back() = 1;
    EXPECT_EQ(SmoothCurve(curve), curve);
  }
}

TEST(SmoothCurve, AConstantStaysAsItIs) {
  for (size_t size = 11; size < 30; ++size) {
    EXPECT_THAT(SmoothCurve(std::vector<double>(size, 3)),
                testing::AllOf(SizeIs(size), Each(DoubleNear(3, 1e-14))));
  }
}

// The shortest curve that is smoothed, with one peak: its end is continued with the last value, its
// start without the first.
TEST(SmoothCurve, EndsAreContinuedDifferently) {
  std::vector<double> peak_at_start(11, 0), peak_at_end(11, 0);
  peak_at_start.front() = 1;
  peak_at_end.back() = 1;
  const std::vector<double> start = SmoothCurve(peak_at_start), end = SmoothCurve(peak_at_end);
  EXPECT_GT(end[10], 1.9 * start[0]);
  EXPECT_GT(end[5], 0);
  EXPECT_EQ(end[5], start[5]);
  EXPECT_EQ(end[4], 0);
}

TEST(SmoothCurve, NanSpreadsAsFarAsTheWindow) {
  std::vector<double> curve(31, 1);
  curve[15] = std::nan("");
  const std::vector<double> smoothed = SmoothCurve(curve);
  for (size_t i = 0; i < smoothed.size(); ++i) {
    EXPECT_EQ(std::isnan(smoothed[i]), i >= 10 && i <= 20) << i;
  }
}

// --- Mean and standard deviation ---

TEST(MeanAndStd, DividesByNMinus1) {
  const MeanAndStd of(std::vector<double>{1, 2, 3, 6});
  EXPECT_DOUBLE_EQ(of.mean, 3);
  EXPECT_DOUBLE_EQ(of.std, std::sqrt(14.0 / 3));
}

TEST(MeanAndStd, OfOneValueHasNoSpread) {
  const MeanAndStd of(std::vector<double>{5});
  EXPECT_EQ(of.mean, 5);
  EXPECT_EQ(of.std, 0);
}

TEST(MeanAndStd, ALargeMeanDoesNotDrownTheSpread) {
  EXPECT_DOUBLE_EQ(MeanAndStd(std::vector<double>{1e9 - 1, 1e9, 1e9 + 1}).std, 1);
}

TEST(MeanAndStd, NanGoesThrough) {
  const MeanAndStd of(std::vector<double>{1, std::nan(""), 2});
  EXPECT_THAT(of.mean, testing::IsNan());
  EXPECT_THAT(of.std, testing::IsNan());
}

TEST(TableCell, HoldsMeanAndSpreadOrAOnlyValueOrThatThereIsNone) {
  EXPECT_EQ(TableCell(std::vector<double>{0.25, 0.75, 0.5}), " 0.5000 ± 0.2500");
  EXPECT_EQ(TableCell(std::vector<double>{0.5, 0.5}), " 0.5000 ± 0.0000");
  EXPECT_EQ(TableCell(std::vector<double>{0.91234}), "          0.9123");
  EXPECT_EQ(TableCell(std::vector<double>{std::nan("")}), "        diverged");
  EXPECT_EQ(TableCell(std::vector<double>{}), "               -");
  EXPECT_EQ(TableCell(std::vector<double>{INFINITY}), "        diverged");
  EXPECT_EQ(TableCell(std::vector<double>{0.25, std::nan(""), 0.5}), " 1 of 3 diverged");
  EXPECT_EQ(TableCell(std::vector<double>{-INFINITY, std::nan("")}), " 2 of 2 diverged");
}

TEST(TableCell, Is16ColumnsWide) {
  for (const auto& values :
       std::vector<std::vector<double>>{{0.5, 0.25}, {0}, {1}, {1, 1}, {std::nan("")}}) {
    std::string cell = TableCell(values);
    std::erase_if(cell, [](unsigned char c) { return (c & 0xc0) == 0x80; });  // the rest of a ±
    EXPECT_EQ(cell.size(), 16) << cell;
  }
}

}  // namespace
}  // namespace dlfs
