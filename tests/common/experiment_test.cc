#include "common/experiment/experiment.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <new>
#include <numeric>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/experiment/csv.h"
#include "common/experiment/figure.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/settings.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::ExitedWithCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

namespace fs = std::filesystem;

class ExperimentTest : public testing::Test {
 protected:
  ExperimentTest() {
    fs::remove_all(directory_);
    experiment_.output_dir = directory_;
  }

  const std::string directory_ = testing::TempDir() + "/experiment_test/out";
  Experiment experiment_;
};

TEST_F(ExperimentTest, ATableSaysHowItWasMade) {
  experiment_.name = "losses";
  experiment_.seed = 42;
  experiment_.seeds = 3;
  experiment_.configuration = {"batch_size=128", "more"};
  ASSERT_TRUE(experiment_.CreateCsv("_summary", {"step", "loss"}).ok());
  const std::string contents = ReadFile(directory_ + "/losses_summary.csv");
  EXPECT_THAT(contents, StartsWith("# losses_summary\n# seed=42 seeds=3 isa="));
  EXPECT_THAT(contents, HasSubstr("\n# batch_size=128\n# more\nstep,loss\n"));
}

TEST_F(ExperimentTest, PrintsItsConfiguration) {
  experiment_.configuration = {"batch_size=128", "more"};
  testing::internal::CaptureStdout();
  experiment_.PrintConfiguration();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "batch_size=128\nmore\n\n");
}

TEST_F(ExperimentTest, ListsWhatItWrote) {
  experiment_.name = "losses";
  EXPECT_THAT(experiment_.written(), IsEmpty());
  ASSERT_TRUE(experiment_.CreateCsv("", {"loss"}).ok());
  ASSERT_TRUE(experiment_.Draw({}).ok());
  experiment_.AddWritten("journal");
  EXPECT_THAT(experiment_.written(),
              ElementsAre(directory_ + "/losses.csv", directory_ + "/losses.gp", "journal"));
}

TEST_F(ExperimentTest, KnowsWhatIsOfAnEarlierRun) {
  experiment_.name = "losses";
  fs::create_directories(directory_);
  const auto path = [this](const std::string& suffix) { return experiment_.Path(suffix); };
  for (const char* suffix : {".csv", "_test.png", ".svg", "_other.svg"})
    WriteFile(path(suffix), "");
  EXPECT_THAT(experiment_.Earlier(), IsEmpty());
  ASSERT_TRUE(experiment_.CreateCsv("", {"loss"}).ok());
  EXPECT_THAT(experiment_.Earlier(), ElementsAre(path(".csv.previous")));
  {
    const StopRequest stop;
    ASSERT_TRUE(experiment_.Draw({}, {"", "_test"}).ok());
  }
  EXPECT_THAT(experiment_.Earlier(),
              ElementsAre(path(".csv.previous"), path(".svg"), path("_test.png")));
  // The tables are complete where the figure is drawn, however that ends.
  const FigureCommands broken("losses", "no gnuplot command");
  ASSERT_TRUE(experiment_.Draw({}, {}).ok());
  EXPECT_THAT(experiment_.Earlier(), ElementsAre(path(".svg"), path("_test.png")));
  EXPECT_FALSE(fs::exists(path(".csv.previous")));
}

TEST_F(ExperimentTest, ItsTablesAreItsOwnUntilItEnds) {
  Experiment another;
  another.name = experiment_.name = "losses";
  another.output_dir = directory_;
  {
    Experiment ended;
    ended.name = "losses";
    ended.output_dir = directory_;
    ASSERT_TRUE(ended.CreateCsv("", {"loss"}).ok());
  }
  ASSERT_TRUE(experiment_.CreateCsv("", {"loss"}).ok());
  EXPECT_THAT(std::string(another.CreateCsv("", {"loss"}).status().message()),
              HasSubstr("another run is writing this file"));
  WriteFile(directory_ + "/losses.csv.previous", "of the run that goes on");
  EXPECT_THAT(another.Earlier(), IsEmpty());
}

