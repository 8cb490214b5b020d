#ifndef TESTS_CHAPTER6_EXPERIMENTS_H_
#define TESTS_CHAPTER6_EXPERIMENTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/run_binary.h"

// The experiments of the chapter, run as a user runs them.
namespace dlfs {

// A program, and what it writes.
struct Program {
  std::string name;
  std::vector<std::string> tables;    // suffixes of <name>.csv
  std::vector<std::string> pictures;  // suffixes of <name>.<format>
};
inline const Program kNaive = {
    "optimizer_compare_naive", {""}, {"", "_surface", "_gradient", "_together"}};
inline const Program kMnist = {"optimizer_compare_mnist", {"", "_summary"}, {""}};

// Both, one after the other.
inline constexpr char kBoth[] = "optimizer_compare";

inline constexpr size_t kShortIterations = 30;

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments);

// Runs it, and leaves the lines of progress out of stderr: how many there are depends on the machine.
Outcome RunWithoutProgress(const Command& command);

// Runs a command line that has to be rejected with one line on stderr, which is returned, and
// nothing on stdout. An experiment that started to learn nevertheless would not come to an end.
std::string Rejection(const std::string& program, std::vector<std::string> arguments,
                      int exit_status);

// A short run.
Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments);

// Runs it without a figure in a new directory. -> <directory>/<name>
std::string Tables(const Program& program, std::vector<std::string> arguments = {});

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_EXPERIMENTS_H_
