#include "common/experiment/figure.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "common/experiment/interrupt.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"
#include "tests/wait_until.h"

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

// Whether a process has ended; its parent need not have asked for its exit status.
bool HasEnded(const std::string& pid) {
  std::ifstream status("/proc/" + pid + "/stat");
  std::string line;
  return !std::getline(status, line) || absl::StrContains(line, ") Z ");
}

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

  // The pictures, or the error.
  absl::StatusOr<std::vector<std::string>> Draw(FigureFormat format = FigureFormat::kSvg) {
    WriteScript(format);
    absl::Status status = DrawFigure(script_, format, directory_, drawn_);
    if (!status.ok()) return status;
    return drawn_;
  }

  // A gnuplot that is this script, until the end of the scope.
  ScopedEnvironment Gnuplot(const std::string& script) {
    const std::string bin = FreshDirectory();
    WriteFile(bin + "/gnuplot", "#!/bin/sh\n" + script);
    fs::permissions(bin + "/gnuplot", fs::perms::owner_all);
    return {"PATH", bin + ":" + getenv("PATH")};
  }

  const std::string directory_ = testing::TempDir() + "/figure test";
  std::string commands_ = "eval picture('', 200, 100)\nplot x\n";
  FigureScript script_ = {.name = "line", .definitions = {}};
  std::vector<std::string> drawn_;
};

TEST(FigureFormat, NamesAreKnown) {
  EXPECT_EQ(*FigureFormatFromName("svg"), FigureFormat::kSvg);
  EXPECT_EQ(*FigureFormatFromName("png"), FigureFormat::kPng);
  EXPECT_EQ(*FigureFormatFromName("pdf"), FigureFormat::kPdf);
  EXPECT_EQ(*FigureFormatFromName("gif"), FigureFormat::kGif);
  EXPECT_EQ(*FigureFormatFromName("terminal"), FigureFormat::kTerminal);
  EXPECT_EQ(*FigureFormatFromName("none"), FigureFormat::kNone);
}

TEST(FigureFormat, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  const absl::Status status = FigureFormatFromName("jpeg").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("svg, png, pdf, gif, terminal, none"), HasSubstr("'jpeg'")));
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
  const ScopedEnvironment path("PATH", directory_);
  const absl::Status status = Draw().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("gnuplot is not installed"), HasSubstr("gnuplot line.gp")));
}

// A program called gnuplot that draws nothing, and succeeds.
TEST_F(FigureTest, APictureThatWasNotDrawnIsNotThere) {
  const ScopedEnvironment path = Gnuplot("");
  EXPECT_THAT(std::string(Draw().status().message()),
              StartsWith("gnuplot failed (" + directory_ + "/line.svg was not drawn to its end)"));
  EXPECT_THAT(drawn_, IsEmpty());
}

TEST_F(FigureTest, AnIncompletePictureIsNotThere) {
  for (const auto& [format, name, whole] :
       {std::tuple(FigureFormat::kSvg, "line.svg", std::string("<svg></svg>\n")),
        std::tuple(FigureFormat::kPng, "line.png", std::string("\x89PNG IEND\xae\x42\x60\x82")),
        std::tuple(FigureFormat::kPdf, "line.pdf", std::string("%PDF-1.5\n%%EOF\n"))}) {
    const std::string picture = directory_ + "/" + name;
    drawn_.clear();
    for (const size_t missing : {size_t{0}, size_t{3}, whole.size()}) {
      WriteFile(directory_ + "/draws", whole.substr(0, whole.size() - missing));
      const ScopedEnvironment path = Gnuplot(std::string("cp draws ") + name + ".new");
      EXPECT_EQ(Draw(format).ok(), missing == 0) << name;
      EXPECT_THAT(drawn_, ElementsAre(picture)) << "of the first, complete one";
      EXPECT_EQ(ReadFile(picture), whole);
      EXPECT_FALSE(fs::exists(picture + ".new"));
    }
  }
}

TEST_F(FigureTest, TheCompletePicturesAreThereWhereGnuplotFails) {
  script_.pictures = {"_a", "_b", "_c"};
  const ScopedEnvironment path =
      Gnuplot("echo '</svg>' >line_a.svg.new; echo '<svg>' >line_b.svg.new; exit 3");
  EXPECT_THAT(std::string(Draw().status().message()), StartsWith("gnuplot failed (exit status 3)"));
  EXPECT_THAT(drawn_, ElementsAre(directory_ + "/line_a.svg"));
}

