#ifndef CHAPTER6_SEARCH_TABLE_H_
#define CHAPTER6_SEARCH_TABLE_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chapter6/search_trial.h"

// The CSV of a search as text:
//   trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy
// with a row for each epoch that is evaluated, below comments with the settings. It is also the
// memory of the search, what is in it need not be done again; so reading it is strict.
namespace dlfs {

// A finished trial.
struct Trial {
  size_t number;
  Hyperparameters tried;
  TrialCurve curve;
};

// What the table of a search has to look like.
struct SearchTableFormat {
  std::vector<std::string> comments;  // the settings, but for the number of trials
  size_t trials;                      // their number, in a comment of its own: "trials=100"
  bool continues_shorter;             // a search of fewer trials is the start of this one
  std::vector<int> epochs;            // those after which a trial is evaluated
  size_t validation_images, train_images;
};

// Its comments and the line with the names of the columns.
std::string SearchTableHead(const SearchTableFormat& format);

// The rows of a trial.
std::string SearchTableRows(const Trial& trial);

struct SearchTable {
  std::map<size_t, Trial> trials = {};  // by their number
  bool in_order = true;                 // they are in the text in this order
  bool shorter = false;                 // it is the table of a search of fewer trials
  std::string torn = "";  // the last trial is incomplete, as a run that is killed leaves it: where

  // Adds the trial that comes next in the text; false if it is there already.
  bool Add(const Trial& trial);
};

// Reads the text. Whatever is not as SearchTableHead() and SearchTableRows() would have written it,
// but for an incomplete trial at the end, is an error that says in which line: kFailedPrecondition
// where the settings are others, kDataLoss where the text is damaged.
absl::StatusOr<SearchTable> ReadSearchTable(absl::string_view text,
                                            const SearchTableFormat& format);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_TABLE_H_
