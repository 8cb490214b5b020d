#include "common/experiment/experiment.h"

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
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/isa_name.h"
#include "common/experiment/parallel.h"
#include "common/experiment/progress.h"
#include "common/experiment/runfiles.h"
#include "common/experiment/settings.h"
#include "common/matrix/isa.h"

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

std::vector<ExperimentDeclaration>& Declarations() {
  static auto& declarations = *new std::vector<ExperimentDeclaration>;
  return declarations;
}

// The part of an experiment that the common flags describe.
absl::StatusOr<Experiment> ExperimentFromFlags() {
  Experiment experiment;
  experiment.seed = absl::GetFlag(FLAGS_seed);
  const absl::StatusOr<int> seeds = Between(1, kMaxSeeds)(absl::GetFlag(FLAGS_seeds));
  if (!seeds.ok()) return OfFlag("seeds", seeds.status());
  experiment.seeds = *seeds;
  const absl::StatusOr<int> threads = Between(1, kMaxThreads)(absl::GetFlag(FLAGS_threads));
  if (!threads.ok()) return OfFlag("threads", threads.status());
  experiment.threads = *threads;

  const absl::StatusOr<Isa> isa = IsaFromName(absl::GetFlag(FLAGS_isa));
  if (!isa.ok()) return OfFlag("isa", isa.status());
  SetCurrentIsa(*isa);

  const absl::StatusOr<FigureFormat> figure = FigureFormatFromName(absl::GetFlag(FLAGS_figure));
  if (!figure.ok()) return OfFlag("figure", figure.status());
  experiment.figure = *figure;

  const std::string output_dir = absl::GetFlag(FLAGS_output_dir);
  experiment.output_dir =
      output_dir.empty() ? WorkspaceDirectory() + "/out" : FromWorkingDirectory(output_dir);
  return experiment;
}

// "batch_size=128 iterations=2000 ...": the settings that a source file declares, in lines.
std::vector<std::string> ConfigurationOf(const std::string& file) {
  constexpr size_t kLongestLine = 100;
  std::vector<std::string> lines;
  for (const SettingBase* setting : Settings()) {
    const std::string text = setting->file() == file ? setting->Text() : "";
    if (text.empty()) continue;
    if (lines.empty() || lines.back().size() + text.size() > kLongestLine) {
      lines.push_back(text);
    } else {
      absl::StrAppend(&lines.back(), " ", text);
    }
  }
  return lines;
}

// Runs one experiment, and adds what it has written to a list.
absl::Status RunDeclared(const ExperimentDeclaration& declaration, Experiment experiment,
                         std::vector<std::string>& written) {
  static const Mnist no_images;
  const Mnist* mnist = &no_images;
  if (declaration.needs_mnist) mnist = *LoadedMnist();
  experiment.name = declaration.name;
  experiment.configuration = ConfigurationOf(declaration.file);
  const absl::Status status = declaration.run(experiment, *mnist);
  written.insert(written.end(), experiment.written().begin(), experiment.written().end());
  return status;
}