TEST_F(FigureTest, GnuplotIsTheOneOfOurOwnWorkingDirectory) {
  const std::string here = FreshDirectory();
  WriteFile(here + "/gnuplot", "#!/bin/sh\necho '</svg>' >line.svg.new\n");
  fs::permissions(here + "/gnuplot", fs::perms::owner_all);
  const std::string relative = fs::relative(here);
  for (const std::string& entry : {relative, "/nonexistent:./" + relative}) {
    const ScopedEnvironment path("PATH", entry);
    drawn_.clear();
    EXPECT_EQ(Draw().status(), absl::OkStatus()) << entry;
    EXPECT_THAT(drawn_, ElementsAre(directory_ + "/line.svg"));
  }
}

TEST_F(FigureTest, WhatIsNoPictureIsNotThere) {
  for (const char* makes :
       {"mkdir line.svg.new", "mkfifo line.svg.new", "ln -s draws line.svg.new"}) {
    WriteFile(directory_ + "/draws", "</svg>\n");
    const ScopedEnvironment path = Gnuplot(makes);
    EXPECT_THAT(std::string(Draw().status().message()),
                HasSubstr("line.svg was not drawn to its end"));
    EXPECT_THAT(drawn_, IsEmpty());
    fs::remove(directory_ + "/line.svg.new");
  }
}

TEST_F(FigureTest, WhatARunThatWasKilledLeftIsNotTaken) {
  WriteFile(directory_ + "/line.svg.new", "<svg></svg>\n");
  const ScopedEnvironment path = Gnuplot("exit 3");
  EXPECT_FALSE(Draw().ok());
  EXPECT_THAT(drawn_, IsEmpty());
}

TEST_F(FigureTest, ALinkInThePlaceOfAPictureIsNotFollowed) {
  const ScopedEnvironment path = Gnuplot("touch started; echo '</svg>' >line.svg.new");
  for (const char* name : {"line.svg", "line.svg.new"}) {
    WriteFile(directory_ + "/users", "of the user");
    fs::create_symlink("users", directory_ + "/" + name);
    EXPECT_THAT(std::string(Draw().status().message()),
                StartsWith(directory_ + "/" + name + ": expected a file, or none; found a link"));
    EXPECT_EQ(ReadFile(directory_ + "/users"), "of the user");
    EXPECT_FALSE(fs::exists(directory_ + "/started"));
    fs::remove(directory_ + "/" + name);
  }
}

// A shell that reads the command gets there.
TEST_F(FigureTest, TheCommandThatDrawsItLaterIsOneForTheShell) {
  const ScopedEnvironment path = Gnuplot("exit 1");
  for (const char* name :
       {"it's", "a $HOME `x` \"q\"", "tab\tnew\nline\x1b[31m '\\ 100 %s", "한국어"}) {
    const std::string directory = FreshDirectory() + "/" + name;
    fs::create_directory(directory);
    WriteFigureScript(script_, FigureFormat::kSvg, directory).value();
    const std::string message(DrawFigure(script_, FigureFormat::kSvg, directory, drawn_).message());
    const std::string command = message.substr(message.find("(cd "));
    EXPECT_EQ(command.find_first_of("\n\t\x1b"), std::string::npos) << command;
    WriteFile(directory_ + "/command",
              absl::StrReplaceAll(command, {{"gnuplot line.gp", "touch reached"}}));
    EXPECT_EQ(std::system(("sh '" + directory_ + "/command'").c_str()), 0) << command;
    EXPECT_TRUE(fs::exists(directory + "/reached")) << command;
  }
}

// A program called gnuplot that never comes to an end.
class HangingGnuplotTest : public FigureTest {
 protected:
  std::string Error(std::chrono::seconds patience) {
    // With a child, which would hold our pipes.
    const ScopedEnvironment path = Gnuplot("sleep 1000 &\necho $! >child\nwait\n");
    WriteScript();
    const auto start = std::chrono::steady_clock::now();
    const absl::Status status =
        DrawFigure(script_, FigureFormat::kSvg, directory_, drawn_, patience);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
    return std::string(status.message());
  }
};

