#ifndef TESTS_CHAPTER6_EXPERIMENTS_H_
#define TESTS_CHAPTER6_EXPERIMENTS_H_

#include <cstddef>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/csv_table.h"
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
    kBatchNorm, kWeightDecay, kDropout, kOverfit, kSearch, kSurface, kSearchCompare;

// kNaive and kMnist, one after the other. What it writes is theirs.
extern const Program kBoth;

// All of them but kBoth.
std::vector<Program> Programs();
std::vector<Program> ProgramsThatReadMnist();
// For what is common/experiment's: each writes other tables and scripts.
std::vector<Program> OneOfEachKind();

inline std::string NameOf(const testing::TestParamInfo<Program>& test) { return test.param.name; }

// What the short runs have in common.
inline constexpr size_t kShortIterations = 30;
inline constexpr size_t kShortEpochs = 7, kShortEpochsOfAdam = 3;
inline constexpr size_t kShortTrainSize = 30;
inline constexpr size_t kShortTrials = 6, kShortTrialEpochs = 3;

// Short runs, and what is rejected, read the first images of MNIST, which takes a tenth of the time;
// with this flag behind them, all.
inline constexpr size_t kFewTrain = 1000, kFewTest = 100;
inline constexpr char kAllImages[] = "--data_dir=";

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments);

// Runs it, and leaves the lines of progress out of stderr, whose number depends on the machine.
Outcome RunWithoutProgress(const Command& command);

// Runs a command line that has to be rejected with one line on stderr, which is returned, and
// nothing on stdout. An experiment that started to learn nevertheless would not come to an end.
std::string Rejection(const Program& program, const std::vector<std::string>& arguments,
                      int exit_status);

// A short run; and one that would not come to an end, of networks as small.
Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments);
Command EndlessRun(const Program& program, const std::vector<std::string>& more_arguments);

// A short run without a figure, in a new directory. That of no more arguments is run once in a test
// program: do not change its files.
struct Written {
  std::string experiment;  // <directory>/<name>: what the names of its files start with
  std::string out;         // stdout
};
Written WriteTables(const Program& program, std::vector<std::string> more_arguments = {});

// The same. -> <directory>/<name>
std::string Tables(const Program& program, std::vector<std::string> more_arguments = {});

// The cells of a method's printed row, behind its name; "±" and the number behind it are cells, too.
std::vector<std::string> PrintedRow(const std::string& out, const std::string& method);

// --- What is asked of their tables ---

using Row = std::vector<std::string>;

// The first cells of each row.
std::vector<Row> FirstCells(const CsvTable& table, size_t count);

// The rows that start with these cells.
std::vector<Row> RowsOf(const CsvTable& table, const Row& first_cells);

// The column of this name, of all rows.
std::vector<std::string> Column(const CsvTable& table, const std::string& name);

// Fails the test unless `summary` has a row for each method and iteration or epoch of `runs`, in
// their order, and its columns `mean` and `std` are those of the column `value` over the seeds.
void ExpectMeanAndStd(const CsvTable& runs, const std::string& value, const CsvTable& summary,
                      const std::string& mean, const std::string& std);

// Fails the test unless a printed mean and spread, the three cells "0.9123", "±", "0.0045" from
// `cell` on, are these, rounded.
void ExpectPrinted(const std::vector<std::string>& printed, size_t cell, const std::string& mean,
                   const std::string& std);

// --- What gnuplot draws for them ---

bool HasGnuplot();

// The names of the files in a directory.
std::set<std::string> FilesIn(const std::string& directory);

// The names of the files in it of which a program says that it has written them.
std::set<std::string> FilesSaid(const std::string& out, const std::string& directory);

// The names of the tables and scripts that a program writes.
std::set<std::string> TablesAndScripts(const Program& program);

// The names of its pictures, of which there may be fewer than usual.
std::set<std::string> Pictures(const Program& program, const std::vector<std::string>& suffixes,
                               const std::string& format);

// Fails the test unless these are pictures.
void ExpectPictures(const std::string& directory, const std::set<std::string>& files);

// --- Runs of hyperparameter_optimization ---

struct Search {
  CsvTable curves, trials, rounds, best;
  std::string out;  // stdout
};

// A search with enough images and epochs for the trials to differ, in a new directory.
Search RunSearch(const std::vector<std::string>& more_arguments);

// --- Searches that are stopped and go on ---

inline constexpr char kSearchCsv[] = "/hyperparameter_optimization.csv";

// A search whose trials take a moment, without a figure.
Command SearchIn(const std::string& directory, const std::vector<std::string>& more_arguments);

// The bytes of its tables, by their suffix.
using TableBytes = std::map<std::string, std::string>;
TableBytes ReadTables(const std::string& directory);

// Runs the search to its end.
TableBytes FinishSearch(const std::string& directory,
                        const std::vector<std::string>& more_arguments);

// The table of such a search, cut into pieces.
struct SplitTable {
  std::string head;                 // comments and the names of the columns
  std::vector<std::string> trials;  // the rows of each
};
SplitTable Split(const std::string& text);

// Fails the test unless the search ends with an error of one line with these parts, and leaves its
// file as it is.
void ExpectRefused(const std::string& directory, const std::vector<std::string>& more_arguments,
                   const std::vector<std::string>& error);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_EXPERIMENTS_H_