// So that it does not write to that of others.
TEST_F(ExperimentTest, AnOutputDirectoryThatIsReplacedIsAnError) {
  experiment_.name = "losses";
  ASSERT_TRUE(experiment_.CreateCsv("", {"loss"}).ok());
  EXPECT_TRUE(experiment_.CheckOutputDirectory().ok());
  fs::rename(directory_, directory_ + "_moved");
  fs::create_directory(directory_);
  WriteFile(directory_ + "/losses.csv.previous", "of others");
  const std::string error = directory_ + ": was removed or replaced while the program wrote to it";
  EXPECT_EQ(experiment_.CheckOutputDirectory().message(), error);
  EXPECT_EQ(experiment_.CreateCsv("_summary", {"loss"}).status().message(), error);
  EXPECT_EQ(experiment_.Draw({}).message(), error);
  EXPECT_EQ(ReadFile(directory_ + "/losses.csv.previous"), "of others");
  EXPECT_FALSE(fs::exists(directory_ + "/losses.gp"));
  fs::remove_all(directory_);
  EXPECT_EQ(experiment_.CreateCsv("_summary", {"loss"}).status().message(), error);
  EXPECT_FALSE(fs::exists(directory_));
  fs::remove_all(directory_ + "_moved");
}

TEST_F(ExperimentTest, AnOutputDirectoryThatIsAFileIsAnError) {
  fs::create_directories(fs::path(directory_).parent_path());
  std::ofstream(directory_) << "a file";
  const absl::Status status = experiment_.CreateCsv("", {"loss"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(directory_ + ", which is not a directory"));
}

TEST_F(ExperimentTest, SaysWhichSeedsAFigureShows) {
  experiment_.seed = 3;
  EXPECT_EQ(experiment_.SeedsText().english(), "seed 3");
  experiment_.seeds = 2;
  EXPECT_EQ(experiment_.SeedsText().english(), "mean ± standard deviation of 2 seeds");
}

class RunInParallelTest : public ExperimentTest {
 protected:
  static absl::Status Done(size_t) { return absl::OkStatus(); }
};

TEST_F(RunInParallelTest, DoesTheWorkOfEachAndIsDoneInOrder) {
  experiment_.threads = 3;
  std::array<std::atomic<int>, 20> calls = {};
  std::vector<size_t> done;
  const auto seconds = experiment_.RunInParallel(
      "losses", calls.size(), 1, "steps", [&](Task& task) { ++calls[task.index()]; },
      [&](size_t i) {
        EXPECT_EQ(calls[i], 1);
        done.push_back(i);
        return absl::OkStatus();
      });
  EXPECT_TRUE(seconds.ok());
  std::vector<size_t> in_order(calls.size());
  std::iota(in_order.begin(), in_order.end(), 0);
  EXPECT_EQ(done, in_order);
}

TEST_F(RunInParallelTest, ReturnsTheFirstErrorAndStops) {
  std::atomic<int> begun = 0;
  const auto work = [&](Task& task) {
    ++begun;
    // From the third on they go on until they are asked to stop, which is after the second is done.
    for (int ms = 0; task.index() >= 2 && !StopRequested() && ms < 100; ++ms) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  std::vector<size_t> done;
  const auto fail = [&](size_t i) {
    done.push_back(i);
    return i < 1 ? absl::OkStatus() : absl::InternalError(std::to_string(i));
  };
  experiment_.threads = 2;
  const auto seconds = experiment_.RunInParallel("losses", 100, 1, "steps", work, fail);
  EXPECT_EQ(seconds.status(), absl::InternalError("1"));
  EXPECT_THAT(done, ElementsAre(0, 1));
  EXPECT_LE(begun, 4) << "no more than two beside the first two";
  EXPECT_FALSE(StopRequested()) << "only in that run";
}

TEST_F(RunInParallelTest, WhereTheMemoryEndsIsAnErrorAfterWhatIsDone) {
  const auto work = [](Task& task) {
    if (task.index() == 1) throw std::bad_alloc();
  };
  std::vector<size_t> done;
  const auto seconds = experiment_.RunInParallel("losses", 2, 1, "steps", work, [&](size_t i) {
    done.push_back(i);
    return absl::OkStatus();
  });
  EXPECT_EQ(seconds.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(seconds.status().message()), HasSubstr("not enough memory; use fewer"));
  EXPECT_THAT(done, ElementsAre(0)) << "what has no result is not written";

  const auto out_of_memory = [](size_t) -> absl::Status { throw std::bad_alloc(); };
  EXPECT_EQ(experiment_
                .RunInParallel(
                    "losses", 2, 1, "steps", [](Task&) {}, out_of_memory)
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(StopRequested()) << "only in that run";
}

TEST_F(RunInParallelTest, ReturnsTheSecondsItTook) {
  const auto sleep = [](Task&) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  const auto seconds = experiment_.RunInParallel("losses", 2, 1, "steps", sleep, Done);
  EXPECT_GE(seconds.value(), 0.04);
  EXPECT_LT(seconds.value(), 20);
}

TEST_F(RunInParallelTest, UsesAsManyThreadsAsTheExperimentSays) {
  for (const int threads : {1, 2}) {
    experiment_.threads = threads;
    std::binary_semaphore at_work[] = {std::binary_semaphore(0), std::binary_semaphore(0)};
    std::atomic<int> met = 0;
    const auto meet = [&](Task& task) {
      at_work[task.index()].release();
      met += at_work[1 - task.index()].try_acquire_for(std::chrono::seconds(threads == 1 ? 0 : 10));
    };
    ASSERT_TRUE(experiment_.RunInParallel("losses", 2, 1, "steps", meet, Done).ok());
    // On one thread only the second finds the other, which has been there.
    EXPECT_EQ(met, threads);
  }
}

TEST_F(RunInParallelTest, TellsHowFarItIs) {
  testing::internal::CaptureStderr();
  const auto work = [](Task& task) {
    task.Add(30);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // a line a second at most
  };
  EXPECT_TRUE(experiment_.RunInParallel("losses", 1, 40, "steps", work, Done).ok());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "losses: 30 of 40 steps (75 %)\n");
}

// --- Experiments of this program, in the order of their texts ---

// What they do in a test.
using First = std::function<absl::Status(Experiment&)>;
using Second = std::function<absl::Status(Experiment&, const Mnist&)>;
First run_first;
Second run_second;

absl::Status Succeed(Experiment&) { return absl::OkStatus(); }
absl::Status SucceedToo(Experiment&, const Mnist&) { return absl::OkStatus(); }

}  // namespace
}  // namespace dlfs