TEST_F(HangingGnuplotTest, IsKilledWhenPatienceEnds) {
  EXPECT_THAT(Error(std::chrono::seconds(1)),
              AllOf(HasSubstr("gnuplot failed (still running after 1 seconds), so the figure is"),
                    HasSubstr("gnuplot line.gp")));
  const std::string child(absl::StripAsciiWhitespace(ReadFile(directory_ + "/child")));
  WaitUntil([&] { return HasEnded(child); });
  EXPECT_TRUE(HasEnded(child)) << "what it has started, too";
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
  commands_ += "set print 'printed'\nprint sprintf('%g', before).text.after\n";
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"), "1.5" + value + "2\n");
}

TEST_F(DrawFigureTest, TheTextsAreInTheLanguageOfTheFigure) {
  const FigureTranslations korean(
      Language::kKorean,
      {{"seed %s", "시드 %s"}, {"it's %s, %s", "바로 %s, %s"}, {"nowhere", "없음"}});
  const FigureText text = Translate("it's %s, %s", "a", Translate("seed %s", 3));
  const std::vector<FigureText> pair = {Translate("seed %s", 5), FigureText("SGD")};
  const std::vector<FigureText> list = {Translate("seed %s", "4's"), FigureText("seed %s"),
                                        Join(pair, " + ")};
  script_.definitions = {{"text", text}, {"list", list}};
  commands_ +=
      "set print 'printed'\n"
      "print text . '; ' . list[1] . '; ' . list[2] . '; ' . list[3] . '; ' . say('unknown')\n";
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"),
            "it's a, seed 3; seed 4's; seed %s; seed 5 + SGD; unknown\n");
  EXPECT_EQ(text.english(), "it's a, seed 3");
  EXPECT_EQ(list[2].english(), "seed 5 + SGD");

  script_.language = Language::kKorean;
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"),
            "바로 a, 시드 3; 시드 4's; seed %s; 시드 5 + SGD; unknown\n");
  EXPECT_THAT(ReadFile(directory_ + "/line.gp"),
              AllOf(HasSubstr("'seed %s', '시드 %s'"), testing::Not(HasSubstr("nowhere"))));
}

TEST_F(DrawFigureTest, OnlyFiltersTheRowsOfATable) {
  std::ofstream(directory_ + "/table.csv") << "# a comment\nname,x\nSGD,1\nAdam,2\nSGD,4\n";
  commands_ +=
      "stats 'table.csv' skip 1 using (only(1, 'SGD', $2)) nooutput\n"
      "set print 'printed'\n"
      "print STATS_records, STATS_sum\n";
  ASSERT_TRUE(Draw().ok());
  EXPECT_EQ(ReadFile(directory_ + "/printed"), "2 5.0\n");
}

TEST_F(DrawFigureTest, TheUsersOwnSettingsDoNotMatter) {
  ASSERT_TRUE(Draw().ok());
  const std::string expected = ReadFile(drawn_.front());
  const std::string home = FreshDirectory();
  WriteFile(home + "/.gnuplot", "set title 'of the user'\nset multiplot\n");
  const ScopedEnvironment home_variable("HOME", home);
  for (const char* terminal : {"x11", "qt", "nonsense"}) {
    const ScopedEnvironment term("GNUTERM", terminal);
    testing::internal::CaptureStderr();
    ASSERT_TRUE(Draw().ok());
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(ReadFile(drawn_.front()), expected);
  }
}

// A device that is full: gnuplot succeeds.
TEST_F(DrawFigureTest, APictureThatDoesNotFitIsNotThere) {
  commands_ = "set samples 1000\neval picture('', 600, 400)\nplot sin(x)\n";
  WriteScript();
  absl::Status status;
  {
    const FileSizeLimit limit(4096);
    status = DrawFigure(script_, FigureFormat::kSvg, directory_, drawn_);
  }
  EXPECT_THAT(std::string(status.message()), HasSubstr("line.svg was not drawn to its end"));
  EXPECT_THAT(drawn_, IsEmpty());
  EXPECT_FALSE(fs::exists(directory_ + "/line.svg"));
  EXPECT_FALSE(fs::exists(directory_ + "/line.svg.new"));
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
