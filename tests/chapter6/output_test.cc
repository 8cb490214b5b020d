// What the experiments write: tables, scripts, pictures, and where.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/isa.h"
#include "common/mean_and_std.h"
#include "common/runfiles.h"
#include "common/smooth_curve.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

const std::vector<std::string> kOptimizers = {"sgd", "momentum", "adagrad", "adam"};
constexpr size_t kIterations = 30;

// A program, and what it writes.
struct Program {
  std::string name;
  std::vector<std::string> tables;    // suffixes of <name>.csv
  std::vector<std::string> pictures;  // suffixes of <name>.<format>
};
const Program kMnist = {"optimizer_compare_mnist", {"", "_summary"}, {""}};
const Program kNaive = {
    "optimizer_compare_naive", {""}, {"", "_surface", "_gradient", "_together"}};

// A short run.
Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments) {
  Command command = {.program = FindRunfile("chapter6/" + program.name)};
  if (program.name == kMnist.name) {
    command.arguments = {absl::StrCat("--iterations=", kIterations), "--seeds=2", "--batch_size=32",
                         "--hidden_sizes=20,20"};
  }
  command.arguments.insert(command.arguments.end(), more_arguments.begin(), more_arguments.end());
  return command;
}

// Runs it without a figure in a new directory. -> <directory>/<name>
std::string Tables(const Program& program, std::vector<std::string> arguments = {}) {
  const std::string directory = FreshDirectory();
  arguments.insert(arguments.end(), {"--figure=none", "--output_dir=" + directory});
  const Outcome outcome = RunBinary(ShortRun(program, arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  return directory + "/" + program.name;
}

std::set<std::string> FilesIn(const std::string& directory) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    files.insert(entry.path().filename().string());
  }
  return files;
}

bool HasGnuplot() {
  return RunBinary({.program = "gnuplot", .arguments = {"-V"}}).exit_status == 0;
}

// --- Tables ---

TEST(TableTest, EveryLossOfEverySeedAndOptimizerOnMnist) {
  const CsvTable table = ReadCsv(Tables(kMnist) + ".csv");
  EXPECT_THAT(table.comments,
              ElementsAre("optimizer_compare_mnist", MatchesRegex("seed=0 seeds=2 isa=[a-z0-9]+"),
                          "optimizers=sgd momentum adagrad adam",
                          "learning_rates=0.01 0.01 0.01 0.001 learning_rate_decay=0",
                          "hidden=20,20 activation=relu init=he", "batch_size=32 iterations=30"));
  EXPECT_EQ(table.header, "seed,optimizer,iteration,loss,smoothed_loss");
  ASSERT_THAT(table.rows, SizeIs(2 * kOptimizers.size() * kIterations));
  auto row = table.rows.begin();
  for (const char* seed : {"0", "1"}) {
    for (const std::string& optimizer : kOptimizers) {
      std::vector<double> loss, smoothed_loss;
      for (size_t t = 0; t < kIterations; ++t, ++row) {
        ASSERT_THAT(std::vector(row->begin(), row->begin() + 3),
                    ElementsAre(seed, optimizer, absl::StrCat(t)));
        loss.push_back(Number((*row)[3]));
        smoothed_loss.push_back(Number((*row)[4]));
      }
      EXPECT_EQ(smoothed_loss, SmoothCurve(loss));
    }
  }
}

TEST(TableTest, SummaryOfTheSeedsOnMnist) {
  const std::string experiment = Tables(kMnist);
  const CsvTable runs = ReadCsv(experiment + ".csv");
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  EXPECT_EQ(summary.header, "optimizer,iteration,mean,std");
  const size_t rows_of_a_seed = kOptimizers.size() * kIterations;
  ASSERT_THAT(summary.rows, SizeIs(rows_of_a_seed));
  ASSERT_THAT(runs.rows, SizeIs(2 * rows_of_a_seed));
  for (size_t i = 0; i < rows_of_a_seed; ++i) {
    const auto& seed_0 = runs.rows[i];
    const auto& seed_1 = runs.rows[rows_of_a_seed + i];
    const MeanAndStd expected(std::vector{Number(seed_0[4]), Number(seed_1[4])});
    EXPECT_THAT(summary.rows[i], ElementsAre(seed_0[1], seed_0[2], testing::_, testing::_));
    EXPECT_EQ(Number(summary.rows[i][2]), expected.mean);
    EXPECT_EQ(Number(summary.rows[i][3]), expected.std);
  }
}

