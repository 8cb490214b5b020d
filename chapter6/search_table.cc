#include "chapter6/search_table.h"

#include <cmath>
#include <iterator>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/csv.h"

namespace dlfs {
namespace {

const std::vector<std::string>& Columns() {
  static const auto& columns = *new std::vector<std::string>{
      "trial", "learning_rate", "weight_decay", "epoch", "validation_accuracy", "train_accuracy"};
  return columns;
}

constexpr char kTrials[] = "trials=";

// The lines of a text, one after the other.
class Lines {
 public:
  explicit Lines(absl::string_view text) : rest_(text) {}

  // Whether there is another line; one without an end is none.
  bool Next() {
    const size_t end = rest_.find('\n');
    if (end == absl::string_view::npos) return false;
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    ++number_;
    return true;
  }

  absl::string_view line() const { return line_; }
  size_t number() const { return number_; }
  absl::string_view rest() const { return rest_; }  // behind the line

 private:
  absl::string_view line_, rest_;
  size_t number_ = 0;
};

// Of a text for a message: printable, on one line, and not too long. The file may hold any bytes.
std::string Excerpt(absl::string_view text, size_t length = 100) {
  return absl::CEscape(text.substr(0, length));
}

absl::Status Damaged(size_t line, absl::string_view expected, absl::string_view found) {
  return absl::DataLossError(
      absl::StrCat("line ", line, ": expected ", expected, ", found '", Excerpt(found), "'"));
}

// A number exactly as ShortestDecimal writes it.
bool ReadDecimal(absl::string_view cell, double& value) {
  return absl::SimpleAtod(cell, &value) && std::isfinite(value) && ShortestDecimal(value) == cell;
}

// A share of n images exactly as it is written, or "nan".
bool ReadAccuracy(absl::string_view cell, size_t n, double& accuracy) {
  if (cell == ShortestDecimal(std::numeric_limits<double>::quiet_NaN())) {
    accuracy = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (!ReadDecimal(cell, accuracy) || std::signbit(accuracy) || accuracy > 1) return false;
  const double images = static_cast<double>(n);
  return std::round(accuracy * images) / images == accuracy;
}

// -> the number of trials of which the table itself is
absl::StatusOr<size_t> ReadHead(const SearchTableFormat& format, Lines& lines, SearchTable& table) {
  if (lines.rest().empty()) return absl::DataLossError("the file ends in its head: it is empty");
  const auto incomplete = [&] {
    return absl::DataLossError(
        absl::StrCat("the file ends in its head, after line ", lines.number()));
  };
  for (const std::string& comment : format.comments) {
    if (!lines.Next()) return incomplete();
    const std::string expected = absl::StrCat("# ", comment);
    if (lines.line() != expected) {
      return absl::FailedPreconditionError(absl::StrCat("line ", lines.number(), " says '",
                                                        Excerpt(lines.line(), 300),
                                                        "', but this search is '", expected, "'"));
    }
  }
  if (!lines.Next()) return incomplete();
  size_t trials;
  absl::string_view text = lines.line();
  if (!absl::ConsumePrefix(&text, absl::StrCat("# ", kTrials)) ||
      !absl::SimpleAtoi(text, &trials) || absl::StrCat(trials) != text || trials == 0) {
    return Damaged(lines.number(), absl::StrCat("'# ", kTrials, "' and a number"), lines.line());
  }
  table.shorter = trials < format.trials;
  if (trials > format.trials || (table.shorter && !format.continues_shorter)) {
    return absl::FailedPreconditionError(absl::StrCat("line ", lines.number(),
                                                      ": it is of a search of ", trials,
                                                      " trials, this one has ", format.trials));
  }
  if (!lines.Next()) return incomplete();
  const std::string columns = CsvWriter::Head({}, Columns());
  if (absl::StrCat(lines.line(), "\n") != columns) {
    return Damaged(lines.number(), absl::StrCat("'", absl::StripSuffix(columns, "\n"), "'"),
                   lines.line());
  }
  return trials;
}

// Reads the row of `epoch` into the trial; the first one says which trial it is.
absl::Status ReadRow(const SearchTableFormat& format, size_t trials, size_t number,
                     absl::string_view line, Trial& trial) {
  const std::vector<absl::string_view> cells = absl::StrSplit(line, ',');
  if (cells.size() != Columns().size()) {
    return Damaged(number, absl::StrCat(Columns().size(), " cells"), line);
  }
  const size_t row = trial.curve.epochs.size();
  Trial read;
  if (!absl::SimpleAtoi(cells[0], &read.number) || absl::StrCat(read.number) != cells[0] ||
      read.number >= trials) {
    return Damaged(number, absl::StrCat("a trial from 0 to ", trials - 1), cells[0]);
  }
  if (!ReadDecimal(cells[1], read.tried.learning_rate)) {
    return Damaged(number, "a learning rate", cells[1]);
  }
  if (!ReadDecimal(cells[2], read.tried.weight_decay)) {
    return Damaged(number, "a weight decay", cells[2]);
  }
  if (row == 0) {
    trial.number = read.number;
    trial.tried = read.tried;
  } else if (read.number != trial.number || read.tried != trial.tried) {
    return Damaged(number, absl::StrCat("epoch ", format.epochs[row], " of trial ", trial.number),
                   line);
  }
  if (cells[3] != absl::StrCat(format.epochs[row])) {
    return Damaged(number, absl::StrCat("epoch ", format.epochs[row]), cells[3]);
  }
  double validation, train;
  if (!ReadAccuracy(cells[4], format.validation_images, validation)) {
    return Damaged(number, absl::StrCat("a share of ", format.validation_images, " images"),
                   cells[4]);
  }
  if (!ReadAccuracy(cells[5], format.train_images, train)) {
    return Damaged(number, absl::StrCat("a share of ", format.train_images, " images"), cells[5]);
  }
  trial.curve.epochs.push_back(format.epochs[row]);
  trial.curve.validation.push_back(validation);
  trial.curve.train.push_back(train);
  return absl::OkStatus();
}

}  // namespace

std::string SearchTableHead(const SearchTableFormat& format) {
  std::vector<std::string> comments = format.comments;
  comments.push_back(absl::StrCat(kTrials, format.trials));
  return CsvWriter::Head(comments, Columns());
}

std::string SearchTableRows(const Trial& trial) {
  std::string rows;
  for (size_t i = 0; i < trial.curve.epochs.size(); ++i) {
    rows += CsvWriter::Line(trial.number, trial.tried.learning_rate, trial.tried.weight_decay,
                            trial.curve.epochs[i], trial.curve.validation[i], trial.curve.train[i]);
  }
  return rows;
}

bool SearchTable::Add(const Trial& trial) {
  const auto [added, is_new] = trials.emplace(trial.number, trial);
  if (is_new && std::next(added) != trials.end()) in_order = false;
  return is_new;
}

absl::StatusOr<SearchTable> ReadSearchTable(absl::string_view text,
                                            const SearchTableFormat& format) {
  SearchTable table;
  Lines lines(text);
  const absl::StatusOr<size_t> trials = ReadHead(format, lines, table);
  if (!trials.ok()) return trials.status();
  while (!lines.rest().empty()) {
    const size_t first_line = lines.number() + 1;
    Trial trial;
    while (trial.curve.epochs.size() < format.epochs.size() && lines.Next()) {
      auto s = ReadRow(format, *trials, lines.number(), lines.line(), trial);
      if (!s.ok()) return s;
    }
    if (trial.curve.epochs.size() < format.epochs.size()) {
      const std::string tail = Excerpt(lines.rest());
      table.torn = absl::StrCat("the trial from line ", first_line, " on ends after ",
                                trial.curve.epochs.size(), " of ", format.epochs.size(), " rows",
                                tail.empty() ? "" : absl::StrCat(" and '", tail, "'"));
      break;
    }
    if (!table.Add(trial)) {
      return absl::DataLossError(
          absl::StrCat("line ", first_line, ": trial ", trial.number, " is there twice"));
    }
  }
  return table;
}

}  // namespace dlfs
