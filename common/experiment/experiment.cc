#include "common/experiment/experiment.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <new>
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

// What `f` returns; what the standard library throws where memory or threads end becomes an error
// like any other.
template <typename F>
absl::Status StatusOf(const F& f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "there is not enough memory; use fewer --threads, or smaller networks and mini-batches");
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(error.what());
  }
}

// The files of the experiments of this program.
struct Files {
  std::vector<std::string> written, earlier;
};

// Runs one experiment, and adds its files.
absl::Status RunDeclared(const ExperimentDeclaration& declaration, Files& files) {
  Experiment experiment = ExperimentFromFlags().value();
  static const Mnist no_images;
  const Mnist* mnist = &no_images;
  if (declaration.needs_mnist) mnist = *LoadedMnist();
  experiment.name = declaration.name;
  experiment.configuration = ConfigurationOf(declaration.file);
  absl::Status status = StatusOf([&] { return declaration.run(experiment, *mnist); });
  status.Update(experiment.CheckOutputDirectory());
  const std::vector<std::string> written = experiment.written(), earlier = experiment.Earlier();
  files.written.insert(files.written.end(), written.begin(), written.end());
  files.earlier.insert(files.earlier.end(), earlier.begin(), earlier.end());
  return status;
}

void PrintList(const std::string& title, const std::vector<std::string>& paths) {
  if (!paths.empty()) absl::PrintF("\n%s:\n", title);
  for (const std::string& path : paths) absl::PrintF("  %s\n", OnOneLine(path));
}

absl::Status Run(const std::vector<char*>& positional, Files& files) {
  if (positional.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected only flags (--name=value), found '", positional[1], "'"));
  }
  if (absl::Status status = ExperimentFromFlags().status(); !status.ok()) return status;
  for (SettingBase* setting : Settings()) {
    if (absl::Status status = setting->Read(); !status.ok()) return status;
  }
  for (const ExperimentDeclaration& declaration : Declarations()) {
    if (!declaration.needs_mnist) continue;
    if (absl::Status status = LoadedMnist().status(); !status.ok()) return status;
  }
  for (const ExperimentDeclaration& declaration : Declarations()) {
    if (&declaration != &Declarations().front()) absl::PrintF("\n");
    absl::Status status = RunDeclared(declaration, files);
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

absl::Status Experiment::PrepareOutputDirectory() {
  if (directory_.get() >= 0) return CheckOutputDirectory();
  std::error_code error, ignored;
  fs::create_directories(output_dir, error);
  if (!fs::is_directory(output_dir, ignored)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "--output_dir: expected a directory, or a place where one can be made; found ", output_dir,
        fs::exists(output_dir, ignored) ? ", which is not a directory"
                                        : absl::StrCat(": ", error.message())));
  }
  if (access(output_dir.c_str(), W_OK | X_OK) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("--output_dir: expected a directory that can be written to; found ",
                     output_dir, ": ", std::generic_category().message(errno)));
  }
  directory_ = Descriptor(open(output_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return absl::OkStatus();
}

absl::Status Experiment::CheckOutputDirectory() const {
  if (directory_.get() < 0 || IsAt(directory_, output_dir)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(output_dir, ": was removed or replaced while the program wrote to it"));
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
  const std::string path = Path(suffix + ".csv");
  absl::StatusOr<CsvWriter> csv = CsvWriter::Create(path, Comments(suffix), columns);
  if (absl::IsFailedPrecondition(csv.status())) return csv;  // such as: of another run
  tables_.push_back(path);
  if (!csv.ok()) return csv;
  written_.push_back(path);
  locks_.push_back(csv->file().descriptor().Duplicate());
  return csv;
}

std::vector<std::string> Experiment::Earlier() const {
  std::vector<std::string> earlier;
  for (const std::string& table : tables_) earlier.push_back(absl::StrCat(table, kPrevious));
  for (const std::string& picture : pictures_) {
    for (const absl::string_view format : kPictureFormats) {
      earlier.push_back(absl::StrCat(picture, ".", format));
    }
  }
  std::erase_if(earlier, [this](const std::string& path) {
    std::error_code ignored;
    return std::ranges::count(written_, path) > 0 || !fs::exists(path, ignored);
  });
  return earlier;
}

absl::StatusOr<double> Experiment::RunInParallel(
    const std::string& what, size_t n, size_t total, const std::string& unit,
    const std::function<void(Task& task)>& work,
    const std::function<absl::Status(size_t)>& done) const {
  const auto start = std::chrono::steady_clock::now();
  std::vector<absl::Status> worked(n);
  absl::Status status;
  {
    std::optional<StopRequest> stop;
    std::mutex mutex;  // of `stop`
    const auto stop_at_error = [&](const absl::Status& error) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!error.ok() && !stop) stop.emplace();
    };
    Progress progress(what, total, unit);
    const auto do_work = [&](size_t i) {
      if (StopRequested()) return;
      worked[i] = StatusOf([&] {
        Task task(i, progress);
        work(task);
        return absl::OkStatus();
      });
      stop_at_error(worked[i]);
    };
    absl::Status written;
    const auto when_done = [&](size_t i) {
      progress.Clear();
      if (worked[i].ok() && written.ok()) written = StatusOf([&] { return done(i); });
      status.Update(worked[i]);
      status.Update(written);
      stop_at_error(written);
    };
    status.Update(StatusOf([&] {
      RunInOrder(n, threads, do_work, when_done, [&] { progress.Show(); });
      return absl::OkStatus();
    }));
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
  if (absl::Status status = PrepareOutputDirectory(); !status.ok()) return status;
  if (!StopRequested()) {
    for (const std::string& table : tables_) unlink(absl::StrCat(table, kPrevious).c_str());
  }
  const FigureScript script = {.name = name, .definitions = definitions, .pictures = pictures};
  const absl::StatusOr<std::string> path = WriteFigureScript(script, figure, output_dir);
  if (!path.ok()) return path.status();
  written_.push_back(*path);
  for (const std::string& suffix : pictures) pictures_.push_back(Path(suffix));
  if (figure == FigureFormat::kNone || StopRequested()) return absl::OkStatus();
  const absl::Status drawn = DrawFigure(script, figure, output_dir, written_);
  if (!drawn.ok()) absl::FPrintF(stderr, "%s\n", ErrorLine(drawn));
  return absl::OkStatus();
}

std::string ErrorLine(const absl::Status& status) { return OnOneLine(status.message()); }

int ExperimentMain(int argc, char** argv) {
  OpenStandardStreams();
  signal(SIGPIPE, SIG_IGN);  // to write to a pipe that nobody reads, or beyond a limit of the size
  signal(SIGXFSZ, SIG_IGN);  // of files, is an error like any other
  signal(SIGCHLD, SIG_DFL);  // where it is ignored, nobody learns how gnuplot ended
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

  Files files;
  absl::Status status = StatusOf([&] { return Run(positional, files); });
  PrintList(status.ok() ? "Written" : "Written, as far as it came", files.written);
  PrintList("Still there of an earlier run", files.earlier);
  status.Update(FlushStandardOutput());
  if (!status.ok()) absl::FPrintF(stderr, "%s: %s\n", program, ErrorLine(status));
  if (const int signal = InterruptSignal(); signal != 0) {
    absl::FPrintF(stderr, "%s: stopped by signal %d%s\n", program, signal,
                  status.ok() ? "; what was computed until then is written" : "");
    return 128 + signal;
  }
  if (status.ok()) return 0;
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace dlfs
