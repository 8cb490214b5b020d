// The scripts and pictures that the experiments write, and where.
#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class FigureTest : public testing::TestWithParam<std::tuple<Program, std::string>> {};

TEST_P(FigureTest, IsDrawnByTheProgramAndAgainByItsScript) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const auto& [program, format] = GetParam();
  const std::string directory = FreshDirectory() + "/a 'directory'";
  const Outcome drawn =
      RunWithoutProgress(ShortRun(program, {"--figure=" + format, "--output_dir=" + directory}));
  EXPECT_EQ(drawn.exit_status, 0);
  EXPECT_THAT(drawn.err, MatchesRegex("([0-9]+ frames in animation sequence\n)*"))
      << "gnuplot warns";
  const std::set<std::string> pictures = Pictures(program, program.pictures, format);
  std::set<std::string> files = TablesAndScripts(program);
  files.insert(pictures.begin(), pictures.end());
  EXPECT_EQ(FilesIn(directory), files);
  EXPECT_EQ(FilesSaid(drawn.out, directory), files);
  ExpectPictures(directory, pictures);

  if (format != "svg") return;  // the script is the same
  for (const std::string& picture : pictures) fs::remove(directory + "/" + picture);
  for (const std::string& suffix : program.scripts) {
    const Outcome again = RunBinary({.program = "gnuplot",
                                     .arguments = {program.name + suffix + ".gp"},
                                     .environment = {"LC_ALL=C.UTF-8"},
                                     .directory = directory});
    EXPECT_EQ(again.exit_status, 0);
    EXPECT_EQ(again.out + again.err, "");
  }
  EXPECT_EQ(FilesIn(directory), files);
  ExpectPictures(directory, pictures);
}

INSTANTIATE_TEST_SUITE_P(All, FigureTest,
                         testing::Combine(testing::ValuesIn(Programs()),
                                          testing::Values("svg", "png", "pdf", "gif")),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "_" + std::get<1>(info.param);
                         });

// The pictures in a gif, each its palette and its compressed pixels (GIF89a, section 18 and on).
std::vector<std::string> Frames(const std::string& gif) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(gif.at(i)); };
  const auto palette = [&](size_t& i, unsigned flags) {
    const size_t size = (flags & 0x80) != 0 ? size_t{3} << ((flags & 7) + 1) : 0;
    i += size;
    return gif.substr(i - size, size);
  };
  const auto blocks = [&](size_t& i) {
    const size_t begin = i;
    while (byte(i) != 0) i += byte(i) + size_t{1};
    return gif.substr(begin, ++i - begin);
  };
  std::vector<std::string> frames;
  size_t i = 13;
  const std::string common_palette = palette(i, byte(10));
  while (byte(i) != ';') {
    if (byte(i) == '!') {
      i += 2;
      blocks(i);
    } else {
      EXPECT_EQ(byte(i), ',');
      i += 10;
      const std::string own_palette = palette(i, byte(i - 1));
      ++i;  // the size of a code
      frames.push_back((own_palette.empty() ? common_palette : own_palette) + blocks(i));
    }
  }
  return frames;
}

// A gif that moves, and how its script is edited to draw one picture, of the last time.
struct Motion {
  Program program;
  std::string suffix;  // of the picture
  std::vector<std::string> flags;
  std::vector<std::pair<std::string, std::string>> edits;
  size_t frames;  // before it stands still
};
void PrintTo(const Motion& motion, std::ostream* out) { *out << motion.program.name; }

class MotionTest : public testing::TestWithParam<Motion> {};

TEST_P(MotionTest, EndsWithTheStill) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string directory = FreshDirectory();
  std::vector<std::string> flags = GetParam().flags;
  flags.insert(flags.end(), {"--figure=gif", "--output_dir=" + directory});
  ASSERT_EQ(RunWithoutProgress(ShortRun(GetParam().program, flags)).exit_status, 0);
  const std::string path = absl::StrCat(directory, "/", GetParam().program.name, GetParam().suffix);
  const std::vector<std::string> moving = Frames(ReadFile(path + ".gif"));
  std::string script = ReadFile(path + ".gp");
  for (const auto& edit : GetParam().edits) {
    ASSERT_THAT(script, HasSubstr(edit.first));
    script = absl::StrReplaceAll(script, {edit});
  }
  WriteFile(path + ".gp", script);
  RunBinary({.program = "gnuplot", .arguments = {path + ".gp"}, .directory = directory});
  const std::vector<std::string> still = Frames(ReadFile(path + ".gif"));
  ASSERT_THAT(still, SizeIs(1));
  ASSERT_THAT(moving, SizeIs(GetParam().frames + 12));
  EXPECT_EQ(moving.back(), still[0]);
  EXPECT_EQ(moving[GetParam().frames - 1], still[0]);
  EXPECT_NE(moving[GetParam().frames - 2], still[0]);
}