SETTING(int, points, 3, dlfs::AtLeast(1), "of the first experiment");
SETTING(int, batch_size, 5, dlfs::AtMostTrainingImages, "of the second");

namespace dlfs {
namespace {

MNIST_EXPERIMENT(second, "6.2: the second.") { return run_second(experiment, mnist); }
EXPERIMENT(first, "6.1: the first.") { return run_first(experiment); }

using Arguments = std::vector<std::string>;

// Ends the process as a program would that is called with these arguments.
[[noreturn]] void Main(Arguments arguments, const First& first, const Second& second = SucceedToo) {
  run_first = first;
  run_second = second;
  const bool has_data =
      std::ranges::any_of(arguments, [](const auto& a) { return a.starts_with("--data_dir"); });
  if (!has_data) arguments.insert(arguments.begin(), "--data_dir=" + SmallMnistDirectory());
  arguments.insert(arguments.begin(), "bin/program");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  exit(ExperimentMain(static_cast<int>(arguments.size()), argv.data()));
}

absl::Status Unless(bool as_expected) {
  return as_expected ? absl::OkStatus() : absl::InternalError("other values");
}

TEST(ExperimentMainDeathTest, FlagsReachTheExperiments) {
  const auto run = [](Experiment& experiment) {
    return Unless(experiment.name == "first" && experiment.seed == 7 && experiment.seeds == 2 &&
                  experiment.threads == 3 && experiment.output_dir == "/tmp/out" &&
                  experiment.figure == FigureFormat::kPng && points == 4 && batch_size == 20 &&
                  experiment.configuration == Arguments{"points=4 batch_size=20"});
  };
  const auto second = [](Experiment& experiment, const Mnist& mnist) {
    return Unless(experiment.name == "second" && experiment.seed == 7 &&
                  mnist.train.size() == kSmallTrain && mnist.test.size() == kSmallTest);
  };
  EXPECT_EXIT(Main({"--seed=7", "--seeds=2", "--threads=3", "--output_dir=/tmp/out", "--points=4",
                    "--batch_size=20", "--figure=png"},
                   run, second),
              ExitedWithCode(0), "^$");
}

TEST(ExperimentMainDeathTest, RunsAllInTheOrderOfTheSectionsAndListsWhatTheyWrote) {
  const std::string directory = FreshDirectory();
  const auto write = [](Experiment& experiment) {
    return experiment.CreateCsv("", {"x"}).status();
  };
  const auto second = [write](Experiment& experiment, const Mnist&) {
    return Unless(write(experiment).ok() && fs::exists(experiment.output_dir + "/first.csv"));
  };
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Main({"--output_dir=" + directory}, write, second);
      },
      ExitedWithCode(0), "^\n\nWritten:\n  [^\n]*/first.csv\n  [^\n]*/second.csv\n$");
}

