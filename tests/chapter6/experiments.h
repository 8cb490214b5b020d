#ifndef TESTS_CHAPTER6_EXPERIMENTS_H_
#define TESTS_CHAPTER6_EXPERIMENTS_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/run_binary.h"

// The experiments of the chapter, run as a user runs them.
namespace dlfs {

// A table that a program writes: <program's name><suffix>.csv
struct Table {
  std::string suffix;
  std::string header;
};

// A program, and what it writes.
struct Program {
  std::string name;
  std::vector<Table> tables;                // the one that the script is about first
  std::vector<std::string> pictures;        // suffixes of <name>.<format>
  std::vector<std::string> scripts = {""};  // suffixes of <name>.gp
  std::vector<std::string> short_run = {};  // arguments with which it does not take long
  std::vector<std::string> endless = {};    // arguments with which it would not come to an end
  bool reads_mnist = true;
};
inline void PrintTo(const Program& program, std::ostream* out) { *out << program.name; }

extern const Program kNaive, kMnist, kSymmetry, kHistogram, kInitCompare, kGradientCheck,
    kBatchNorm, kWeightDecay, kDropout, kOverfit, kSearch;

// kNaive and kMnist, one after the other. What it writes is theirs.
extern const Program kBoth;

// All of them but kBoth.
std::vector<Program> Programs();
std::vector<Program> ProgramsThatReadMnist();

inline std::string NameOf(const testing::TestParamInfo<Program>& test) { return test.param.name; }

// What the short runs have in common.
inline constexpr size_t kShortIterations = 30;
inline constexpr size_t kShortEpochs = 7, kShortEpochsOfAdam = 3;
inline constexpr size_t kShortTrainSize = 30;
inline constexpr size_t kShortTrials = 6, kShortTrialEpochs = 3;

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments);

// Runs it, and leaves the lines of progress out of stderr, whose number depends on the machine.
Outcome RunWithoutProgress(const Command& command);

// Runs a command line that has to be rejected with one line on stderr, which is returned, and
// nothing on stdout. An experiment that started to learn nevertheless would not come to an end.
std::string Rejection(const Program& program, std::vector<std::string> arguments, int exit_status);

// A short run.
Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments);

// A short run without a figure, in a new directory.
struct Written {
  std::string experiment;  // <directory>/<name>: what the names of its files start with
  std::string out;         // stdout
};
Written WriteTables(const Program& program, std::vector<std::string> more_arguments = {});

// The same. -> <directory>/<name>
std::string Tables(const Program& program, std::vector<std::string> more_arguments = {});

// The cells of a method's printed row, behind its name; "±" and the number behind it are cells, too.
std::vector<std::string> PrintedRow(const std::string& out, const std::string& method);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_EXPERIMENTS_H_
