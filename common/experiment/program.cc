// A program of experiments: its command line, the experiments that are linked into it, one after the
// other, and how it ends.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/isa_name.h"
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
ABSL_FLAG(std::string, figure, "svg",
          "the format of the figure: svg, png, pdf, gif, terminal or none; a gif moves where the "
          "experiment has something that moves");

ABSL_FLAG(std::string, language, "en", "the language of the texts in the figure: en or ko");

namespace dlfs {
namespace {

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
  const absl::StatusOr<Language> language = LanguageFromName(absl::GetFlag(FLAGS_language));
  if (!language.ok()) return OfFlag("language", language.status());
  experiment.language = *language;

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
  for (const std::string& path : experiment.written()) files.written.push_back(path);
  for (const std::string& path : experiment.Earlier()) files.earlier.push_back(path);
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
  const std::string program = std::filesystem::path(argv[0]).filename();
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
