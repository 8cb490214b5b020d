#ifndef TESTS_CSV_TABLE_H_
#define TESTS_CSV_TABLE_H_

#include <string>
#include <vector>

namespace dlfs {

// A file that CsvWriter (common/csv.h) wrote.
struct CsvTable {
  std::vector<std::string> comments;  // without "# "
  std::string header;
  std::vector<std::vector<std::string>> rows;
};

// Reads it. A missing file, a comment below the header, an incomplete row or an empty cell fails
// the test.
CsvTable ReadCsv(const std::string& path);

// A cell as a number. A cell that is none fails the test.
double Number(const std::string& cell);

}  // namespace dlfs

#endif  // TESTS_CSV_TABLE_H_
