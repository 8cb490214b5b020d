#include "chapter6/search_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/check.h"

namespace dlfs {
namespace {

// -> errno, 0 if all is read. Not a stream, which throws where the path is that of a directory.
int ReadAll(const std::string& path, std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return errno;
  char block[1 << 14];
  size_t size;
  while ((size = std::fread(block, 1, sizeof(block), file)) > 0) text.append(block, size);
  const int error = std::ferror(file) != 0 ? errno : 0;
  std::fclose(file);
  return error;
}

// An error says what is wrong with the file, and what to do.
absl::StatusOr<SearchTable> ReadFile(const std::string& path, const SearchTableFormat& format,
                                     absl::string_view otherwise) {
  std::string text;
  if (const int error = ReadAll(path, text); error != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read: ", std::strerror(error)));
  }
  absl::StatusOr<SearchTable> table = ReadSearchTable(text, format);
  if (absl::IsFailedPrecondition(table.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " belongs to another search: ", table.status().message(),
                     ". Go on with its settings, or ", otherwise));
  }
  if (!table.ok()) {
    return absl::DataLossError(absl::StrCat(path, " is damaged: ", table.status().message(),
                                            ". Remove the rows of the damaged trial, which is then "
                                            "done again, or ",
                                            otherwise));
  }
  return table;
}

}  // namespace

absl::StatusOr<std::map<size_t, Trial>> ReadPart(const std::string& path,
                                                 const SearchTableFormat& format) {
  absl::StatusOr<SearchTable> part = ReadFile(path, format, "leave it out of --merge");
  if (!part.ok()) return part.status();
  if (!part->torn.empty()) {
    return absl::DataLossError(absl::StrCat(path, " is incomplete: ", part->torn,
                                            ". Finish it with the command that made it"));
  }
  return std::move(part->trials);
}

absl::Status AddTrials(const std::string& path, const std::map<size_t, Trial>& added,
                       std::map<size_t, Trial>& trials) {
  for (const auto& [number, trial] : added) {
    const auto [known, is_new] = trials.emplace(number, trial);
    if (!is_new && SearchTableRows(known->second) != SearchTableRows(trial)) {
      return absl::DataLossError(absl::StrCat(
          path, ": trial ", number,
          " is not the same as in another file of this search; one of them is damaged. "
          "Make the trial anew, or leave its part out of --merge"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchJournal> SearchJournal::Open(const std::string& path,
                                                  const SearchTableFormat& format) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  SearchJournal journal(path, format,
                        Descriptor(open(directory.empty() ? "." : directory.c_str(),
                                        O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  if (journal.directory_.get() < 0) return WriteError(path, errno);
  // A file system that knows no locks is taken as it is.
  if (flock(journal.directory_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return absl::FailedPreconditionError(
        absl::StrCat(path,
                     ": another search is running in this directory; wait for its end, or "
                     "choose another --output_dir"));
  }
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is a symbolic link, expected a file: choose another --output_dir"));
  }
  const bool exists = std::filesystem::exists(path, error);
  if (exists) {
    absl::StatusOr<SearchTable> table =
        ReadFile(path, format, "choose another --output_dir, or remove the file");
    if (!table.ok()) return table.status();
    journal.table_ = *std::move(table);
  }
  const SearchTable& table = journal.table_;
  if (!table.torn.empty()) {
    absl::FPrintF(stderr,
                  "%s: %s, as a run that is killed leaves it; it is cut off and done again\n", path,
                  table.torn);
  }
  if (!exists || !table.torn.empty() || table.shorter) {
    if (absl::Status status = journal.Replace(); !status.ok()) return status;
    return journal;
  }
  absl::StatusOr<AppendFile> file = AppendFile::Open(path);
  if (!file.ok()) return file.status();
  journal.file_ = *std::move(file);
  return journal;
}

absl::Status SearchJournal::Append(const Trial& trial) {
  const std::lock_guard<std::mutex> lock(*mutex_);
  DLFS_CHECK(!table_.trials.contains(trial.number));
  absl::Status status = file_->AppendAndSync(SearchTableRows(trial));
  if (status.ok()) table_.Add(trial);
  return status;
}

absl::Status SearchJournal::Sort() {
  if (table_.in_order) return absl::OkStatus();
  return Replace();
}

absl::Status SearchJournal::Replace() {
  std::string text = SearchTableHead(format_);
  for (const auto& [number, trial] : table_.trials) text += SearchTableRows(trial);
  const std::string unfinished = path_ + ".new";
  absl::StatusOr<AppendFile> file = AppendFile::Create(unfinished);
  absl::Status status = file.status();
  if (status.ok()) status = file->AppendAndSync(text);
  if (status.ok()) status = file->Rename(path_);
  if (!status.ok()) {
    unlink(unfinished.c_str());
    return status;
  }
  file_ = *std::move(file);
  table_.in_order = true;
  const int error = SyncDescriptor(directory_.get());
  return error == 0 ? absl::OkStatus() : WriteError(path_, error);
}

}  // namespace dlfs
