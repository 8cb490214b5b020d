// What goes wrong around a program: its output directory, its standard streams, gnuplot, the
// environment. Nothing that was computed is lost, and nothing crashes. Signals are in
// interrupt_test.cc, wrong data and directories in bad_directories_test.cc.
#include <signal.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/pictures.h"
#include "tests/csv_table.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"
#include "tests/run_binary.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr char kOneLine[] = "[^\n]+\n";

class FaultTest : public testing::TestWithParam<Program> {
 protected:
  std::string File(const std::string& suffix_and_extension) const {
    return absl::StrCat(directory_, "/", GetParam().name, suffix_and_extension);
  }

  // A short run, through a shell that redirects it, or with other variables in its environment.
  Outcome Run(const std::string& figure, const std::string& redirection = "",
              const std::vector<std::string>& environment = {}) const {
    Command command = ShortRun(GetParam(), {"--figure=" + figure, "--output_dir=" + directory_});
    command.arguments.insert(command.arguments.begin(),
                             {"-c", "exec \"$@\" " + redirection, "sh", command.program});
    command.program = "sh";
    command.environment = environment;
    return RunWithoutProgress(command);
  }

  // That the tables are those of a run without any fault.
  void ExpectEveryTable() const {
    const std::string expected = Tables(GetParam());
    for (const Table& table : GetParam().tables) {
      EXPECT_EQ(ReadFile(File(table.suffix + ".csv")), ReadFile(expected + table.suffix + ".csv"));
    }
  }

  const std::string directory_ = FreshDirectory();
};

// --- The output directory ---

TEST_P(FaultTest, OutputDirectoryIsReadOnly) {
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(Rejection(GetParam(), {"--output_dir=" + directory_}, 1),
              HasSubstr("--output_dir: expected a directory that can be written to; found " +
                        directory_ + ": Permission denied"));
}

// Any one of its files on a device that is full.
TEST_P(FaultTest, DeviceIsFull) {
  std::vector<std::string> files;
  for (const Table& table : GetParam().tables) files.push_back(table.suffix + ".csv");
  for (const std::string& suffix : GetParam().scripts) files.push_back(suffix + ".gp");
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    fs::remove(File(file));
    fs::create_symlink("/dev/full", File(file));
    const Outcome outcome = Run("none");
    EXPECT_EQ(outcome.exit_status, 1);
    EXPECT_THAT(outcome.err, AllOf(MatchesRegex(kOneLine), HasSubstr(File(file))));
    if (GetParam().name != kSearch.name || file != ".csv") {  // it takes no link for its memory
      EXPECT_THAT(outcome.err, HasSubstr("cannot write: No space left on device"));
    }
    fs::remove(File(file));
    if (absl::EndsWith(file, ".gp") && file == GetParam().scripts.back() + ".gp") {
      ExpectEveryTable();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FaultTest, testing::ValuesIn(Programs()), NameOf);

// Programs with many small networks, one after the other; all of them would take minutes.
struct ManyNetworks {
  Program program;
  std::vector<std::string> flags;
  size_t rows;  // in the first table, of each network
};

class LateFaultTest : public testing::TestWithParam<ManyNetworks> {
 protected:
  Command Endless() const {
    Command command = {.program = FindRunfile("chapter6/" + GetParam().program.name),
                       .arguments = GetParam().flags};
    command.arguments.insert(command.arguments.end(),
                             {"--hidden_sizes=5", "--figure=none", "--output_dir=" + directory_});
    return command;
  }

  const std::string directory_ = FreshDirectory();
  const std::string csv_ = directory_ + "/" + GetParam().program.name + ".csv";
};

TEST_P(LateFaultTest, OutputDirectoryIsRemoved) {
  RunningBinary running(Endless());
  WaitUntil([&] { return fs::exists(csv_) && absl::StrContains(ReadFile(csv_), "\n0,"); });
  fs::rename(directory_, directory_ + "_gone");
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, HasSubstr(": was removed or replaced while the program wrote to it\n"));
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("\nWritten, as far as it came:\n"), HasSubstr("  " + csv_)));
}

TEST_P(LateFaultTest, DeviceBecomesFull) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer itself does not start with such a limit";
#endif
  Outcome outcome;
  {
    const FileSizeLimit limit(20'000);
    outcome = RunBinary(Endless());
  }
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, HasSubstr(": cannot write: File too large\n"));
  const CsvTable table = ReadCsv(csv_);
  EXPECT_GT(table.rows.size(), GetParam().rows);
  EXPECT_EQ(table.rows.size() % GetParam().rows, 0) << "whole networks";
}

