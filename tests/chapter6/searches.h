#ifndef TESTS_CHAPTER6_SEARCHES_H_
#define TESTS_CHAPTER6_SEARCHES_H_

#include <map>
#include <string>
#include <vector>

#include "tests/csv_table.h"
#include "tests/run_binary.h"

// Runs of hyperparameter_optimization.
namespace dlfs {

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

#endif  // TESTS_CHAPTER6_SEARCHES_H_
