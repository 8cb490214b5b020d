#include "tests/run_binary.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/wait_until.h"

namespace dlfs {
namespace {

using Clock = std::chrono::steady_clock;

// What a program that we built runs under, or nothing.
char* Emulator() { return getenv("DLFS_EMULATOR"); }

// How much slower a sanitizer or an emulator makes a program.
int Slowness() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 20;
#else
  return Emulator() == nullptr ? 1 : 30;
#endif
}

void Redirect(int descriptor, const std::string& path) {
  dup2(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
}

// In the child. The program has to obey the permissions of files as an ordinary user's does, even if
// it is root's.
[[noreturn]] void Execute(Command command) {
  for (const int capability : {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH}) {
    prctl(PR_CAPBSET_DROP, capability);
  }
  // gnuplot's fontconfig warns where it cannot write its cache.
  setenv("XDG_CACHE_HOME", (testing::TempDir() + "/cache").c_str(), 1);
  for (std::string& variable : command.environment) putenv(variable.data());
  std::vector<char*> argv = {command.program.data()};
  // A program from PATH is this machine's own.
  const bool ours = command.program.find('/') != std::string::npos;
  if (ours && Emulator() != nullptr) argv.insert(argv.begin(), Emulator());
  for (std::string& argument : command.arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  if (chdir(command.directory.c_str()) == 0) execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

}  // namespace

RunningBinary::RunningBinary(const Command& command)
    : output_directory_(FreshDirectory()), patience_(command.patience * Slowness()) {
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

void RunningBinary::WaitUntilThreadsCompute(int count) const {
  const std::string process = "/proc/" + std::to_string(pid_);
  const auto enough = 0.05 * sysconf(_SC_CLK_TCK);
  WaitUntil([&] {
    int computing = 0;
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(process + "/task", gone)) {
      if (thread.path().filename() == std::to_string(pid_)) continue;
      // pid (name) state, and 11 and 12 numbers behind the state, the ticks in which it computed
      std::ifstream stat(thread.path() / "stat");
      stat.ignore(1000, ')');
      std::string field;
      for (int i = 0; i < 11; ++i) stat >> field;
      long user = 0, system = 0;
      stat >> user >> system;
      computing += user + system >= enough;
    }
    return computing >= count;
  });
}

Outcome RunningBinary::Wait() {
  const Clock::time_point deadline = Clock::now() + patience_;
  bool killed = false;
  int status;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (!killed && Clock::now() > deadline) {
      ADD_FAILURE() << "still running after " << patience_.count() << " s";
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
