#include "common/experiment/figure.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/experiment/append_file.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/names.h"

extern char** environ;

namespace dlfs {
namespace {

constexpr absl::string_view kPreamble =
#include "common/experiment/figure.gp.inc"
    ;

constexpr std::array<absl::string_view, 5> kFormatNames = {"svg", "png", "pdf", "terminal", "none"};

absl::string_view FormatName(FigureFormat format) {
  return kFormatNames[static_cast<size_t>(format)];
}

// Runs `gnuplot <file>` in the directory, with its warnings going to our stderr. An error says why
// it did not come to its end, which is also where it takes longer than `patience` or we are asked
// to stop.
absl::Status RunGnuplot(const std::string& directory, const std::string& file,
                        std::chrono::seconds patience) {
  // In the C locale, which containers have, gnuplot warns about UTF-8.
  const std::string change_and_run = "cd -- \"$1\" && exec env LC_ALL=C.UTF-8 gnuplot \"$2\"";
  const char* argv[] = {"sh",         "-c",   change_and_run.c_str(), "sh", directory.c_str(),
                        file.c_str(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);  // which we ignore
  posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid;
  const int error =
      posix_spawnp(&pid, "sh", nullptr, &attributes, const_cast<char**>(argv), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return absl::UnavailableError(std::strerror(error));

  const auto deadline = std::chrono::steady_clock::now() + patience;
  absl::Status killed;
  int wait_status;
  for (;;) {
    const pid_t ended = waitpid(pid, &wait_status, killed.ok() ? WNOHANG : 0);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) return absl::UnavailableError(std::strerror(errno));
    if (StopRequested()) {
      killed = absl::CancelledError("stopped");
    } else if (std::chrono::steady_clock::now() > deadline) {
      killed = absl::DeadlineExceededError(
          absl::StrCat("still running after ", patience.count(), " seconds"));
    }
    if (!killed.ok()) kill(pid, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (!killed.ok()) return killed;
  const int exit_status =
      WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
  if (exit_status == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("exit status ", exit_status));
}

bool GnuplotIsInstalled() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

std::map<std::string, std::string>& Commands() {
  static auto& commands = *new std::map<std::string, std::string>;
  return commands;
}

// Those of the experiment of this name, or else of the one whose name it goes on from.
std::string CommandsOf(const std::string& name) {
  std::string found;
  for (const auto& [experiment, commands] : Commands()) {
    // In alphabetical order, so the longest name comes last.
    if (name == experiment || absl::StartsWith(name, experiment + "_")) found = commands;
  }
  return found;
}

}  // namespace

FigureCommands::FigureCommands(const std::string& experiment, const std::string& commands) {
  Commands()[experiment] = commands;
}

absl::StatusOr<FigureFormat> FigureFormatFromName(absl::string_view name) {
  const auto index = FindName("", name, kFormatNames);
  if (!index.ok()) return index.status();
  return static_cast<FigureFormat>(*index);
}

absl::StatusOr<std::string> WriteFigureScript(const FigureScript& script, FigureFormat format,
                                              const std::string& output_dir) {
  // Between single quotes gnuplot neither unescapes nor runs `commands`.
  const auto quoted = [](absl::string_view text) {
    return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
  };
  const FigureFormat drawn = format == FigureFormat::kNone ? FigureFormat::kSvg : format;
  std::string text = absl::StrCat("# Draw it (again) with: gnuplot ", script.name, ".gp\n\n",
                                  "format = ", quoted(FormatName(drawn)), "\n",
                                  "experiment = ", quoted(script.name), "\n");
  for (const auto& [name, value] : script.definitions) {
    const std::string* string = std::get_if<std::string>(&value);
    absl::StrAppend(&text, name, " = ",
                    string ? quoted(*string) : absl::StrCat(std::get<double>(value)), "\n");
  }
  absl::StrAppend(&text, "\n", kPreamble, CommandsOf(script.name));

  const std::string path = absl::StrCat(output_dir, "/", script.name, ".gp");
  absl::StatusOr<AppendFile> file = AppendFile::Create(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->Append(text); !status.ok()) return status;
  return path;
}

absl::StatusOr<std::vector<std::string>> DrawFigure(const FigureScript& script, FigureFormat format,
                                                    const std::string& output_dir,
                                                    std::chrono::seconds patience) {
  const std::string later = absl::StrCat("(cd '", output_dir, "' && gnuplot ", script.name, ".gp)");
  if (!GnuplotIsInstalled()) {
    return absl::NotFoundError(
        absl::StrCat("gnuplot is not installed, so there is no figure; install it (apt-get install "
                     "gnuplot-nox) and draw it with: ",
                     later));
  }
  std::fflush(stdout);
  const absl::Status run = RunGnuplot(output_dir, script.name + ".gp", patience);
  if (!run.ok()) {
    return absl::InternalError(
        absl::StrCat("gnuplot failed (", run.message(),
                     "), so the figure is missing or incomplete; draw it again with: ", later));
  }
  std::vector<std::string> paths;
  if (format == FigureFormat::kTerminal) return paths;
  for (const std::string& suffix : script.pictures) {
    paths.push_back(absl::StrCat(output_dir, "/", script.name, suffix, ".", FormatName(format)));
  }
  return paths;
}

}  // namespace dlfs
