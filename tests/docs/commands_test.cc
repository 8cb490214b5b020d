#include "tests/docs/commands.h"

#include <algorithm>
#include <ostream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/docs/repository.h"
#include "tests/files.h"
#include "tests/run_binary.h"

// The commands of the pages parse, and those that run a program are run, with smaller sizes.
namespace dlfs {
namespace {

using Kind = Block::Kind;
using testing::AnyOf;
using testing::Contains;

const Repository& repository = ThisRepository();

bool IsBazel(const std::vector<std::string>& command) {
  return command[0] == "bazel" || command[0] == "./bazelw";
}

// A program of chapter6 with the arguments that a page gives it.
struct ProgramRun {
  std::string program;
  std::vector<std::string> arguments;

  auto operator<=>(const ProgramRun&) const = default;
};
void PrintTo(const ProgramRun& run, std::ostream* out) {
  *out << run.program << " " << absl::StrJoin(run.arguments, " ");
}

// Calls f(command) for each command in a block of shell code or in a sentence:
// `bazel run //chapter6:...`, and without these words, `optimizer_compare_mnist -- --seeds=5`.
template <typename F>
void ForEachCommand(F f) {
  static const std::regex short_form("\\w+ -- .*");
  for (const Page& page : repository.pages) {
    for (const Block& block : page.blocks) {
      std::vector<std::string> shells;
      if (block.kind == Kind::kCode && block.mark == "sh") shells = {block.text};
      if (block.kind != Kind::kCode && block.kind != Kind::kMath) {
        for (const std::string& code : CodeSpans(block.text)) {
          if (absl::StartsWith(code, "bazel ") && absl::StrContains(code, "//")) {
            shells.push_back(code);
          }
          if (std::regex_match(code, short_form)) {
            shells.push_back(absl::StrCat("bazel run //chapter6:", code));
          }
        }
      }
      for (const std::string& shell : shells) {
        for (const std::vector<std::string>& command : Commands(shell)) {
          SCOPED_TRACE(absl::StrCat(page.path, ":", block.line, ": ", absl::StrJoin(command, " ")));
          f(command);
        }
      }
    }
  }
}

std::vector<ProgramRun> ProgramRuns() {
  std::set<ProgramRun> runs;
  ForEachCommand([&](const std::vector<std::string>& command) {
    constexpr absl::string_view kChapter = "//chapter6:";
    if (!IsBazel(command) || command.size() < 3 || command[1] != "run") return;
    const auto target = std::find_if(command.begin(), command.end(), [&](const std::string& word) {
      return absl::StartsWith(word, kChapter);
    });
    if (target == command.end()) return;
    ProgramRun run = {.program = target->substr(kChapter.size()), .arguments = {}};
    const auto dashes = std::find(target, command.end(), "--");
    if (dashes != command.end()) run.arguments = {dashes + 1, command.end()};
    runs.insert(run);
  });
  return {runs.begin(), runs.end()};
}

// Sizes with which the program is done at once.
std::vector<std::string> Smaller(const std::string& name) {
  if (name == kBoth.name) return kMnist.short_run;
  for (const Program& program : Programs()) {
    if (program.name != name) continue;
    std::vector<std::string> smaller = program.short_run;
    // A grid wants a square number of trials.
    if (name == kSearch.name) smaller.push_back("--trials=9");
    return smaller;
  }
  return {};
}

class ProgramRunTest : public testing::TestWithParam<ProgramRun> {};

TEST_P(ProgramRunTest, IsAccepted) {
  const ProgramRun& run = GetParam();
  if (std::any_of(run.arguments.begin(), run.arguments.end(), [](const std::string& argument) {
        return absl::StartsWith(argument, "--benchmark") || argument == "--help";
      })) {
    return;  // names_test looks at these
  }
  std::vector<std::string> arguments = run.arguments;
  for (const std::string& argument : Smaller(run.program)) arguments.push_back(argument);
  arguments.push_back("--figure=none");
  arguments.push_back("--output_dir=" + FreshDirectory());
  const Outcome outcome = RunExperiment(run.program, arguments);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

std::vector<ProgramRun> Experiments() {
  std::vector<ProgramRun> runs = ProgramRuns();
  std::erase_if(runs, [](const ProgramRun& run) {
    return run.program == "search_sweep" || run.program == "training_benchmark";
  });
  return runs;
}

INSTANTIATE_TEST_SUITE_P(Commands, ProgramRunTest, testing::ValuesIn(Experiments()));

// "//tests/...": a package, or one with packages in it.
bool IsPattern(const std::string& word) {
  if (!absl::EndsWith(word, "/...")) return false;
  const std::string prefix =
      absl::StrCat(word.substr(0, word.size() - 4), word == "//..." ? "" : "/");
  return std::any_of(repository.targets.begin(), repository.targets.end(),
                     [&](const std::string& target) {
                       return absl::StartsWith(target, prefix) ||
                              absl::StartsWith(target, word.substr(0, word.size() - 4) + ":");
                     });
}

void ExpectBazelUnderstands(const std::vector<std::string>& command) {
  ASSERT_GT(command.size(), 2u);
  EXPECT_THAT(command[1], AnyOf("run", "build", "test", "query"));
  if (command[1] == "query") return;
  bool has_target = false;
  for (size_t i = 2; i < command.size() && command[i] != "--"; ++i) {
    const std::string& word = command[i];
    if (absl::StartsWith(word, "--config=")) {
      EXPECT_THAT(repository.files.at(".bazelrc"),
                  testing::HasSubstr(absl::StrCat(":", word.substr(9), " ")));
    } else if (!absl::StartsWith(word, "--")) {
      has_target = true;
      const std::string full = absl::StrCat(word, ":", word.substr(word.rfind('/') + 1));
      EXPECT_TRUE(IsPattern(word) || repository.targets.contains(word) ||
                  repository.targets.contains(full))
          << "there is no target " << word;
    }
  }
  EXPECT_TRUE(has_target);
}

TEST(CommandsTest, Exist) {
  const std::set<std::string> tools = {"awk", "git", "gnuplot", "grep", "sort"};
  size_t commands = 0;
  std::string cloned;
  ForEachCommand([&](const std::vector<std::string>& command) {
    ++commands;
    if (command[0] == "git") cloned = command.back();
    if (IsBazel(command)) {
      ExpectBazelUnderstands(command);
    } else if (command[0] == "cd") {
      ASSERT_EQ(command.size(), 2u);
      EXPECT_TRUE(command[1] == "out" || command[1] == cloned || IsFileOrDirectory(command[1]))
          << "there is no such directory";
    } else if (absl::StrContains(command[0], "/")) {
      EXPECT_TRUE(repository.files.contains(command[0])) << "there is no such file";
    } else {
      EXPECT_THAT(tools, Contains(command[0]));
    }
  });
  EXPECT_GT(commands, 0u);
}

TEST(CommandsTest, AreShell) {
  for (const Page& page : repository.pages) {
    for (const Block& block : page.blocks) {
      if (block.kind != Kind::kCode || block.mark != "sh") continue;
      const std::string script = FreshDirectory() + "/commands.sh";
      WriteFile(script, block.text);
      const Outcome outcome = RunBinary({.program = "bash", .arguments = {"-n", script}});
      EXPECT_EQ(outcome.exit_status, 0) << page.path << ":" << block.line << ": " << outcome.err;
    }
  }
}

}  // namespace
}  // namespace dlfs