TEST(TableTest, EveryPointOfEveryPathOnF) {
  const CsvTable table = ReadCsv(Tables(kNaive) + ".csv");
  EXPECT_EQ(table.header, "optimizer,step,x,y");
  constexpr size_t kPoints = 30;
  ASSERT_THAT(table.rows, SizeIs(kOptimizers.size() * kPoints));
  auto row = table.rows.begin();
  for (const std::string& optimizer : kOptimizers) {
    for (size_t step = 0; step < kPoints; ++step, ++row) {
      ASSERT_EQ((*row)[0], optimizer);
      ASSERT_EQ((*row)[1], absl::StrCat(step));
    }
    EXPECT_THAT(*(row - kPoints), ElementsAre(optimizer, "0", "-7", "2"));
  }
  EXPECT_NEAR(Number(table.rows[kPoints - 1][2]), -0.38717458, 1e-8);
  EXPECT_NEAR(Number(table.rows[kPoints - 1][3]), -0.09420257, 1e-8);
}

class SameTablesTest : public testing::TestWithParam<Program> {};

TEST_P(SameTablesTest, WhenRunAgainOrOnAnyNumberOfThreads) {
  const std::string one_thread = Tables(GetParam(), {"--threads=1"});
  for (const char* threads : {"1", "2", "7"}) {
    const std::string experiment = Tables(GetParam(), {absl::StrCat("--threads=", threads)});
    for (const std::string& suffix : GetParam().tables) {
      EXPECT_EQ(ReadFile(experiment + suffix + ".csv"), ReadFile(one_thread + suffix + ".csv"));
    }
  }
}

TEST_P(SameTablesTest, OnEveryInstructionSetWithFma) {
  std::vector<std::string> experiments;
  for (Isa isa : SupportedIsas()) {
    if (HasFma(isa)) {
      experiments.push_back(Tables(GetParam(), {absl::StrCat("--isa=", IsaName(isa))}));
    }
  }
  if (experiments.size() < 2) GTEST_SKIP() << "this CPU has no two of them";
  for (const std::string& suffix : GetParam().tables) {
    const CsvTable first = ReadCsv(experiments[0] + suffix + ".csv");
    const CsvTable second = ReadCsv(experiments[1] + suffix + ".csv");
    EXPECT_NE(first.comments, second.comments) << "they name the instruction set";
    EXPECT_EQ(first.rows, second.rows);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SameTablesTest, testing::Values(kMnist, kNaive),
                         [](const auto& info) { return info.param.name; });

TEST(SeedTest, DecidesEveryRowOfItsOwn) {
  const auto both = ReadCsv(Tables(kMnist) + ".csv").rows;
  const auto second = ReadCsv(Tables(kMnist, {"--seed=1", "--seeds=1"}) + ".csv").rows;
  ASSERT_EQ(both.size(), 2 * second.size());
  for (size_t i = 0; i < second.size(); ++i) {
    EXPECT_EQ(both[second.size() + i], second[i]);
    EXPECT_NE(both[i][3], second[i][3]);
  }
}

// --- Figures ---

class FigureTest : public testing::TestWithParam<std::tuple<Program, std::string>> {
 protected:
  const Program& program() const { return std::get<0>(GetParam()); }
  const std::string& format() const { return std::get<1>(GetParam()); }

  void ExpectPictures(const std::string& directory) const {
    for (const std::string& suffix : program().pictures) {
      const std::string picture =
          absl::StrCat(directory, "/", program().name, suffix, ".", format());
      EXPECT_THAT(ReadFile(picture),
                  AnyOf(StartsWith("<?xml"), StartsWith("\x89PNG"), StartsWith("%PDF")));
      EXPECT_TRUE(fs::remove(picture)) << picture;
    }
  }
};

TEST_P(FigureTest, IsDrawnByTheProgramAndAgainByItsScript) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string directory = FreshDirectory() + "/a 'directory'";
  const Outcome drawn =
      RunBinary(ShortRun(program(), {"--figure=" + format(), "--output_dir=" + directory}));
  EXPECT_EQ(drawn.exit_status, 0);
  EXPECT_EQ(drawn.err, "") << "gnuplot warns";
  for (const std::string& file : FilesIn(directory)) {
    EXPECT_THAT(drawn.out, HasSubstr("\n  " + directory + "/" + file + "\n"));
  }
  ExpectPictures(directory);

  const Outcome again = RunBinary({.program = "gnuplot",
                                   .arguments = {program().name + ".gp"},
                                   .environment = {"LC_ALL=C.UTF-8"},
                                   .directory = directory});
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_EQ(again.out + again.err, "");
  ExpectPictures(directory);
}

INSTANTIATE_TEST_SUITE_P(All, FigureTest,
                         testing::Combine(testing::Values(kMnist, kNaive),
                                          testing::Values("svg", "png", "pdf")),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "_" + std::get<1>(info.param);
                         });