INSTANTIATE_TEST_SUITE_P(
    All, MotionTest,
    testing::Values(Motion{kNaive,
                           "",
                           {"--points=9"},
                           {{"frames = format eq \"gif\"", "frames = 0"},
                            {"gif_options = \"animate", "# "}},
                           9},
                    Motion{kHistogram,
                           "_training",
                           {"--during_training", "--inits=xavier", "--iterations=4"},
                           {{"frames = format eq \"gif\" ? times + 12", "frames = 0 ? 0"},
                            {"gif_options = \"animate", "# "},
                            {"stills = '0 1 4'", "stills = '4'"}},
                           5}),
    [](const auto& motion) { return motion.param.program.name; });

class WithoutPictureTest : public testing::TestWithParam<Program> {
 protected:
  // Every table, the scripts, and no picture.
  void ExpectOnlyTablesAndScripts() const {
    EXPECT_EQ(FilesIn(directory_), TablesAndScripts(GetParam()));
  }

  Outcome Draw(const std::string& format, const std::vector<std::string>& environment = {}) const {
    Command command = ShortRun(GetParam(), {"--figure=" + format, "--output_dir=" + directory_});
    command.environment = environment;
    const Outcome outcome = RunWithoutProgress(command);
    EXPECT_EQ(outcome.exit_status, 0);
    return outcome;
  }

  // `message`, and how to draw the figure, for each of the scripts.
  std::string OfEachScript(const std::string& message) const {
    std::string lines;
    for (const std::string& suffix : GetParam().scripts) {
      absl::StrAppend(&lines, message, " with: (cd '", directory_, "' && gnuplot ", GetParam().name,
                      suffix, ".gp)\n");
    }
    return lines;
  }

  const std::string directory_ = FreshDirectory();
};

TEST_P(WithoutPictureTest, TerminalDrawsOnStdout) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const Outcome outcome = Draw("terminal");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("+--"));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\f'), GetParam().pictures.size());
  ExpectOnlyTablesAndScripts();
}

TEST_P(WithoutPictureTest, NoneOnlyWritesTheScript) {
  const Outcome outcome = Draw("none");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, Not(HasSubstr("+--")));
  ExpectOnlyTablesAndScripts();
  for (const std::string& suffix : GetParam().scripts) {
    EXPECT_THAT(ReadFile(absl::StrCat(directory_, "/", GetParam().name, suffix, ".gp")),
                HasSubstr("\nformat = 'svg'\n"));
  }
}

TEST_P(WithoutPictureTest, GnuplotIsNotInstalled) {
  EXPECT_EQ(Draw("svg", {"PATH=/nonexistent"}).err,
            OfEachScript("gnuplot is not installed, so there is no figure; install it (apt-get "
                         "install gnuplot-nox) and draw it"));
  ExpectOnlyTablesAndScripts();
}

TEST_P(WithoutPictureTest, GnuplotFails) {
  const std::string bin = FreshDirectory();
  WriteFile(bin + "/gnuplot", "#!/bin/sh\nexit 3\n");
  fs::permissions(bin + "/gnuplot", fs::perms::owner_all);
  const Outcome outcome = Draw("svg", {"PATH=" + bin + ":/usr/bin:/bin"});
  EXPECT_EQ(outcome.err,
            OfEachScript("gnuplot failed (exit status 3), so the figure is missing or incomplete; "
                         "draw it again"));
  EXPECT_THAT(outcome.out, Not(HasSubstr(".svg")));
  ExpectOnlyTablesAndScripts();
}

INSTANTIATE_TEST_SUITE_P(OneOfEachKind, WithoutPictureTest, testing::ValuesIn(OneOfEachKind()),
                         NameOf);

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

// --- Unusual settings ---

// Settings that are legal and unusual: their figures are drawn, too, and gnuplot says nothing.

struct Unusual {
  std::string name;
  Program program;
  std::vector<std::string> arguments;
  std::vector<std::string> pictures;  // suffixes
};
void PrintTo(const Unusual& unusual, std::ostream* out) { *out << unusual.name; }

