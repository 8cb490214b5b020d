#include "common/experiment.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/interrupt.h"
#include "common/isa.h"
#include "common/parallel.h"
#include "common/runfiles.h"

ABSL_FLAG(uint64_t, seed, 0, "decides every random number of the run");
ABSL_FLAG(int, seeds, 1, "how many runs with seed, seed + 1, ..., for mean and spread");
ABSL_FLAG(
    int, threads, static_cast<int>(std::max(1u, std::thread::hardware_concurrency())),
    "how many threads to use; does not change the result; default: as many as there are cores");
ABSL_FLAG(std::string, isa, "auto",
          "the instruction set of the kernels: auto, avx512, avx2 or baseline");
ABSL_FLAG(std::string, output_dir, "", "where to write; default: out in the workspace");
ABSL_FLAG(
    std::string, data_dir, "",
    "a directory with four raw IDX files named as MNIST's; default: the MNIST of this repository");
ABSL_FLAG(std::string, figure, "svg", "the format of the figure: svg, png, pdf, terminal or none");

namespace dlfs {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxSeeds = 10000;
constexpr int kMaxThreads = 4096;

// The experiment that the common flags describe.
absl::StatusOr<Experiment> ExperimentFromFlags() {
  Experiment experiment;
  experiment.seed = absl::GetFlag(FLAGS_seed);
  experiment.seeds = absl::GetFlag(FLAGS_seeds);
  if (auto s = CheckFlagInRange("seeds", experiment.seeds, 1, kMaxSeeds); !s.ok()) return s;

  experiment.threads = absl::GetFlag(FLAGS_threads);
  if (auto s = CheckFlagInRange("threads", experiment.threads, 1, kMaxThreads); !s.ok()) return s;

  const absl::StatusOr<Isa> isa = IsaFromName(absl::GetFlag(FLAGS_isa));
  if (!isa.ok()) return OfFlag("isa", isa.status());
  SetCurrentIsa(*isa);

  const absl::StatusOr<FigureFormat> figure = FigureFormatFromName(absl::GetFlag(FLAGS_figure));
  if (!figure.ok()) return OfFlag("figure", figure.status());
  experiment.figure = *figure;

  const std::string output_dir = absl::GetFlag(FLAGS_output_dir);
  experiment.output_dir =
      output_dir.empty() ? WorkspaceDirectory() + "/out" : FromWorkingDirectory(output_dir);
  const std::string data_dir = absl::GetFlag(FLAGS_data_dir);
  if (!data_dir.empty()) experiment.data_dir = FromWorkingDirectory(data_dir);
  return experiment;
}

absl::Status Run(const std::vector<char*>& positional, Experiment& experiment,
                 const std::function<absl::Status(Experiment&)>& run) {
  if (positional.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected only flags (--name=value), found '", positional[1], "'"));
  }
  absl::StatusOr<Experiment> from_flags = ExperimentFromFlags();
  if (!from_flags.ok()) return from_flags.status();
  experiment = *std::move(from_flags);
  return run(experiment);
}

// A standard stream that is closed would lend its number to the first file that is opened, and what
// is printed would end up in that file.
void OpenStandardStreams() {
  int fd;
  do {
    fd = open("/dev/null", O_RDWR);
  } while (0 <= fd && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

absl::Status FlushStandardOutput() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      "standard output: cannot write, so what is printed is incomplete; the files are not");
}

}  // namespace

absl::Status Experiment::PrepareOutputDirectory() const {
  std::error_code error, ignored;
  fs::create_directories(output_dir, error);
  if (!fs::is_directory(output_dir, ignored)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "--output_dir: expected a directory, or a place where one can be made; found ", output_dir,
        fs::exists(output_dir, ignored) ? ", which is not a directory"
                                        : absl::StrCat(": ", error.message())));
  }
  const std::string probe = absl::StrCat(output_dir, "/.write_test");
  std::FILE* file = std::fopen(probe.c_str(), "we");
  if (file == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("--output_dir: expected a directory that can be written to; found ",
                     output_dir, ": ", std::generic_category().message(errno)));
  }
  std::fclose(file);
  fs::remove(probe, error);
  return absl::OkStatus();
}

std::vector<std::string> Experiment::CsvComments(
    const std::string& name, const std::vector<std::string>& configuration) const {
  std::vector<std::string> comments = {
      name,
      absl::StrCat("seed=", seed, " seeds=", seeds, " isa=", std::string(IsaName(CurrentIsa())))};
  comments.insert(comments.end(), configuration.begin(), configuration.end());
  return comments;
}

