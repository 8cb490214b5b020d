#include "common/experiment/csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dlfs {

absl::StatusOr<CsvWriter> CsvWriter::Create(const std::string& path,
                                            const std::vector<std::string>& comments,
                                            const std::vector<std::string>& columns) {
  absl::StatusOr<AppendFile> file = AppendFile::Create(path);
  if (!file.ok()) return file.status();
  CsvWriter writer(*std::move(file));
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
  constexpr size_t kMostUnwritten = 1 << 20;  // bytes
  absl::StrAppend(&unwritten_, text);
  if (unwritten_.size() >= kMostUnwritten) Flush().IgnoreError();
}

absl::Status CsvWriter::Flush() {
  if (status_.ok()) status_ = file_.Append(unwritten_);
  unwritten_.clear();
  return status_;
}

}  // namespace dlfs
