// What goes wrong around a program: its output directory, its standard streams, gnuplot, the
// environment. Nothing that was computed is lost, and nothing crashes. Signals are in
// interrupt_test.cc, wrong data and directories in command_line_test.cc.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"
#include "tests/run_binary.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

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

TEST_P(FaultTest, DeviceIsFull) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer itself does not start with such a limit";
#endif
  Command command = ShortRun(GetParam(), {"--output_dir=" + directory_});
  command.arguments.insert(
      command.arguments.begin(),
      {"-c", "{ (ulimit -f 0; exec \"$@\"); echo \"exit status $?\"; } 2>&1 | cat", "sh",
       command.program});
  command.program = "sh";
  EXPECT_THAT(RunBinary(command).out,
              MatchesRegex("[^\n]*: cannot write: File too large\nexit status 1\n"));
}

class NoFileTest : public FaultTest {};

// What is no file in the place of any of its files: it is neither followed nor waited for.
TEST_P(NoFileTest, IsRefused) {
  std::vector<std::string> files;
  for (const Table& table : GetParam().tables) files.push_back(table.suffix + ".csv");
  for (const std::string& suffix : GetParam().scripts) files.push_back(suffix + ".gp");
  const std::string users = directory_ + "/users";
  WriteFile(users, "of the user");
  // This name was once used to see whether one can write.
  WriteFile(directory_ + "/.write_test", "of the user, too");
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const bool first = file == files.front();
    fs::remove(File(file));
    if (first) {
      ASSERT_EQ(mkfifo(File(file).c_str(), 0666), 0);
    } else {
      fs::create_symlink(users, File(file));
    }
    const Outcome outcome = Run("none");
    EXPECT_EQ(outcome.exit_status, 1);
    EXPECT_THAT(outcome.err, AllOf(MatchesRegex(kOneLine),
                                   HasSubstr(File(file) + ": expected a file, or none; found a " +
                                             (first ? "pipe" : "link"))));
    fs::remove(File(file));
  }
  EXPECT_EQ(ReadFile(users), "of the user");
  EXPECT_EQ(ReadFile(directory_ + "/.write_test"), "of the user, too");
  ExpectEveryTable();  // the last file is a script
}

INSTANTIATE_TEST_SUITE_P(OneOfEachKind, NoFileTest, testing::ValuesIn(OneOfEachKind()), NameOf);

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

INSTANTIATE_TEST_SUITE_P(OneOfEachKind, StreamTest, testing::ValuesIn(OneOfEachKind()), NameOf);

// --- Other runs ---

class TwoRunsTest : public FaultTest {};

TEST_P(TwoRunsTest, TheSecondAtTheSameTimeIsRefused) {
  RunningBinary running(EndlessRun(GetParam(), {"--output_dir=" + directory_}));
  const auto head = [&](const Table& table) { return fs::exists(File(table.suffix + ".csv")); };
  const Table& table = GetParam().tables.front();
  WaitUntil([&] { return head(table) && !ReadFile(File(table.suffix + ".csv")).empty(); });
  EXPECT_THAT(Rejection(GetParam(), {"--output_dir=" + directory_}, 1),
              AnyOf(HasSubstr(".csv: another run is writing this file"),
                    HasSubstr("another search is running in this directory")));
  running.Send(SIGTERM);
  EXPECT_EQ(running.Wait().exit_status, 143);
  EXPECT_EQ(ReadCsv(File(".csv")).header, table.header);
}

// A result of yesterday is there until today's run is finished.
TEST_P(TwoRunsTest, TheTablesOfTheFirstStayUntilTheSecondIsFinished) {
  if (GetParam().name == kSearch.name) return;  // goes on with its table
  EXPECT_EQ(Run("none").exit_status, 0);
  for (const int signal : {SIGKILL, SIGTERM}) {
    const std::string last = File(GetParam().tables[1].suffix + ".csv");  // created last
    RunningBinary running(EndlessRun(GetParam(), {"--output_dir=" + directory_}));
    WaitUntil([&] { return fs::exists(last + ".previous") && fs::exists(last); });
    running.Send(signal);
    const Outcome outcome = running.Wait();
    for (const Table& table : GetParam().tables) {
      const std::string previous = File(table.suffix + ".csv.previous");
      if (!fs::exists(previous)) continue;  // of an experiment that had not begun
      EXPECT_EQ(ReadFile(previous), ReadFile(Tables(GetParam()) + table.suffix + ".csv"));
      if (signal == SIGTERM) {
        EXPECT_THAT(outcome.out, HasSubstr("  " + previous + "\n"));
      }
    }
    EXPECT_TRUE(fs::exists(File(".csv.previous")));
    fs::remove(last);  // so that we see when the next has created its tables
  }
  EXPECT_EQ(Run("none").exit_status, 0);
  ExpectEveryTable();
  for (const auto& entry : fs::directory_iterator(directory_)) {
    EXPECT_NE(entry.path().extension(), ".previous");
  }
}

std::vector<Program> EndlessPrograms() {
  std::vector<Program> programs = Programs();
  std::erase_if(programs, [](const Program& program) { return program.endless.empty(); });
  return programs;
}

INSTANTIATE_TEST_SUITE_P(All, TwoRunsTest, testing::ValuesIn(EndlessPrograms()), NameOf);

// --- Memory and threads ---

