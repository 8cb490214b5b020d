#ifndef COMMON_EXPERIMENT_CSV_H_
#define COMMON_EXPERIMENT_CSV_H_

#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/experiment/append_file.h"
#include "common/experiment/shortest_decimal.h"

namespace dlfs {

// Writes a table as comma-separated values: lines of comment that start with '#', a line with the
// names of the columns, then one observation a row.
class CsvWriter {
 public:
  // Creates the file, as AppendFile::Create does, and writes its head.
  static absl::StatusOr<CsvWriter> Create(const std::string& path,
                                          const std::vector<std::string>& comments,
                                          const std::vector<std::string>& columns);

  // Adds a row: as many cells as there are columns, each a number or a name without comma and
  // quote; a list of names fills as many cells. Only whole rows are written.
  template <typename... Cells>
  void Row(const Cells&... cells) {
    Write(Line(cells...));
  }

  // Hands all rows to the operating system. An error of this or of anything before it: which file,
  // and why.
  absl::Status Flush();

  const AppendFile& file() const { return file_; }

  // What Create() and Row() write, for a file that is written in another way.
  static std::string Head(const std::vector<std::string>& comments,
                          const std::vector<std::string>& columns);
  template <typename... Cells>
  static std::string Line(const Cells&... cells) {
    std::string line;
    (AppendCell(cells, line), ...);
    line.back() = '\n';
    return line;
  }

 private:
  explicit CsvWriter(AppendFile file) : file_(std::move(file)) {}

  // Each appends the cell and a comma.
  static void AppendCell(absl::string_view cell, std::string& line);
  static void AppendCell(double cell, std::string& line) {
    AppendCell(absl::string_view(ShortestDecimal(cell)), line);
  }
  static void AppendCell(std::integral auto cell, std::string& line) {
    AppendCell(absl::string_view(std::to_string(cell)), line);
  }

  static void AppendCell(const std::vector<std::string>& cells, std::string& line) {
    for (const std::string& cell : cells) AppendCell(absl::string_view(cell), line);
  }

  void Write(absl::string_view text);

  AppendFile file_;
  std::string unwritten_;
  absl::Status status_;  // the first error
};

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_CSV_H_
