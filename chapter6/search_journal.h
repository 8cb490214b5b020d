#ifndef CHAPTER6_SEARCH_JOURNAL_H_
#define CHAPTER6_SEARCH_JOURNAL_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chapter6/search_table.h"
#include "common/append_file.h"

namespace dlfs {

// Reads a file with a part of a search that was made elsewhere. One whose end is torn is an error, too.
absl::StatusOr<std::map<size_t, Trial>> ReadPart(const std::string& path,
                                                 const SearchTableFormat& format);

// Adds the trials of a file to others. An error where it has another result of a trial that is there.
absl::Status AddTrials(const std::string& path, const std::map<size_t, Trial>& added,
                       std::map<size_t, Trial>& trials);

// The file with the table of a search (search_table.h), which remembers every finished trial,
// however the process ends.
class SearchJournal {
 public:
  // Opens the file, or creates it with its head. Takes over the trials in it; an incomplete one at
  // its end is cut off, which is said on stderr. A file of another search or a damaged one is an
  // error and is left as it is, and so is one in a directory where another search is running.
  static absl::StatusOr<SearchJournal> Open(const std::string& path,
                                            const SearchTableFormat& format);

  const std::string& path() const { return path_; }

  // Those in the file.
  const std::map<size_t, Trial>& trials() const { return table_.trials; }

  // Adds a trial that is not there yet; it is on disk when this returns. From any thread.
  absl::Status Append(const Trial& trial);

  // Puts the file into the order of the trials, in which a run on one thread writes it.
  absl::Status Sort();

 private:
  SearchJournal(std::string path, SearchTableFormat format, Descriptor directory)
      : path_(std::move(path)), format_(std::move(format)), directory_(std::move(directory)) {}

  // Writes the whole table anew, all or nothing.
  absl::Status Replace();

  std::string path_;
  SearchTableFormat format_;
  Descriptor directory_;  // of the file; locked
  std::optional<AppendFile> file_;
  SearchTable table_;  // what is in the file
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_JOURNAL_H_
