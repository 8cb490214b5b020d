#include "common/csv.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dlfs {
namespace {

absl::Status WriteError(const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat(path, ": cannot write: ", std::strerror(error)));
}

}  // namespace

std::string ShortestDecimal(double x) {
  if (std::isnan(x)) return "nan";
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof(digits), x).ptr};
}

absl::StatusOr<CsvWriter> CsvWriter::Create(const std::string& path,
                                            const std::vector<std::string>& comments,
                                            const std::vector<std::string>& columns) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return WriteError(path, errno);
  CsvWriter writer(path, file);
  writer.Write(Head(comments, columns));
  if (absl::Status status = writer.Flush(); !status.ok()) return status;
  return writer;
}

std::string CsvWriter::Head(const std::vector<std::string>& comments,
                            const std::vector<std::string>& columns) {
  std::string head;
  for (const std::string& comment : comments) absl::StrAppend(&head, "# ", comment, "\n");
  absl::StrAppend(&head, absl::StrJoin(columns, ","), "\n");
  return head;
}

void CsvWriter::AppendCell(absl::string_view cell, std::string& line) {
  absl::StrAppend(&line, cell, ",");
}

void CsvWriter::Write(absl::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() && error_ == 0) {
    error_ = errno;
  }
}

absl::Status CsvWriter::Flush() {
  if (std::fflush(file_.get()) != 0 && error_ == 0) error_ = errno;
  return error_ == 0 ? absl::OkStatus() : WriteError(path_, error_);
}

}  // namespace dlfs