absl::StatusOr<CsvWriter> Experiment::CreateCsv(const std::string& name,
                                                const std::vector<std::string>& configuration,
                                                const std::vector<std::string>& columns) {
  if (absl::Status status = PrepareOutputDirectory(); !status.ok()) return status;
  absl::StatusOr<CsvWriter> csv = CsvWriter::Create(absl::StrCat(output_dir, "/", name, ".csv"),
                                                    CsvComments(name, configuration), columns);
  if (csv.ok()) written_.push_back(csv->path());
  return csv;
}

absl::StatusOr<double> Experiment::RunInParallel(
    const std::string& name, size_t n, size_t total, const std::string& unit,
    const std::function<void(size_t, Progress&)>& work,
    const std::function<absl::Status(size_t)>& done) const {
  const auto start = std::chrono::steady_clock::now();
  absl::Status status;
  std::optional<StopRequest> stop;
  {
    Progress progress(name, total, unit);
    RunInOrder(
        n, threads,
        [&](size_t i) {
          if (!StopRequested()) work(i, progress);
        },
        [&](size_t i) {
          progress.Clear();
          if (status.ok()) status = done(i);
          if (!status.ok() && !stop) stop.emplace();
        },
        [&] { progress.Show(); });
  }
  if (!status.ok()) return status;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string Experiment::SeedsText() const {
  return seeds == 1 ? absl::StrCat("seed ", seed)
                    : absl::StrCat("mean ± standard deviation of ", seeds, " seeds");
}

absl::Status Experiment::Draw(const FigureScript& script) {
  const absl::StatusOr<std::string> path = WriteFigureScript(script, figure, output_dir);
  if (!path.ok()) return path.status();
  written_.push_back(*path);
  if (figure == FigureFormat::kNone || StopRequested()) return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> pictures = DrawFigure(script, figure, output_dir);
  if (!pictures.ok()) {
    absl::FPrintF(stderr, "%s\n", pictures.status().message());
    return absl::OkStatus();
  }
  written_.insert(written_.end(), pictures->begin(), pictures->end());
  return absl::OkStatus();
}

absl::Status FlagError(absl::string_view flag, absl::string_view expected,
                       absl::string_view found) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, ": expected ", expected, ", found ", found));
}

absl::Status OfFlag(absl::string_view flag, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", status.message()));
}

absl::Status CheckFlagInRange(absl::string_view flag, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return absl::OkStatus();
  const bool bounded = high < std::numeric_limits<int>::max();
  return FlagError(flag,
                   bounded ? absl::StrCat("a number from ", low, " to ", high)
                           : absl::StrCat("a number of at least ", low),
                   absl::StrCat(value));
}

std::string ErrorLine(const absl::Status& status) {
  std::string line;
  for (const char c : status.message()) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&line, absl::CHexEscape(absl::string_view(&c, 1)));
    } else {
      line.push_back(c);
    }
  }
  return line;
}

int ExperimentMain(int argc, char** argv, absl::string_view usage,
                   const std::function<absl::Status(Experiment&)>& run) {
  OpenStandardStreams();
  signal(SIGPIPE, SIG_IGN);  // to write to a pipe that nobody reads, or beyond a limit of the size
  signal(SIGXFSZ, SIG_IGN);  // of files, is an error like any other
  absl::SetProgramUsageMessage(usage);
  absl::FlagsUsageConfig help;  // --help lists our flags, not Abseil's
  help.contains_help_flags = [](absl::string_view file) {
    return !absl::StrContains(file, "absl");
  };
  absl::SetFlagsUsageConfig(help);
  const std::string program = fs::path(argv[0]).filename();
  const std::vector<char*> positional = absl::ParseCommandLine(argc, argv);
  CatchInterrupts();

  Experiment experiment;
  absl::Status status = Run(positional, experiment, run);
  if (!experiment.written().empty()) {
    absl::PrintF("\nWritten%s:\n", status.ok() ? "" : ", as far as it came");
  }
  for (const std::string& path : experiment.written()) absl::PrintF("  %s\n", path);
  status.Update(FlushStandardOutput());
  if (!status.ok()) absl::FPrintF(stderr, "%s: %s\n", program, ErrorLine(status));
  if (const int signal = InterruptSignal(); signal != 0) {
    absl::FPrintF(stderr, "%s: stopped by signal %d; what was computed until then is written\n",
                  program, signal);
    return 128 + signal;
  }
  if (status.ok()) return 0;
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace dlfs