INSTANTIATE_TEST_SUITE_P(
    All, LateFaultTest,
    testing::Values(
        ManyNetworks{kMnist, {"--iterations=20", "--batch_size=10", "--seeds=10000"}, 20},
        ManyNetworks{kSymmetry, {"--iterations=20", "--batch_size=10", "--seeds=10000"}, 20},
        ManyNetworks{kBatchNorm, {"--epochs=3", "--train_size=20", "--seeds=10000"}, 3},
        ManyNetworks{kWeightDecay, {"--epochs=3", "--train_size=20", "--seeds=10000"}, 3},
        ManyNetworks{kSearch, {"--epochs=3", "--train_size=50", "--trials=100000"}, 3}),
    [](const auto& info) { return info.param.program.name; });

// --- Standard streams, and no terminal ---

class StreamTest : public FaultTest {};

TEST_P(StreamTest, Closed) {
  const Outcome outcome = Run("none", "<&- >&- 2>&-");
  EXPECT_EQ(outcome.exit_status, 0);
  ExpectEveryTable();
}

TEST_P(StreamTest, Full) {
  const Outcome outcome = Run("none", ">/dev/full");
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, AllOf(MatchesRegex(kOneLine),
                                 HasSubstr("standard output: cannot write, so what is printed is "
                                           "incomplete; the files are not")));
  ExpectEveryTable();
}

TEST_P(StreamTest, PipeThatNobodyReads) {
  const Outcome outcome = Run("none", "| true");
  EXPECT_EQ(outcome.exit_status, 0) << "of true";
  // The shell does not wait for it.
  WaitUntil([&] { return fs::exists(File(GetParam().scripts.back() + ".gp")); });
  ExpectEveryTable();
}

INSTANTIATE_TEST_SUITE_P(All, StreamTest, testing::ValuesIn(Programs()), NameOf);

// --- gnuplot ---

struct Signal {
  std::string name;
  int number;
  int exit_status;
};

class HangingGnuplotTest : public testing::TestWithParam<Signal> {};

TEST_P(HangingGnuplotTest, EndsWithASignal) {
  const std::string bin = FreshDirectory(), directory = FreshDirectory();
  WriteFile(bin + "/gnuplot", "#!/bin/sh\ntouch started\nexec sleep 1000\n");
  fs::permissions(bin + "/gnuplot", fs::perms::owner_all);
  Command command = ShortRun(kInitCompare, {"--output_dir=" + directory});
  command.environment = {"PATH=" + bin + ":/usr/bin:/bin"};
  RunningBinary running(command);
  WaitUntil([&] { return fs::exists(directory + "/started"); });
  running.Send(GetParam().number);
  const Outcome outcome = running.Wait();
  EXPECT_EQ(outcome.exit_status, GetParam().exit_status);
  EXPECT_THAT(outcome.err, HasSubstr("gnuplot failed (stopped), so the figure is missing or "
                                     "incomplete; draw it again with: "));
  const std::string expected = Tables(kInitCompare);
  for (const Table& table : kInitCompare.tables) {
    EXPECT_EQ(ReadFile(directory + "/weight_init_compare" + table.suffix + ".csv"),
              ReadFile(expected + table.suffix + ".csv"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, HangingGnuplotTest,
                         testing::Values(Signal{"CtrlC", SIGINT, 130},
                                         Signal{"Kill", SIGTERM, 143}),
                         [](const auto& info) { return info.param.name; });

// --- The environment ---

class EnvironmentTest : public FaultTest {};

TEST_P(EnvironmentTest, HomeIsReadOnly) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string home = FreshDirectory();
  fs::permissions(home, fs::perms::owner_read | fs::perms::owner_exec);
  const Outcome outcome = Run("png", "", {"HOME=" + home});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  for (const std::string& suffix : GetParam().pictures) {
    EXPECT_THAT(ReadFile(File(suffix + ".png")), StartsWith("\x89PNG"));
  }
  ExpectEveryTable();
}

// With a comma in its decimals.
TEST_P(EnvironmentTest, LocaleIsGerman) {
  const std::string locales = FreshDirectory();
  RunBinary({.program = "localedef",
             .arguments = {"-i", "de_DE", "-f", "UTF-8", locales + "/de_DE.UTF-8"}});
  const std::vector<std::string> german = {"LOCPATH=" + locales, "LC_ALL=de_DE.UTF-8"};
  const Outcome printf = RunBinary({.program = "/usr/bin/printf",  // not a shell's own
                                    .arguments = {"%.1f", "1,5"},
                                    .environment = german});
  if (printf.out != "1,5") GTEST_SKIP() << "no German locale (apt-get install locales)";

  const std::string figure = HasGnuplot() ? "svg" : "none";
  const Outcome outcome = Run(figure, "", german);
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  ExpectEveryTable();
}

INSTANTIATE_TEST_SUITE_P(All, EnvironmentTest, testing::ValuesIn(Programs()), NameOf);

}  // namespace
}  // namespace dlfs
