#include "tests/run_binary.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(20);

void Redirect(int descriptor, const std::string& path) {
  dup2(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
}

// In the child.
[[noreturn]] void Execute(Command command) {
  for (std::string& variable : command.environment) putenv(variable.data());
  std::vector<char*> argv = {command.program.data()};
  for (std::string& argument : command.arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  if (chdir(command.directory.c_str()) == 0) execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

}  // namespace

RunningBinary::RunningBinary(const Command& command) : output_directory_(FreshDirectory()) {
  // A program that a signal ends before it begins has written nothing.
  for (const char* stream : {"/out", "/err"}) WriteFile(output_directory_ + stream, "");
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  Redirect(STDOUT_FILENO, output_directory_ + "/out");
  Redirect(STDERR_FILENO, output_directory_ + "/err");
  Execute(command);
}

RunningBinary::~RunningBinary() {
  if (pid_ <= 0) return;
  Send(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void RunningBinary::Send(int signal) { EXPECT_EQ(kill(pid_, signal), 0); }

Outcome RunningBinary::Wait() {
  const Clock::time_point deadline = Clock::now() + kPatience;
  bool killed = false;
  int status;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (!killed && Clock::now() > deadline) {
      ADD_FAILURE() << "still running after " << kPatience.count() << " s";
      Send(SIGKILL);
      killed = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = -1;
  return {.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          .out = ReadFile(output_directory_ + "/out"),
          .err = ReadFile(output_directory_ + "/err")};
}

Outcome RunBinary(const Command& command) { return RunningBinary(command).Wait(); }

}  // namespace dlfs
