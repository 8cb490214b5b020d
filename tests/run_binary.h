#ifndef TESTS_RUN_BINARY_H_
#define TESTS_RUN_BINARY_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

// Programs as a user runs them: with arguments, an environment, a working directory and signals.
// Where the environment variable DLFS_EMULATOR names an emulator (tests/aarch64.sh), programs given
// by their path run under it, with more patience.
namespace dlfs {

struct Command {
  std::string program;  // a path, or a name to look for in PATH
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};  // NAME=value, on top of the test's own
  std::string directory = ".";
  std::chrono::seconds patience = std::chrono::seconds(20);  // for how long it may run
};

struct Outcome {
  int exit_status;  // -n: killed by signal n
  std::string out;
  std::string err;
};

class RunningBinary {
 public:
  explicit RunningBinary(const Command& command);
  ~RunningBinary();
  RunningBinary(const RunningBinary&) = delete;
  RunningBinary& operator=(const RunningBinary&) = delete;

  void Send(int signal);

  // Waits until so many of its threads, beside the first, have computed for 50 ms each
  // (wait_until.h).
  void WaitUntilThreadsCompute(int count) const;

  // Waits for its end. A program that takes longer than its patience (20 times that where a sanitizer
  // slows it down) is killed and fails the test.
  Outcome Wait();

 private:
  std::string output_directory_;
  std::chrono::seconds patience_;
  pid_t pid_;
};

// From start to end.
Outcome RunBinary(const Command& command);

}  // namespace dlfs

#endif  // TESTS_RUN_BINARY_H_
