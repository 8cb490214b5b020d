#include "common/figure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/names.h"

extern char** environ;

namespace dlfs {
namespace {

constexpr absl::string_view kPreamble =
#include "common/figure.gp.inc"
    ;

constexpr std::array<absl::string_view, 5> kFormatNames = {"svg", "png", "pdf", "terminal", "none"};

absl::string_view FormatName(FigureFormat format) {
  return kFormatNames[static_cast<size_t>(format)];
}

// Runs `gnuplot <file>` in the directory, with its warnings going to our stderr. -> its exit status
absl::StatusOr<int> RunGnuplot(const std::string& directory, const std::string& file) {
  // In the C locale, which containers have, gnuplot warns about UTF-8.
  const std::string change_and_run = "cd -- \"$1\" && exec env LC_ALL=C.UTF-8 gnuplot \"$2\"";
  const char* argv[] = {"sh",         "-c",   change_and_run.c_str(), "sh", directory.c_str(),
                        file.c_str(), nullptr};
  pid_t pid;
  const int error = posix_spawnp(&pid, "sh", nullptr, nullptr, const_cast<char**>(argv), environ);
  if (error != 0) return absl::UnavailableError(std::strerror(error));
  int wait_status;
  while (waitpid(pid, &wait_status, 0) < 0) {
    if (errno != EINTR) return absl::UnavailableError(std::strerror(errno));
  }
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

bool GnuplotIsInstalled() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

}  // namespace

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
  absl::StrAppend(&text, "\n", kPreamble, script.commands);

  const std::string path = absl::StrCat(output_dir, "/", script.name, ".gp");
  std::FILE* file = std::fopen(path.c_str(), "we");
  bool ok = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int error = errno;
  if (file != nullptr && std::fclose(file) != 0) {
    error = ok ? errno : error;
    ok = false;
  }
  if (!ok)
    return absl::UnavailableError(absl::StrCat(path, ": cannot write: ", std::strerror(error)));
  return path;
}

absl::StatusOr<std::vector<std::string>> DrawFigure(const FigureScript& script, FigureFormat format,
                                                    const std::string& output_dir) {
  const std::string later = absl::StrCat("(cd '", output_dir, "' && gnuplot ", script.name, ".gp)");
  if (!GnuplotIsInstalled()) {
    return absl::NotFoundError(
        absl::StrCat("gnuplot is not installed, so there is no figure; install it (apt-get install "
                     "gnuplot-nox) and draw it with: ",
                     later));
  }
  std::fflush(stdout);
  const absl::StatusOr<int> exit_status = RunGnuplot(output_dir, script.name + ".gp");
  if (!exit_status.ok() || *exit_status != 0) {
    return absl::InternalError(
        absl::StrCat("gnuplot failed (",
                     exit_status.ok() ? absl::StrCat("exit status ", *exit_status)
                                      : std::string(exit_status.status().message()),
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
