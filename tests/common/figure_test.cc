#include "common/experiment/figure.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/experiment/interrupt.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

namespace fs = std::filesystem;

// The value of an environment variable, until the end of the scope.
class ScopedEnvironment {
 public:
  ScopedEnvironment(const char* name, const std::string& value) : name_(name) {
    if (const char* before = getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~ScopedEnvironment() {
    if (before_.has_value()) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* const name_;
  std::optional<std::string> before_;
};

class FigureTest : public testing::Test {
 protected:
  FigureTest() {
    fs::remove_all(directory_);
    fs::create_directory(directory_);
    setenv("XDG_CACHE_HOME", directory_.c_str(), 1);  // fontconfig warns where it cannot write
  }

  void WriteScript(FigureFormat format = FigureFormat::kSvg) {
    const FigureCommands commands("line", commands_);
    const absl::StatusOr<std::string> path = WriteFigureScript(script_, format, directory_);
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_EQ(*path, directory_ + "/line.gp");
  }

  absl::StatusOr<std::vector<std::string>> Draw(FigureFormat format = FigureFormat::kSvg) {
    WriteScript(format);
    return DrawFigure(script_, format, directory_);
  }

  const std::string directory_ = testing::TempDir() + "/figure test";
  std::string commands_ = "eval picture('', 200, 100)\nplot x\n";
  FigureScript script_ = {.name = "line", .definitions = {}};
};

TEST(FigureFormat, NamesAreKnown) {
  EXPECT_EQ(*FigureFormatFromName("svg"), FigureFormat::kSvg);
  EXPECT_EQ(*FigureFormatFromName("png"), FigureFormat::kPng);
  EXPECT_EQ(*FigureFormatFromName("pdf"), FigureFormat::kPdf);
  EXPECT_EQ(*FigureFormatFromName("terminal"), FigureFormat::kTerminal);
  EXPECT_EQ(*FigureFormatFromName("none"), FigureFormat::kNone);
}

TEST(FigureFormat, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  const absl::Status status = FigureFormatFromName("jpeg").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("svg, png, pdf, terminal, none"), HasSubstr("'jpeg'")));
}

TEST_F(FigureTest, TheScriptSaysHowToDrawIt) {
  WriteScript(FigureFormat::kPng);
  EXPECT_THAT(
      ReadFile(directory_ + "/line.gp"),
      AllOf(StartsWith("# Draw it (again) with: gnuplot line.gp\n"), HasSubstr("format = 'png'\n"),
            HasSubstr("experiment = 'line'\n"), HasSubstr(commands_)));
}

TEST_F(FigureTest, WithoutAFigureTheScriptIsForSvg) {
  WriteScript(FigureFormat::kNone);
  EXPECT_THAT(ReadFile(directory_ + "/line.gp"), HasSubstr("format = 'svg'\n"));
}

TEST_F(FigureTest, TheCommandsAreThoseOfTheExperimentThatTheNameGoesOnFrom) {
  const FigureCommands line("line", "# of line\n"), lines("lines", "# of lines\n");
  for (const auto& [name, commands] :
       {std::pair("line", "# of line\n"), std::pair("line_adam", "# of line\n"),
        std::pair("lines", "# of lines\n"), std::pair("line2", "\n"), std::pair("abc", "\n")}) {
    script_.name = name;
    const auto path = WriteFigureScript(script_, FigureFormat::kSvg, directory_);
    EXPECT_THAT(ReadFile(path.value()), testing::EndsWith(commands)) << name;
  }
}

TEST_F(FigureTest, AMissingDirectoryIsAnErrorThatNamesThePath) {
  const std::string missing = directory_ + "/missing";
  const absl::Status status = WriteFigureScript(script_, FigureFormat::kSvg, missing).status();
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(missing + "/line.gp"), HasSubstr("No such file or directory")));
}

TEST_F(FigureTest, WithoutGnuplotTheErrorSaysSo) {
  WriteScript();
  const ScopedEnvironment path("PATH", directory_);
  const absl::Status status = DrawFigure(script_, FigureFormat::kSvg, directory_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("gnuplot is not installed"), HasSubstr("gnuplot line.gp")));
}

