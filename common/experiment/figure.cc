#include "common/experiment/figure.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
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

constexpr std::array<absl::string_view, 6> kFormatNames = {"svg", "png",      "pdf",
                                                           "gif", "terminal", "none"};

absl::string_view FormatName(FigureFormat format) {
  return kFormatNames[static_cast<size_t>(format)];
}

constexpr int kNotInstalled = 69;  // an exit status that gnuplot does not have

// In the C locale, which containers have, gnuplot warns about UTF-8. In a process group of its own
// it would be stopped for writing to a terminal.
constexpr char kRunGnuplot[] = R"sh(
gnuplot=$(command -v gnuplot) || exit 69
case $gnuplot in /*) ;; *) gnuplot=$PWD/$gnuplot ;; esac
cd -- "$1" || exit 1
unset GNUTERM
export LC_ALL=C.UTF-8
trap '' TTOU
exec "$gnuplot" -d -e "unfinished='$3'" "$2")sh";

// Runs gnuplot on a file in the directory, with its warnings going to our stderr. An error says why
// it did not come to its end, which is also where it takes longer than `patience` or we are asked
// to stop: then gnuplot is killed, with all that it has started.
absl::Status RunGnuplot(const std::string& directory, const std::string& file,
                        std::chrono::seconds patience) {
  const std::string unfinished(kNew);
  const char* argv[] = {
      "sh", "-c", kRunGnuplot, "sh", directory.c_str(), file.c_str(), unfinished.c_str(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);  // which we ignore
  posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t pid;
  const int error =
      posix_spawn(&pid, "/bin/sh", nullptr, &attributes, const_cast<char**>(argv), environ);
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
    if (!killed.ok()) kill(-pid, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (!killed.ok()) return killed;
  const int exit_status =
      WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
  if (exit_status == 0) return absl::OkStatus();
  if (exit_status == kNotInstalled) return absl::NotFoundError("gnuplot is not installed");
  return absl::InternalError(absl::StrCat("exit status ", exit_status));
}

// Whether the file ends as a picture does: on a device that is full gnuplot writes what fits, and
// succeeds.
bool IsComplete(const std::string& path, FigureFormat format) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (format == FigureFormat::kPng) return absl::EndsWith(bytes, "IEND\xae\x42\x60\x82");
  if (format == FigureFormat::kGif) return absl::EndsWith(bytes, ";");
  return absl::EndsWith(absl::StripTrailingAsciiWhitespace(bytes),
                        format == FigureFormat::kSvg ? "</svg>" : "%%EOF");
}

// A word of a command for the shell, on one line.
std::string ShellWord(absl::string_view text) {
  if (std::ranges::none_of(text, absl::ascii_iscntrl)) {
    return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
  }
  std::string format;
  for (const char c : absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"%", "%%"}})) {
    if (absl::ascii_iscntrl(c)) {
      absl::StrAppendFormat(&format, "\\%03o", c);
    } else {
      format += c;
    }
  }
  return absl::StrCat("\"$(printf ", ShellWord(format), ")\"");
}

std::map<std::string, std::string>& Commands() {
  static auto& commands = *new std::map<std::string, std::string>;
  return commands;
}

// How the script defines say(english): for another language with those of the translations that
// `script`, its definitions and commands, may need.
std::string TextFunction(Language language, absl::string_view script) {
  std::vector<std::string> pairs;
  for (const auto& [english, translated] : TranslationsTo(language)) {
    const std::string quoted = GnuplotQuoted(english);  // as definitions have it
    if (!absl::StrContains(script, english) && !absl::StrContains(script, quoted)) continue;
    pairs.push_back(absl::StrCat("    ", quoted, ", ", GnuplotQuoted(translated)));
  }
  if (pairs.empty()) return "say(english) = english\n";
  return absl::StrCat(
      "\n# The texts of this script, and behind each what the picture says.\n", "array texts[",
      2 * pairs.size(), "] = [ \\\n", absl::StrJoin(pairs, ", \\\n"), " ]\n",
      "place_of(english) = (sum [k = 1:|texts| / 2] (texts[2 * k - 1] eq english ? 2 * k : 0))\n",
      "say(english) = place_of(english) > 0 ? texts[place_of(english)] : english\n\n");
}

// What the script defines, in gnuplot's words.
struct InGnuplot {
  std::string operator()(const std::string& text) const { return GnuplotQuoted(text); }
  std::string operator()(double number) const { return absl::StrCat(number); }
  std::string operator()(const FigureText& text) const { return text.expression(); }
  std::string operator()(const std::vector<FigureText>& texts) const {
    const auto append = [](std::string* out, const FigureText& text) { *out += text.expression(); };
    return absl::StrCat("[", absl::StrJoin(texts, ", ", append), "]");
  }
};

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
  const FigureFormat drawn = format == FigureFormat::kNone ? FigureFormat::kSvg : format;
  std::string definitions;
  for (const auto& [name, value] : script.definitions) {
    const bool is_array = std::holds_alternative<std::vector<FigureText>>(value);
    absl::StrAppend(&definitions, is_array ? "array " : "", name, " = ",
                    std::visit(InGnuplot(), value), "\n");
  }
  const std::string commands = CommandsOf(script.name);
  const std::string text = absl::StrCat("# Draw it (again) with: gnuplot ", script.name, ".gp\n\n",
                                        "format = ", GnuplotQuoted(FormatName(drawn)), "\n",
                                        "language = ", GnuplotQuoted(LanguageName(script.language)),
                                        "\n", "experiment = ", GnuplotQuoted(script.name), "\n",
                                        TextFunction(script.language, definitions + commands),
                                        definitions, "\n", kPreamble, commands);

  const std::string path = absl::StrCat(output_dir, "/", script.name, ".gp");
  if (absl::Status status = AppendFile::Replace(path, text).status(); !status.ok()) return status;
  return path;
}

absl::Status DrawFigure(const FigureScript& script, FigureFormat format,
                        const std::string& output_dir, std::vector<std::string>& drawn,
                        std::chrono::seconds patience) {
  std::vector<std::string> pictures;
  for (const std::string& suffix : script.pictures) {
    if (format == FigureFormat::kTerminal) break;
    pictures.push_back(absl::StrCat(output_dir, "/", script.name, suffix, ".", FormatName(format)));
  }
  absl::Status status;
  for (const std::string& picture : pictures) {
    const std::string unfinished = absl::StrCat(picture, kNew);
    status.Update(ExpectFileOrNothing(picture));
    status.Update(ExpectFileOrNothing(unfinished));
    if (!status.ok()) return status;
    unlink(unfinished.c_str());  // of a run that was killed
  }

  std::fflush(stdout);
  status = RunGnuplot(output_dir, script.name + ".gp", patience);
  for (const std::string& picture : pictures) {
    const std::string unfinished = absl::StrCat(picture, kNew);
    if (!ExpectFileOrNothing(unfinished).ok() || !IsComplete(unfinished, format)) {
      status.Update(absl::DataLossError(absl::StrCat(picture, " was not drawn to its end")));
    } else if (std::rename(unfinished.c_str(), picture.c_str()) != 0) {
      status.Update(WriteError(picture, errno));
    } else {
      drawn.push_back(picture);
      continue;
    }
    unlink(unfinished.c_str());
  }
  if (status.ok()) return status;
  const std::string later =
      absl::StrCat("(cd ", ShellWord(output_dir), " && gnuplot ", script.name, ".gp)");
  if (absl::IsNotFound(status)) {
    return absl::NotFoundError(
        absl::StrCat("gnuplot is not installed, so there is no figure; install it (apt-get install "
                     "gnuplot-nox) and draw it with: ",
                     later));
  }
  return absl::InternalError(
      absl::StrCat("gnuplot failed (", status.message(),
                   "), so the figure is missing or incomplete; draw it again with: ", later));
}

}  // namespace dlfs
