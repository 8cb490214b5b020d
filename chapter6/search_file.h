#ifndef CHAPTER6_SEARCH_FILE_H_
#define CHAPTER6_SEARCH_FILE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chapter6/hyperparameter_search.h"
#include "common/experiment/append_file.h"

namespace dlfs {

using Trials = std::map<size_t, Trial>;  // by their numbers

struct SearchFileFormat {
  std::vector<std::string> comments;  // the settings, but for the number of trials
  size_t trials;                      // of all rounds and seeds
  bool continues_shorter;             // a search of fewer trials is the start of this one
  std::vector<int> epochs;            // those that are evaluated
  std::vector<size_t> ends;           // after so many of them a trial may end; the last: after all
};

// Reads a file of this form: its bytes into `text`, its trials, and where the last one is
// incomplete, if it is, into `torn`. An error says which line is not as a search of this format
// writes it.
absl::StatusOr<Trials> ReadTrials(const std::string& path, const SearchFileFormat& format,
                                  std::string& text, std::string& torn);

// The CSV of a search, which is also its memory: what is in it need not be done again.
//
//   # the settings, which say of which search it is
//   # trials=100
//   trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy
//   0,0.0042,1.7e-06,0,0.12,0.0975
//   ...                              of each trial a row for each epoch that is evaluated
//
// A trial that may end sooner, and then goes on, may have its next rows further down.
class SearchFile {
 public:
  // Opens the file, or creates it, and locks its directory for as long as this object lives. The
  // rows of an unfinished trial at its end, which a run that is killed may leave, are cut off; that
  // is said on stderr. Adds the trials of `parts`, files of this search that were made elsewhere.
  // Errors, which leave all files as they are: one is of another search, something in it cannot be
  // read, a part is unfinished, or another search is running in the directory.
  static absl::StatusOr<std::unique_ptr<SearchFile>> Open(const std::string& path,
                                                          const SearchFileFormat& format,
                                                          const std::vector<std::string>& parts);

  // Whether a trial is there, and need not be made; its accuracies are put into `trial`. An error
  // where it has tried other values than this one is to try. From any thread.
  absl::StatusOr<bool> Load(Trial& trial) const;

  // Adds a trial, or the rows that are new of one that is there; they are in the file when this
  // returns. Nothing is added where an interrupt has left it between two ends. From any thread.
  absl::Status Append(const Trial& trial);

  // Puts the trials into their order, in which a run on one thread writes them.
  absl::Status Sort();

  // Those in the file. Not while other threads append.
  const Trials& trials() const { return trials_; }

 private:
  SearchFile(const std::string& path, const SearchFileFormat& format)
      : path_(path), format_(format) {}

  const std::string path_;
  const SearchFileFormat format_;
  Descriptor directory_;  // locked
  std::optional<AppendFile> file_;
  std::string text_;  // of the file
  Trials trials_;     // in it
  mutable std::mutex mutex_;
};

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_FILE_H_