// A program called gnuplot that never comes to an end.
class HangingGnuplotTest : public FigureTest {
 protected:
  HangingGnuplotTest() {
    WriteFile(directory_ + "/gnuplot", "#!/bin/sh\nexec sleep 1000\n");
    fs::permissions(directory_ + "/gnuplot", fs::perms::owner_all);
    WriteScript();
  }

  std::string Error(std::chrono::seconds patience) {
    const ScopedEnvironment path("PATH", directory_ + ":" + getenv("PATH"));
    const auto start = std::chrono::steady_clock::now();
    const absl::Status status =
        DrawFigure(script_, FigureFormat::kSvg, directory_, patience).status();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
    return std::string(status.message());
  }
};

TEST_F(HangingGnuplotTest, IsKilledWhenPatienceEnds) {
  EXPECT_THAT(Error(std::chrono::seconds(1)),
              AllOf(HasSubstr("gnuplot failed (still running after 1 seconds), so the figure is"),
                    HasSubstr("gnuplot line.gp")));
}

TEST_F(HangingGnuplotTest, IsKilledWhenAskedToStop) {
  const StopRequest stop;
  EXPECT_THAT(Error(std::chrono::seconds(1000)), HasSubstr("gnuplot failed (stopped)"));
}

// What is drawn needs the real gnuplot.
class DrawFigureTest : public FigureTest {
 protected:
  void SetUp() override {
    if (std::system("command -v gnuplot >/dev/null") != 0) GTEST_SKIP() << "without gnuplot";
  }
};

TEST_F(DrawFigureTest, DrawsAPicture) {
  const auto pictures = Draw();
  ASSERT_TRUE(pictures.ok()) << pictures.status();
  EXPECT_THAT(*pictures, ElementsAre(directory_ + "/line.svg"));
  EXPECT_THAT(ReadFile(pictures->front()), HasSubstr("<svg"));
}

TEST_F(DrawFigureTest, DrawsAPictureForEachSuffix) {
  script_.pictures = {"", "_again"};
  commands_ += "eval picture('_again', 200, 100)\nreplot\n";
  const auto pictures = Draw(FigureFormat::kPng);
  ASSERT_TRUE(pictures.ok()) << pictures.status();
  EXPECT_THAT(*pictures, ElementsAre(directory_ + "/line.png", directory_ + "/line_again.png"));
  for (const std::string& path : *pictures) EXPECT_THAT(ReadFile(path), StartsWith("\x89PNG"));
}

TEST_F(DrawFigureTest, TheTerminalGetsNoFile) {
  testing::internal::CaptureStdout();
  const auto pictures = Draw(FigureFormat::kTerminal);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("+----"));
  ASSERT_TRUE(pictures.ok()) << pictures.status();
  EXPECT_THAT(*pictures, IsEmpty());
}

// gnuplot prints what it understood.
TEST_F(DrawFigureTest, DefinitionsKeepEveryCharacter) {
  const std::string value = "it's 100 % \"quoted\", \\n, $HOME, `echo run` and \u03b1 # \\";
  script_.definitions = {{"before", 1.5}, {"text", value}, {"after", "2"}};
  commands_ = "set print 'printed'\nprint sprintf('%g', before).text.after\n";
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"), "1.5" + value + "2\n");
}

TEST_F(DrawFigureTest, OnlyFiltersTheRowsOfATable) {
  std::ofstream(directory_ + "/table.csv") << "# a comment\nname,x\nSGD,1\nAdam,2\nSGD,4\n";
  commands_ =
      "stats 'table.csv' skip 1 using (only(1, 'SGD', $2)) nooutput\n"
      "set print 'printed'\n"
      "print STATS_records, STATS_sum\n";
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"), "2 5.0\n");
}

// In the C locale, which containers have, it would of UTF-8.
TEST_F(DrawFigureTest, GnuplotWarnsOfNothing) {
  const ScopedEnvironment locale("LC_ALL", "C");
  testing::internal::CaptureStderr();
  const auto pictures = Draw();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(pictures.ok()) << pictures.status();
}

TEST_F(DrawFigureTest, AnErrorOfGnuplotSaysHowToDrawItLater) {
  commands_ = "plot 'no_such_table.csv'\n";
  testing::internal::CaptureStderr();
  const absl::Status status = Draw().status();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("no_such_table.csv"));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("gnuplot failed (exit status 1)"), HasSubstr("gnuplot line.gp")));
}

}  // namespace
}  // namespace dlfs