class WithoutPictureTest : public testing::TestWithParam<Program> {
 protected:
  // Every table, the script, and no picture.
  void ExpectOnlyTablesAndScript() const {
    std::vector<std::string> files = {GetParam().name + ".gp"};
    for (const std::string& suffix : GetParam().tables) {
      files.push_back(GetParam().name + suffix + ".csv");
    }
    EXPECT_THAT(FilesIn(directory_), UnorderedElementsAreArray(files));
  }

  Outcome Draw(const std::string& format, const std::vector<std::string>& environment = {}) const {
    Command command = ShortRun(GetParam(), {"--figure=" + format, "--output_dir=" + directory_});
    command.environment = environment;
    const Outcome outcome = RunBinary(command);
    EXPECT_EQ(outcome.exit_status, 0);
    return outcome;
  }

  const std::string directory_ = FreshDirectory();
};

TEST_P(WithoutPictureTest, TerminalDrawsOnStdout) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const Outcome outcome = Draw("terminal");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("+-----"));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\f'), GetParam().pictures.size());
  ExpectOnlyTablesAndScript();
}

TEST_P(WithoutPictureTest, NoneOnlyWritesTheScript) {
  const Outcome outcome = Draw("none");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, Not(HasSubstr("+-----")));
  ExpectOnlyTablesAndScript();
  EXPECT_THAT(ReadFile(directory_ + "/" + GetParam().name + ".gp"),
              HasSubstr("\nformat = \"svg\"\n"));
}

TEST_P(WithoutPictureTest, GnuplotIsNotInstalled) {
  EXPECT_EQ(Draw("svg", {"PATH=/nonexistent"}).err,
            absl::StrCat("gnuplot is not installed, so there is no figure; install it (apt-get "
                         "install gnuplot-nox) and draw it with: (cd '",
                         directory_, "' && gnuplot ", GetParam().name, ".gp)\n"));
  ExpectOnlyTablesAndScript();
}

TEST_P(WithoutPictureTest, GnuplotFails) {
  const std::string bin = FreshDirectory();
  WriteFile(bin + "/gnuplot", "#!/bin/sh\nexit 3\n");
  fs::permissions(bin + "/gnuplot", fs::perms::owner_all);
  const Outcome outcome = Draw("svg", {"PATH=" + bin + ":/usr/bin:/bin"});
  EXPECT_EQ(outcome.err,
            absl::StrCat("gnuplot failed (exit status 3), so the figure is missing or incomplete; "
                         "draw it again with: (cd '",
                         directory_, "' && gnuplot ", GetParam().name, ".gp)\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr(".svg")));
  ExpectOnlyTablesAndScript();
}

INSTANTIATE_TEST_SUITE_P(All, WithoutPictureTest, testing::Values(kMnist, kNaive),
                         [](const auto& info) { return info.param.name; });

// --- Where ---

struct Place {
  std::string name;
  std::vector<std::string> environment;  // %: a directory of its own for each test
  std::vector<std::string> arguments;
  std::string output_dir;  // below %
};

class PlaceTest : public testing::TestWithParam<Place> {};

TEST_P(PlaceTest, IsWhereTheUserExpectsIt) {
  const std::string directory = FreshDirectory();
  for (const char* subdirectory : {"/current", "/workspace", "/working"}) {
    fs::create_directory(directory + subdirectory);
  }
  Command command = ShortRun(kNaive, {"--figure=none"});
  command.directory = directory + "/current";
  for (const std::string& variable : GetParam().environment) {
    command.environment.push_back(absl::StrReplaceAll(variable, {{"%", directory}}));
  }
  for (const std::string& argument : GetParam().arguments) {
    command.arguments.push_back(absl::StrReplaceAll(argument, {{"%", directory}}));
  }
  EXPECT_EQ(RunBinary(command).exit_status, 0);

  std::vector<std::string> places;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".csv") {
      places.push_back(fs::relative(entry.path().parent_path(), directory).string());
    }
  }
  EXPECT_THAT(places, ElementsAre(GetParam().output_dir));
}

INSTANTIATE_TEST_SUITE_P(
    All, PlaceTest,
    testing::Values(
        Place{"Directly", {}, {}, "current/out"},
        Place{"BazelRun",
              {"BUILD_WORKSPACE_DIRECTORY=%/workspace", "BUILD_WORKING_DIRECTORY=%/working"},
              {},
              "workspace/out"},
        Place{"DirectlyWithADirectory", {}, {"--output_dir=a/b"}, "current/a/b"},
        Place{"BazelRunWithADirectory",
              {"BUILD_WORKSPACE_DIRECTORY=%/workspace", "BUILD_WORKING_DIRECTORY=%/working"},
              {"--output_dir=a/../b"},
              "working/b"},
        Place{"BazelRunWithAnAbsoluteDirectory",
              {"BUILD_WORKSPACE_DIRECTORY=%/workspace", "BUILD_WORKING_DIRECTORY=%/working"},
              {"--output_dir=%/elsewhere"},
              "elsewhere"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