TEST(ExperimentMainDeathTest, AnErrorOrAnInterruptEndsItBeforeTheNext) {
  const auto second = [](Experiment&, const Mnist&) { return absl::InternalError("not reached"); };
  EXPECT_EXIT(Main(
                  {}, [](Experiment&) { return absl::InternalError("failed"); }, second),
              ExitedWithCode(1), "^program: failed\n$");
  EXPECT_EXIT(Main(
                  {},
                  [](Experiment&) {
                    raise(SIGTERM);
                    return absl::OkStatus();
                  },
                  second),
              ExitedWithCode(143), "^program: stopped by signal 15; ");
}

// Before the first experiment begins.
absl::Status Begin(Experiment&) { return absl::InternalError("it has begun"); }

TEST(ExperimentMainDeathTest, WhatIsWrongWithTheDataIsSaidFirst) {
  EXPECT_EXIT(Main({"--data_dir=/nonexistent"}, Begin), ExitedWithCode(1),
              "^program: --data_dir: expected a directory[^\n]*\n$");
  EXPECT_EXIT(Main({"--batch_size=21"}, Begin), ExitedWithCode(2),
              "^program: --batch_size: expected a number from 1 to 20, found 21\n$");
  EXPECT_EXIT(Main({"--batch_size=0", "--data_dir=/nonexistent"}, Begin), ExitedWithCode(2),
              "^program: --batch_size: expected a number of at least 1, found 0\n$");
}

TEST(ExperimentMainDeathTest, WhereTheMemoryEndsIsAnErrorAndWhatIsWrittenIsListed) {
  const std::string directory = FreshDirectory();
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Main({"--output_dir=" + directory}, [](Experiment& experiment) -> absl::Status {
          const auto csv = experiment.CreateCsv("", {"x"});
          throw std::bad_alloc();
        });
      },
      ExitedWithCode(1),
      "^\nWritten, as far as it came:\n  [^\n]*/first.csv\nprogram: there is not enough memory; "
      "[^\n]*\n$");
}

TEST(ExperimentMainDeathTest, APathIsPrintedOnOneLine) {
  const std::string directory = FreshDirectory() + "/a\nb";
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Main({"--output_dir=" + directory},
             [](Experiment& experiment) { return experiment.CreateCsv("", {"x"}).status(); });
      },
      ExitedWithCode(0), "\nWritten:\n  [^\n]*/a\\\\nb/first.csv\n$");
}

TEST(ExperimentMainDeathTest, HelpHasTheTextsAndFlagsOfTheExperiments) {
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Main({"--help"}, Begin);
      },
      ExitedWithCode(1),
      "6\\.1: the first\\.\n\n6\\.2: the second\\.\n(.|\n)*--points \\(of the first experiment\\)");
}