class LimitTest : public testing::Test {
 protected:
  // Runs the book's networks, a few iterations, after `limits` of the shell.
  Outcome Run(const std::string& limits, const std::vector<std::string>& flags) const {
    Command command = {
        .program = "sh",
        .arguments = {"-c", limits + "; exec \"$@\"", "sh",
                      FindRunfile("chapter6/optimizer_compare_mnist"), "--iterations=20",
                      "--figure=none", "--output_dir=" + directory_}};
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    return RunWithoutProgress(command);
  }

  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers take all of the address space";
#endif
  }

  const std::string directory_ = FreshDirectory();
};

TEST_F(LimitTest, TheMemoryEnds) {
  const Outcome outcome = Run("ulimit -v 300000", {"--hidden_sizes=3000,3000"});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, MatchesRegex("optimizer_compare_mnist: there is not enough memory; use "
                                        "fewer --threads, or smaller [^\n]+\n"));
  EXPECT_THAT(outcome.out, HasSubstr("Written, as far as it came:\n"));
}

TEST_F(LimitTest, ThereAreFewerThreads) {
  const std::vector<std::string> flags = {"--hidden_sizes=5", "--seeds=10"};
  // A stack of 350 MB for each of 40 threads.
  const std::string limits = "ulimit -s 350000; ulimit -v 1000000";
  std::vector<std::string> many = flags;
  many.push_back("--threads=40");
  Outcome outcome = Run(limits, many);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::string csv = directory_ + "/optimizer_compare_mnist.csv";
  const std::string table = ReadFile(csv);
  Run("true", flags);
  EXPECT_EQ(table, ReadFile(csv));
}

TEST_F(LimitTest, ThereIsNoThread) {
  const Outcome outcome = Run("ulimit -s 2000000; ulimit -v 1000000", {});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err,
              MatchesRegex("optimizer_compare_mnist: cannot start a thread: [^\n]+\n"));
}

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

// Where what starts the program ignores that children end, or gives it few descriptors.
TEST(GnuplotTest, IsFound) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  std::vector<std::vector<std::string>> starts = {{"env", "--ignore-signal=CHLD"}};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they need some themselves
  starts.push_back({"sh", "-c", "ulimit -n 10; exec \"$@\"", "sh"});
#endif
  for (const std::vector<std::string>& start : starts) {
    const std::string directory = FreshDirectory();
    Command command = ShortRun(kInitCompare, {"--output_dir=" + directory});
    command.arguments.insert(command.arguments.begin(), command.program);
    command.arguments.insert(command.arguments.begin(), start.begin() + 1, start.end());
    command.program = start.front();
    EXPECT_EQ(RunWithoutProgress(command).err, "");
    EXPECT_TRUE(fs::exists(directory + "/weight_init_compare.svg"));
  }
}

// --- The environment ---

class EnvironmentTest : public FaultTest {
 protected:
  // Variables that put a comma into decimals; none where there is no such locale.
  static std::vector<std::string> German() {
    static const std::vector<std::string> variables = [] {
      const std::string locales = FreshDirectory();
      RunBinary({.program = "localedef",
                 .arguments = {"-i", "de_DE", "-f", "UTF-8", locales + "/de_DE.UTF-8"}});
      const std::vector<std::string> german = {"LOCPATH=" + locales, "LC_ALL=de_DE.UTF-8"};
      const Outcome printf = RunBinary({.program = "/usr/bin/printf",  // not a shell's own
                                        .arguments = {"%.1f", "1,5"},
                                        .environment = german});
      return printf.out == "1,5" ? german : std::vector<std::string>();
    }();
    return variables;
  }
};

// 512 kB are what threads have on macOS.
TEST_P(EnvironmentTest, HasASmallStackAndAGermanLocale) {
  Command command = ShortRun(GetParam(), {"--figure=none", "--output_dir=" + directory_});
  command.arguments.insert(command.arguments.begin(),
                           {"-c", "ulimit -s 512 && exec \"$@\"", "sh", command.program});
  command.program = "sh";
  command.environment = German();
  const Outcome outcome = RunWithoutProgress(command);
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  ExpectEveryTable();
}

INSTANTIATE_TEST_SUITE_P(All, EnvironmentTest, testing::ValuesIn(Programs()), NameOf);

class DrawingInAnEnvironmentTest : public EnvironmentTest {
 protected:
  void SetUp() override {
    if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  }

  void ExpectEveryPicture(const std::vector<std::string>& environment) const {
    const Outcome outcome = Run("png", "", environment);
    EXPECT_EQ(outcome.exit_status, 0);
    EXPECT_EQ(outcome.err, "");
    ExpectPictures(directory_, Pictures(GetParam(), GetParam().pictures, "png"));
    ExpectEveryTable();
  }
};

TEST_P(DrawingInAnEnvironmentTest, WithAHomeThatIsReadOnly) {
  const std::string home = FreshDirectory();
  fs::permissions(home, fs::perms::owner_read | fs::perms::owner_exec);
  ExpectEveryPicture({"HOME=" + home});
}

TEST_P(DrawingInAnEnvironmentTest, WithAGermanLocale) {
  if (German().empty()) GTEST_SKIP() << "no German locale (apt-get install locales)";
  ExpectEveryPicture(German());
}

INSTANTIATE_TEST_SUITE_P(OneOfEachKind, DrawingInAnEnvironmentTest,
                         testing::ValuesIn(OneOfEachKind()), NameOf);

}  // namespace
}  // namespace dlfs