absl::Status Run(const std::vector<char*>& positional, std::vector<std::string>& written) {
  if (positional.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected only flags (--name=value), found '", positional[1], "'"));
  }
  const absl::StatusOr<Experiment> common = ExperimentFromFlags();
  if (!common.ok()) return common.status();
  for (SettingBase* setting : Settings()) {
    if (absl::Status status = setting->Read(); !status.ok()) return status;
  }
  for (const ExperimentDeclaration& declaration : Declarations()) {
    if (!declaration.needs_mnist) continue;
    if (absl::Status status = LoadedMnist().status(); !status.ok()) return status;
  }
  for (const ExperimentDeclaration& declaration : Declarations()) {
    if (&declaration != &Declarations().front()) absl::PrintF("\n");
    absl::Status status = RunDeclared(declaration, *common, written);
    if (!status.ok() || StopRequested()) return status;
  }
  return absl::OkStatus();
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

RegisteredExperiment::RegisteredExperiment(const ExperimentDeclaration& declaration) {
  std::vector<ExperimentDeclaration>& all = Declarations();
  const auto later = std::find_if(all.begin(), all.end(), [&](const ExperimentDeclaration& other) {
    return declaration.usage < other.usage;
  });
  all.insert(later, declaration);
}

absl::StatusOr<const Mnist*> LoadedMnist() {
  static const absl::StatusOr<Mnist>& mnist = *new absl::StatusOr<Mnist>([] {
    const std::string data_dir = absl::GetFlag(FLAGS_data_dir);
    return LoadMnist(data_dir.empty() ? "" : FromWorkingDirectory(data_dir));
  }());
  if (!mnist.ok()) return mnist.status();
  return &*mnist;
}

absl::StatusOr<int> AtMostTrainingImages(int count) {
  // Only where it could be right are the images looked at.
  if (const absl::StatusOr<int> positive = AtLeast(1)(count); !positive.ok()) return positive;
  const absl::StatusOr<const Mnist*> mnist = LoadedMnist();
  if (!mnist.ok()) return mnist.status();
  return Between(1, static_cast<int>((*mnist)->train.size()))(count);
}

std::string Experiment::Path(const std::string& suffix) const {
  return absl::StrCat(output_dir, "/", name, suffix);
}

void Experiment::PrintConfiguration() const {
  absl::PrintF("%s\n\n", absl::StrJoin(configuration, "\n"));
}

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

std::vector<std::string> Experiment::Comments(const std::string& suffix) const {
  std::vector<std::string> comments = {
      name + suffix, absl::StrCat("seed=", seed, " seeds=", seeds, " isa=", IsaName(CurrentIsa()))};
  comments.insert(comments.end(), configuration.begin(), configuration.end());
  return comments;
}

absl::StatusOr<CsvWriter> Experiment::CreateCsv(const std::string& suffix,
                                                const std::vector<std::string>& columns) {
  if (absl::Status status = PrepareOutputDirectory(); !status.ok()) return status;
  absl::StatusOr<CsvWriter> csv =
      CsvWriter::Create(Path(suffix + ".csv"), Comments(suffix), columns);
  if (csv.ok()) written_.push_back(csv->path());
  return csv;
}

absl::StatusOr<double> Experiment::RunInParallel(
    const std::string& what, size_t n, size_t total, const std::string& unit,
    const std::function<void(Task& task)>& work,
    const std::function<absl::Status(size_t)>& done) const {
  const auto start = std::chrono::steady_clock::now();
  absl::Status status;
  std::optional<StopRequest> stop;
  {
    Progress progress(what, total, unit);
    RunInOrder(
        n, threads,
        [&](size_t i) {
          if (StopRequested()) return;
          Task task(i, progress);
          work(task);
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

absl::Status Experiment::Draw(const FigureDefinitions& definitions,
                              const std::vector<std::string>& pictures) {
  const FigureScript script = {.name = name, .definitions = definitions, .pictures = pictures};
  const absl::StatusOr<std::string> path = WriteFigureScript(script, figure, output_dir);
  if (!path.ok()) return path.status();
  written_.push_back(*path);
  if (figure == FigureFormat::kNone || StopRequested()) return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> drawn = DrawFigure(script, figure, output_dir);
  if (!drawn.ok()) {
    absl::FPrintF(stderr, "%s\n", drawn.status().message());
    return absl::OkStatus();
  }
  written_.insert(written_.end(), drawn->begin(), drawn->end());
  return absl::OkStatus();
}

std::string ErrorLine(const absl::Status& status) { return OnOneLine(status.message()); }

int ExperimentMain(int argc, char** argv) {
  OpenStandardStreams();
  signal(SIGPIPE, SIG_IGN);  // to write to a pipe that nobody reads, or beyond a limit of the size
  signal(SIGXFSZ, SIG_IGN);  // of files, is an error like any other
  std::vector<std::string> usages;
  for (const ExperimentDeclaration& declaration : Declarations())
    usages.push_back(declaration.usage);
  absl::SetProgramUsageMessage(absl::StrJoin(usages, "\n\n"));
  absl::FlagsUsageConfig help;  // --help lists our flags, not Abseil's
  help.contains_help_flags = [](absl::string_view file) {
    return !absl::StrContains(file, "absl");
  };
  absl::SetFlagsUsageConfig(help);
  const std::string program = fs::path(argv[0]).filename();
  const std::vector<char*> positional = absl::ParseCommandLine(argc, argv);
  CatchInterrupts();

  std::vector<std::string> written;
  absl::Status status = Run(positional, written);
  if (!written.empty()) absl::PrintF("\nWritten%s:\n", status.ok() ? "" : ", as far as it came");
  for (const std::string& path : written) absl::PrintF("  %s\n", path);
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