class WrongFlagDeathTest : public testing::TestWithParam<std::pair<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(
    ExperimentMain, WrongFlagDeathTest,
    testing::Values(std::pair("--seeds=0", "program: --seeds: expected a number from 1 to"),
                    std::pair("--threads=0", "program: --threads: expected a number from 1 to"),
                    std::pair("--isa=avx1024",
                              "program: --isa: expected an instruction set .* found 'avx1024'"),
                    std::pair("--figure=jpeg", "program: --figure: expected one of svg, png"),
                    std::pair("--points=0", "program: --points: expected a number of at least 1"),
                    std::pair("seeds=1", "program: expected only flags .*, found 'seeds=1'")));

TEST_P(WrongFlagDeathTest, IsExplainedAndEndsWithStatus2) {
  const auto& [argument, message] = GetParam();
  EXPECT_EXIT(Main({argument}, Begin), ExitedWithCode(2), message);
}

TEST(ExperimentMainDeathTest, AWrongSettingMayBeFoundByTheExperiment) {
  EXPECT_EXIT(Main({}, [](Experiment&) { return OfFlag("x", Unexpected("a", "b")); }),
              ExitedWithCode(2), "^program: --x: expected a, found b\n$");
}

TEST(ExperimentMainDeathTest, AnErrorIsOneLineWhateverTheUserTyped) {
  EXPECT_EXIT(Main({"--figure=sv\n\x1b[31mg"}, Succeed), ExitedWithCode(2),
              "^program: --figure: [^\n]*; found 'sv\\\\n\\\\x1b\\[31mg'\n$");
  EXPECT_EXIT(Main({"a\tb"}, Succeed), ExitedWithCode(2), "found 'a\\\\tb'\n$");
}

TEST(ErrorLineTest, EscapesControlCharactersAndNothingElse) {
  EXPECT_EQ(ErrorLine(absl::InternalError("a\nb\r\t\x1b\x7f 'c\\' \u00b1")),
            "a\\nb\\r\\t\\x1b\\x7f 'c\\' \u00b1");
}

TEST(ExperimentMainDeathTest, AnInterruptedRunWritesItsScriptButDrawsNothing) {
  const auto run = [](Experiment& experiment) {
    raise(SIGTERM);
    const FigureCommands broken("first", "no gnuplot command");
    const absl::Status status = experiment.Draw({});
    return fs::exists(experiment.output_dir + "/first.gp") ? status
                                                           : absl::InternalError("no script");
  };
  EXPECT_EXIT(Main({"--output_dir=" + testing::TempDir()}, run), ExitedWithCode(128 + SIGTERM),
              "^program: stopped by signal 15; what was computed until then is written\n$");
}

// --- Standard streams ---

absl::Status PrintAndCreate(Experiment& experiment) {
  std::printf("printed\n");
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv("", {"x"});
  if (!csv.ok()) return csv.status();
  csv->Row(1);
  return csv->Flush();
}

class StreamDeathTest : public testing::Test {
 protected:
  // Ends the process as a program would that is called with stdout as `prepare` leaves it.
  void ExpectEnd(const std::function<void()>& prepare, int status, const std::string& error) {
    EXPECT_EXIT(
        {
          prepare();
          Main({"--output_dir=" + directory_}, PrintAndCreate);
        },
        ExitedWithCode(status), error);
    EXPECT_THAT(ReadFile(directory_ + "/first.csv"), testing::EndsWith("\nx\n1\n"));
    EXPECT_THAT(ReadFile(directory_ + "/first.csv"), Not(HasSubstr("printed")));
  }

  const std::string directory_ = FreshDirectory();
};

TEST_F(StreamDeathTest, AClosedOneIsNotMistakenForAFile) {
  ExpectEnd([] { close(STDOUT_FILENO); }, 0, "^$");
  ExpectEnd(
      [] {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
      },
      0, "^$");
}

constexpr char kIncomplete[] =
    "^program: standard output: cannot write, so what is printed is incomplete; the files are "
    "not\n$";

TEST_F(StreamDeathTest, AFullDeviceIsAnError) {
  ExpectEnd([] { ASSERT_NE(std::freopen("/dev/full", "w", stdout), nullptr); }, 1, kIncomplete);
}

TEST_F(StreamDeathTest, APipeThatNobodyReadsIsAnError) {
  ExpectEnd(
      [] {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
      },
      1, kIncomplete);
}

}  // namespace
}  // namespace dlfs
