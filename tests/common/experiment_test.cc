#include "common/experiment.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/csv.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
  experiment_.seed = 42;
  experiment_.seeds = 3;
  ASSERT_TRUE(experiment_.CreateCsv("losses", {"batch_size=128"}, {"step", "loss"}).ok());
  const std::string contents = ReadFile(directory_ + "/losses.csv");
  EXPECT_THAT(contents, StartsWith("# losses\n# seed=42 seeds=3 isa="));
  EXPECT_THAT(contents, HasSubstr("\n# batch_size=128\nstep,loss\n"));
}

TEST_F(ExperimentTest, ListsWhatItWrote) {
  EXPECT_THAT(experiment_.written(), IsEmpty());
  ASSERT_TRUE(experiment_.CreateCsv("losses", {}, {"loss"}).ok());
  ASSERT_TRUE(experiment_.Draw({"losses", "", {}, {""}}).ok());
  EXPECT_THAT(experiment_.written(),
              ElementsAre(directory_ + "/losses.csv", directory_ + "/losses.gp"));
}

TEST_F(ExperimentTest, AnOutputDirectoryThatIsAFileIsAnError) {
  fs::create_directories(fs::path(directory_).parent_path());
  std::ofstream(directory_) << "a file";
  const absl::Status status = experiment_.CreateCsv("losses", {}, {"loss"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(directory_ + ", which is not a directory"));
}

TEST_F(ExperimentTest, SaysWhichSeedsAFigureShows) {
  experiment_.seed = 3;
  EXPECT_EQ(experiment_.SeedsText(), "seed 3");
  experiment_.seeds = 2;
  EXPECT_EQ(experiment_.SeedsText(), "mean ± standard deviation of 2 seeds");
}

class RunInParallelTest : public ExperimentTest {
 protected:
  static void NoWork(size_t, Progress&) {}
  static absl::Status Done(size_t) { return absl::OkStatus(); }
};

TEST_F(RunInParallelTest, DoesTheWorkOfEachAndIsDoneInOrder) {
  experiment_.threads = 3;
  std::array<std::atomic<int>, 20> calls = {};
  std::vector<size_t> done;
  const auto seconds = experiment_.RunInParallel(
      "losses", calls.size(), 1, "steps", [&](size_t i, Progress&) { ++calls[i]; },
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
  const auto work = [&](size_t i, Progress&) {
    ++begun;
    // From the third on they go on until they are asked to stop, which is after the second is done.
    for (int ms = 0; i >= 2 && !StopRequested() && ms < 100; ++ms) {
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

TEST_F(RunInParallelTest, ReturnsTheSecondsItTook) {
  const auto sleep = [](size_t, Progress&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  const auto seconds = experiment_.RunInParallel("losses", 2, 1, "steps", sleep, Done);
  EXPECT_GE(seconds.value(), 0.04);
  EXPECT_LT(seconds.value(), 20);
}

TEST_F(RunInParallelTest, UsesAsManyThreadsAsTheExperimentSays) {
  for (const int threads : {1, 2}) {
    experiment_.threads = threads;
    std::binary_semaphore at_work[] = {std::binary_semaphore(0), std::binary_semaphore(0)};
    std::atomic<int> met = 0;
    const auto meet = [&](size_t i, Progress&) {
      at_work[i].release();
      met += at_work[1 - i].try_acquire_for(std::chrono::seconds(threads == 1 ? 0 : 10));
    };
    ASSERT_TRUE(experiment_.RunInParallel("losses", 2, 1, "steps", meet, Done).ok());
    // On one thread only the second finds the other, which has been there.
    EXPECT_EQ(met, threads);
  }
}

TEST_F(RunInParallelTest, TellsHowFarItIs) {
  testing::internal::CaptureStderr();
  const auto work = [](size_t, Progress& progress) {
    progress.Add(30);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // a line a second at most
  };
  EXPECT_TRUE(experiment_.RunInParallel("losses", 1, 40, "steps", work, Done).ok());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "losses: 30 of 40 steps (75 %)\n");
}

TEST(Flags, RangesIncludeTheirEnds) {
  EXPECT_TRUE(CheckFlagInRange("n", 1, 1, 3).ok());
  EXPECT_TRUE(CheckFlagInRange("n", 3, 1, 3).ok());
  EXPECT_EQ(CheckFlagInRange("n", 0, 1, 3).message(),
            "--n: expected a number from 1 to 3, found 0");
  EXPECT_EQ(CheckFlagInRange("n", 4, 1, 3).code(), absl::StatusCode::kInvalidArgument);
}

using Arguments = std::vector<std::string>;

// Ends the process as a program would that is called with these arguments and does `run`.
[[noreturn]] void Main(Arguments arguments, const std::function<absl::Status(Experiment&)>& run) {
  arguments.insert(arguments.begin(), "bin/program");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  exit(ExperimentMain(static_cast<int>(arguments.size()), argv.data(), "tests", run));
}

absl::Status Succeed(Experiment&) { return absl::OkStatus(); }

TEST(ExperimentMainDeathTest, FlagsReachTheExperiment) {
  const auto run = [](Experiment& experiment) {
    const bool as_given = experiment.seed == 7 && experiment.seeds == 2 &&
                          experiment.threads == 3 && experiment.output_dir == "/tmp/out" &&
                          experiment.data_dir == "/tmp/data" &&
                          experiment.figure == FigureFormat::kPng;
    return as_given ? absl::OkStatus() : absl::InternalError("other values");
  };
  EXPECT_EXIT(Main({"--seed=7", "--seeds=2", "--threads=3", "--output_dir=/tmp/out",
                    "--data_dir=/tmp/data", "--figure=png"},
                   run),
              ExitedWithCode(0), "^$");
}

class WrongFlagDeathTest : public testing::TestWithParam<std::pair<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(
    ExperimentMain, WrongFlagDeathTest,
    testing::Values(std::pair("--seeds=0", "program: --seeds: expected a number from 1 to"),
                    std::pair("--threads=0", "program: --threads: expected a number from 1 to"),
                    std::pair("--isa=avx1024",
                              "program: --isa: expected an instruction set .* found 'avx1024'"),
                    std::pair("--figure=jpeg", "program: --figure: expected one of svg, png"),
                    std::pair("seeds=1", "program: expected only flags .*, found 'seeds=1'")));

TEST_P(WrongFlagDeathTest, IsExplainedAndEndsWithStatus2) {
  const auto& [argument, message] = GetParam();
  EXPECT_EXIT(Main({argument}, Succeed), ExitedWithCode(2), message);
}

TEST(ExperimentMainDeathTest, TheStatusTellsAWrongFlagFromAnyOtherError) {
  EXPECT_EXIT(Main({}, [](Experiment&) { return FlagError("x", "a", "b"); }), ExitedWithCode(2),
              "^program: --x: expected a, found b\n$");
  EXPECT_EXIT(Main({}, [](Experiment&) { return absl::InternalError("failed"); }),
              ExitedWithCode(1), "^program: failed\n$");
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
    const absl::Status status = experiment.Draw({"broken", "no gnuplot command", {}, {""}});
    return fs::exists(experiment.output_dir + "/broken.gp") ? status
                                                            : absl::InternalError("no script");
  };
  EXPECT_EXIT(Main({"--output_dir=" + testing::TempDir()}, run), ExitedWithCode(128 + SIGTERM),
              "^program: stopped by signal 15; what was computed until then is written\n$");
}

// --- Standard streams ---

absl::Status PrintAndCreate(Experiment& experiment) {
  std::printf("printed\n");
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv("table", {}, {"x"});
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
    EXPECT_THAT(ReadFile(directory_ + "/table.csv"), testing::EndsWith("\nx\n1\n"));
    EXPECT_THAT(ReadFile(directory_ + "/table.csv"), Not(HasSubstr("printed")));
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