class UnusualFigureTest : public testing::TestWithParam<Unusual> {};

TEST_P(UnusualFigureTest, IsDrawn) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string directory = FreshDirectory();
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.push_back("--output_dir=" + directory);
  const Outcome outcome = RunWithoutProgress(ShortRun(GetParam().program, arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  std::set<std::string> files = TablesAndScripts(GetParam().program);
  const std::set<std::string> pictures = Pictures(GetParam().program, GetParam().pictures, "svg");
  files.insert(pictures.begin(), pictures.end());
  EXPECT_EQ(FilesIn(directory), files);
  EXPECT_EQ(FilesSaid(outcome.out, directory), files);
  ExpectPictures(directory, pictures);
}

const std::vector<std::string> kTanhPictures = {"", "_tanh", "_tanh_gradient"};

INSTANTIATE_TEST_SUITE_P(
    OneOfEach, UnusualFigureTest,
    testing::Values(Unusual{"PointOnF", kNaive, {"--points=1"}, kNaive.pictures},
                    Unusual{"OptimizerOnF", kNaive, {"--optimizers=adam"}, kNaive.pictures},
                    Unusual{"Optimizer", kMnist, {"--optimizers=adam"}, {""}},
                    Unusual{"Path", kSurface, {"--optimizers=adam"}, {""}},
                    Unusual{"InitOfSymmetry", kSymmetry, {"--inits=he"}, {""}},
                    Unusual{"Init", kInitCompare, {"--inits=he"}, {""}},
                    Unusual{"Penalty", kWeightDecay, {"--penalties=l1=0.5"}, {"", "_test"}},
                    Unusual{"KindOfDropout", kDropout, {"--dropouts=inverted"}, kDropout.pictures},
                    Unusual{"Technique", kOverfit, {"--techniques=batch_norm"}, kOverfit.pictures},
                    Unusual{"InitStd", kBatchNorm, {"--init_std=0.05"}, {""}},
                    Unusual{"Activation", kHistogram, {"--activations=tanh"}, kTanhPictures},
                    Unusual{"Layer", kHistogram, {"--layers=1"}, kHistogram.pictures},
                    Unusual{"HiddenLayer", kSymmetry, {"--hidden_sizes=5"}, {""}},
                    Unusual{"Neuron", kSymmetry, {"--hidden_sizes=1,1"}, {""}},
                    Unusual{"SampleNodeAndBin",
                            kHistogram,
                            {"--samples=1", "--nodes=1", "--bins=1", "--seeds=1"},
                            kHistogram.pictures}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    All, UnusualFigureTest,
    testing::Values(
        Unusual{"TwoIterations", kInitCompare, {"--iterations=2", "--seeds=1"}, {""}},
        Unusual{"TwoIterationsOfSymmetry", kSymmetry, {"--iterations=2"}, {""}},
        Unusual{"TwoEpochs", kWeightDecay, {"--epochs=2"}, {"", "_test"}},
        Unusual{"TwoEpochsOfBatchNorm", kBatchNorm, {"--epochs=2"}, {"", "_one"}},
        Unusual{"InitStd0", kBatchNorm, {"--init_std=0"}, {""}},
        Unusual{"InitStd0Among3", kBatchNorm, {"--init_std=0,0.1,0.001"}, {"", "_one"}},
        Unusual{"The16InitStdsOfTheBook", kBatchNorm, {"--epochs=2", "--init_std="}, {"", "_one"}},
        Unusual{"DivergedNetworks",
                kBatchNorm,
                {"--init_std=1", "--hidden_sizes=100,100,100,100,100", "--epochs=3"},
                {""}},
        Unusual{"DivergedFromTheStart",
                kBatchNorm,
                {"--init_std=1234567,0.1", "--hidden_sizes=20,20,20,20"},
                {"", "_one"}},
        Unusual{"DivergedPath", kSurface, {"--learning_rate=sgd=1e30"}, {""}},
        Unusual{"HighPlaces", kSurface, {"--learning_rate=3"}, {""}},
        Unusual{"ShortPaths", kSurface, {"--learning_rate=1e-9"}, {""}},
        Unusual{"DivergedInits", kInitCompare, {"--inits=std=1e6"}, {""}},
        Unusual{"DivergedSymmetry", kSymmetry, {"--inits=std=1e6,he"}, {""}},
        Unusual{
            "NamesThatTheStyleDoesNotKnow", kInitCompare, {"--inits=std=0.5,constant=0.01"}, {""}},
        Unusual{"NamesThatTheStyleDoesNotKnowInTheHistogram",
                kHistogram,
                {"--inits=std=0.5,constant=0.01,glorot"},
                kHistogram.pictures},
        Unusual{"ZeroWeights", kHistogram, {"--inits=zero"}, kHistogram.pictures},
        Unusual{"HugeWeights", kHistogram, {"--inits=std=1e20"}, kHistogram.pictures},
        Unusual{"FivePenalties",
                kWeightDecay,
                {"--penalties=none,l2=0.1,l2=0.01,l1=0.01,l1=0.001"},
                {"", "_test"}},
        Unusual{"FourPenalties",
                kWeightDecay,
                {"--penalties=none,l2=0.1,l2=0.01,l1=0.01"},
                {"", "_test"}},
        Unusual{"FiveTechniques",
                kOverfit,
                {"--techniques=none,dropout,batch_norm,weight_decay,weight_decay+dropout"},
                kOverfit.pictures},
        Unusual{"NoHiddenLayer", kDropout, {"--hidden_sizes="}, kDropout.pictures},
        Unusual{
            "EvaluationsFarApart", kDropout, {"--evaluation_interval=1000"}, kDropout.pictures}),
    [](const auto& info) { return info.param.name; });

const std::vector<std::string> kOneEpoch = {"--epochs=1", "--seeds=1"};
const std::vector<std::string> kOneIteration = {"--iterations=1", "--seeds=1"};

INSTANTIATE_TEST_SUITE_P(
    Bugs, UnusualFigureTest,
    testing::Values(
        // empty x range [0:0]
        Unusual{"IterationOfTheOptimizers", kMnist, kOneIteration, {""}},
        Unusual{"IterationOfPaths", kSurface, kOneIteration, {""}},
        Unusual{"IterationOfSymmetry", kSymmetry, kOneIteration, {""}},
        Unusual{"IterationOfTheInits", kInitCompare, kOneIteration, {""}},
        Unusual{"EpochOfBatchNorm", kBatchNorm, kOneEpoch, {"", "_one"}},
        Unusual{"EpochOfWeightDecay", kWeightDecay, kOneEpoch, {"", "_test"}},
        Unusual{"EpochOfDropout", kDropout, kOneEpoch, kDropout.pictures},
        Unusual{"EpochOfOverfit", kOverfit, kOneEpoch, kOverfit.pictures},
        Unusual{"MethodOfSearches", kSearchCompare, {"--methods=halving", "--trials=1"}, {""}},
        Unusual{"BudgetsOfSearches", kSearchCompare, {"--trials=4,5,6,7,8", "--seeds=1"}, {""}},
        Unusual{"DivergedSearches", kSearchCompare, {"--learning_rate_range=1e10:1e20"}, {""}},
        // all points y value undefined
        Unusual{"DivergedWeightDecay", kWeightDecay, {"--penalties=l2=1e30"}, {"", "_test"}},
        // Trailing characters after numeric expression: "1e-05" + 0
        Unusual{"SmallInitStd", kBatchNorm, {"--init_std=0.1,0.00001"}, {"", "_one"}},
        Unusual{"SmallInitStdAlone", kBatchNorm, {"--init_std=1e-5"}, {""}},
        Unusual{"LargeInitStd", kBatchNorm, {"--init_std=1e6,0.1"}, {"", "_one"}}),
    [](const auto& info) { return info.param.name; });

const std::vector<std::string> kOneRound = {"", "_map"};

std::vector<Unusual> Searches() {
  return {{"Trial", kSearch, {"--trials=1", "--rounds=1"}, kOneRound},
          {"TrialInEachRound", kSearch, {"--trials=1"}, kSearch.pictures},
          {"TwoTrials", kSearch, {"--trials=2", "--rounds=1", "--seeds=1"}, kOneRound},
          {"MoreTrialsThanPanels", kSearch, {"--trials=30", "--seeds=1"}, kSearch.pictures},
          {"DivergedTrials",
           kSearch,
           {"--learning_rate_range=1e10:1e20", "--epochs=5", "--trials=10"},
           kSearch.pictures},
          {"DivergedTrialsAmongOthers",
           kSearch,
           {"--learning_rate_range=1e-3:1e20", "--epochs=5", "--trials=10"},
           kSearch.pictures},
          {"EpochOfTrials", kSearch, {"--epochs=1"}, kSearch.pictures},
          {"UniformScale", kSearch, {"--scale=uniform", "--trials=10"}, kSearch.pictures},
          {"UniformScaleFrom0",
           kSearch,
           {"--scale=uniform", "--learning_rate_range=0:0.1", "--weight_decay_range=0:1"},
           kSearch.pictures},
          {"ThreeRounds", kSearch, {"--rounds=3", "--trials=10"}, kSearch.pictures},
          {"EightRounds", kSearch, {"--rounds=8"}, kSearch.pictures},
          {"Grid", kSearch, {"--method=grid", "--trials=16"}, kSearch.pictures},
          {"Halving", kSearch, {"--method=halving", "--rounds=1"}, kOneRound},
          {"Bayesian", kSearch, {"--method=bayesian", "--rounds=1"}, kOneRound},
          {"PointOfAGrid", kSearch, {"--method=grid", "--trials=1", "--rounds=1"}, kOneRound},
          {"NarrowRange", kSearch, {"--learning_rate_range=0.01:0.0100001"}, kSearch.pictures},
          {"LargeSeed", kSearch, {"--seed=18446744073709551614", "--trials=10"}, kSearch.pictures}};
}

INSTANTIATE_TEST_SUITE_P(Searches, UnusualFigureTest, testing::ValuesIn(Searches()),
                         [](const auto& info) { return info.param.name; });

class TerminalSearchTest : public testing::TestWithParam<Unusual> {};

TEST_P(TerminalSearchTest, IsDrawn) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.insert(arguments.end(), {"--figure=terminal", "--output_dir=" + FreshDirectory()});
  const Outcome outcome = RunWithoutProgress(ShortRun(kSearch, arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(std::ranges::count(outcome.out, '\f'), GetParam().pictures.size());
}

INSTANTIATE_TEST_SUITE_P(All, TerminalSearchTest, testing::ValuesIn(Searches()),
                         [](const auto& info) { return info.param.name; });

TEST(TerminalTest, DrawsTheLossSurface) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const Outcome outcome = RunWithoutProgress(
      ShortRun(kSurface, {"--figure=terminal", "--output_dir=" + FreshDirectory()}));
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("+--"));
  EXPECT_THAT(outcome.out, HasSubstr("Adam: loss "));
}

TEST(TerminalTest, DrawsTheHistogramOfTheBook) {
  const Outcome outcome = RunWithoutProgress(
      ShortRun(kHistogram, {"--inits=std=1,std=0.01,xavier,he", "--layers=5", "--figure=terminal",
                            "--output_dir=" + FreshDirectory()}));
  EXPECT_EQ(outcome.err, "");  // difficulty fitting plot titles into key
}

// With 11 inits, 20 layers and 1000 bins gnuplot would read 29 MB for each of 1320 panels.
TEST(ManyPanelsTest, DoNotReadTheTableEach) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string directory = FreshDirectory(),
                    table = directory + "/" + kHistogram.name + ".csv";
  ASSERT_EQ(
      RunExperiment(kHistogram.name,
                    {"--activations=sigmoid", "--inits=he,xavier", "--layers=20", "--bins=1000",
                     "--samples=2", "--nodes=2", "--figure=none", "--output_dir=" + directory})
          .exit_status,
      0);
  // What the shell has read, and the programs that it has waited for.
  const Outcome outcome = RunBinary(
      {.program = "sh",
       .arguments = {"-c", "gnuplot $0.gp; sed -n 's/^rchar: //p' /proc/$$/io", kHistogram.name},
       .directory = directory});
  double bytes;
  if (!absl::SimpleAtod(outcome.out, &bytes)) GTEST_SKIP() << "this system does not count";
  ExpectPictures(directory, Pictures(kHistogram, {"", "_sigmoid", "_sigmoid_gradient"}, "svg"));
  EXPECT_LT(bytes, 10 * static_cast<double>(std::filesystem::file_size(table)));
}

TEST(WithoutAdamTest, NothingOfItIsWritten) {
  for (const Program& program : {kDropout, kOverfit}) {
    const std::string directory =
        std::filesystem::path(Tables(program, {"--nowith_adam"})).parent_path();
    EXPECT_EQ(FilesIn(directory),
              (std::set<std::string>{program.name + ".csv", program.name + "_summary.csv",
                                     program.name + ".gp"}));
  }
}

}  // namespace
}  // namespace dlfs
