#include "tests/chapter6/experiments.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments) {
  return RunBinary({.program = FindRunfile("chapter6/" + program), .arguments = arguments});
}

Outcome RunWithoutProgress(const Command& command) {
  Outcome outcome = RunBinary(command);
  std::string kept;
  for (absl::string_view line :
       absl::StrSplit(outcome.err, absl::ByChar('\n'), absl::SkipEmpty())) {
    if (!absl::EndsWith(line, " %)")) absl::StrAppend(&kept, line, "\n");
  }
  outcome.err = kept;
  return outcome;
}

std::string Rejection(const std::string& program, std::vector<std::string> arguments,
                      int exit_status) {
  if (program != kNaive.name) arguments.insert(arguments.begin(), "--iterations=10000000");
  const Outcome outcome = RunExperiment(program, arguments);
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  return outcome.err;
}

Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments) {
  Command command = {.program = FindRunfile("chapter6/" + program.name)};
  if (program.name == kMnist.name) {
    command.arguments = {absl::StrCat("--iterations=", kShortIterations), "--seeds=2",
                         "--batch_size=32", "--hidden_sizes=20,20"};
  }
  command.arguments.insert(command.arguments.end(), more_arguments.begin(), more_arguments.end());
  return command;
}

std::string Tables(const Program& program, std::vector<std::string> arguments) {
  const std::string directory = FreshDirectory();
  arguments.insert(arguments.end(), {"--figure=none", "--output_dir=" + directory});
  const Outcome outcome = RunWithoutProgress(ShortRun(program, arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  return directory + "/" + program.name;
}

}  // namespace dlfs
