// The scripts and pictures that the experiments write, and where.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/pictures.h"
#include "tests/files.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FigureTest : public testing::TestWithParam<std::tuple<Program, std::string>> {};

TEST_P(FigureTest, IsDrawnByTheProgramAndAgainByItsScript) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const auto& [program, format] = GetParam();
  const std::string directory = FreshDirectory() + "/a 'directory'";
  const Outcome drawn =
      RunWithoutProgress(ShortRun(program, {"--figure=" + format, "--output_dir=" + directory}));
  EXPECT_EQ(drawn.exit_status, 0);
  EXPECT_EQ(drawn.err, "") << "gnuplot warns";
  const std::set<std::string> pictures = Pictures(program, program.pictures, format);
  std::set<std::string> files = TablesAndScripts(program);
  files.insert(pictures.begin(), pictures.end());
  EXPECT_EQ(FilesIn(directory), files);
  EXPECT_EQ(FilesSaid(drawn.out, directory), files);
  ExpectPictures(directory, pictures);

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
                                          testing::Values("svg", "png", "pdf")),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "_" + std::get<1>(info.param);
                         });

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

INSTANTIATE_TEST_SUITE_P(All, WithoutPictureTest, testing::ValuesIn(Programs()), NameOf);

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
