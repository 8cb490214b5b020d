#include "chapter6/search_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/experiment/csv.h"
#include "common/experiment/settings.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kLongestHead = 100'000, kLongestRow = 200;  // bytes

constexpr char kRemoveRows[] =
    ". Remove the rows of this trial, which is then made anew, or the file";

// What stands above the rows, line by line.
std::vector<std::string> Head(const SearchFileFormat& format, size_t trials) {
  std::vector<std::string> lines;
  for (const std::string& comment : format.comments) lines.push_back("# " + comment);
  lines.push_back(absl::StrCat("# trials=", trials));
  lines.push_back("trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy");
  return lines;
}

// A row of a trial, with its end of line.
std::string Row(const SearchFileFormat& format, const Trial& trial, size_t row) {
  return CsvWriter::Line(trial.number, trial.learning_rate, trial.weight_decay, format.epochs[row],
                         trial.validation[row], trial.train[row]);
}

std::string Rows(const SearchFileFormat& format, const Trial& trial, size_t first = 0) {
  std::string rows;
  for (size_t row = first; row < trial.validation.size(); ++row) rows += Row(format, trial, row);
  return rows;
}

// Of a line for a message: printable, and not too long. The file may hold any bytes.
std::string Excerpt(absl::string_view line) { return absl::CEscape(line.substr(0, 300)); }

bool ReadAccuracy(absl::string_view cell, double& accuracy) {
  return absl::SimpleAtod(cell, &accuracy) && !(accuracy < 0 || accuracy > 1);  // may be NaN
}

bool ReadNumber(absl::string_view line, size_t& number) {
  return absl::SimpleAtoi(line.substr(0, line.find(',')), &number);
}

// Adds the next row to a trial; false where it is not as Row() would have written it.
bool ReadRow(const SearchFileFormat& format, size_t trials, absl::string_view line, Trial& trial) {
  const std::vector<absl::string_view> cells = absl::StrSplit(line, ',');
  const size_t row = trial.validation.size();
  if (cells.size() != 6) return false;
  if (row == 0 && !(ReadNumber(line, trial.number) && trial.number < trials &&
                    absl::SimpleAtod(cells[1], &trial.learning_rate) &&
                    absl::SimpleAtod(cells[2], &trial.weight_decay))) {
    return false;
  }
  double validation, train;
  if (!ReadAccuracy(cells[4], validation) || !ReadAccuracy(cells[5], train)) return false;
  trial.validation.push_back(validation);
  trial.train.push_back(train);
  return Row(format, trial, row) == absl::StrCat(line, "\n");
}

}  // namespace

absl::StatusOr<Trials> ReadTrials(const std::string& path, const SearchFileFormat& format,
                                  std::string& text, std::string& torn) {
  const auto error = [&path](const auto&... what) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": ", what...));
  };
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    return error("expected a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return error("cannot be read: ", std::strerror(errno));
  // Not more than a search of this form can have: other files may be larger than the memory.
  const uintmax_t most = kLongestHead + format.trials * format.epochs.size() * kLongestRow;
  text.resize(std::min(fs::file_size(path, ignored), most + 1));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const absl::string_view tail = lines.back();  // without an end of line: none
  lines.pop_back();

  // Of how many trials it is, if that makes it the start of this search.
  size_t trials = format.trials, fewer = 0;
  if (const size_t count = format.comments.size();
      format.continues_shorter && count < lines.size() &&
      absl::SimpleAtoi(absl::StripPrefix(lines[count], "# trials="), &fewer) && fewer > 0) {
    trials = std::min(trials, fewer);
  }
  const std::vector<std::string> head = Head(format, trials);
  for (size_t i = 0; i < head.size(); ++i) {
    if (i < lines.size() && lines[i] == head[i]) continue;
    return error("line ", i + 1,
                 i < lines.size() ? absl::StrCat(" says '", Excerpt(lines[i]), "'") : " is missing",
                 ", but this search is '", head[i],
                 "'. Go on with its settings, choose another --output_dir, or remove the file");
  }

  if (text.size() > most) {
    return error("expected at most ", most, " bytes, as many as ", trials, " trials have, found ",
                 fs::file_size(path, ignored));
  }

  Trials read;
  for (size_t next = head.size(); next < lines.size() || !tail.empty();) {
    const size_t first = next;
    // One that is there already may go on, up to the next of its ends.
    Trial trial;
    if (size_t number; next < lines.size() && ReadNumber(lines[next], number)) {
      if (const auto begun = read.find(number); begun != read.end()) trial = begun->second;
    }
    const size_t before = trial.validation.size();
    const auto end = std::ranges::upper_bound(format.ends, before);
    if (end == format.ends.end()) {
      return error("line ", first + 1, ": trial ", trial.number, " is there twice", kRemoveRows);
    }
    const size_t rows = *end - before;
    for (; next - first < rows && next < lines.size(); ++next) {
      const size_t row = before + next - first;
      if (ReadRow(format, trials, lines[next], trial)) continue;
      return error("line ", next + 1, ": expected a row of epoch ", format.epochs[row], " of ",
                   row == 0 ? absl::StrCat("a trial from 0 to ", trials - 1)
                            : absl::StrCat("trial ", trial.number),
                   ", found '", Excerpt(lines[next]), "'", kRemoveRows);
    }
    if (next - first < rows) {
      torn = absl::StrCat("the trial from line ", first + 1, " on ends after ", next - first,
                          " of ", rows, " rows",
                          tail.empty() ? "" : absl::StrCat(" and '", Excerpt(tail), "'"));
      break;
    }
    read.insert_or_assign(trial.number, trial);
  }
  return read;
}

absl::StatusOr<std::unique_ptr<SearchFile>> SearchFile::Open(
    const std::string& path, const SearchFileFormat& format,
    const std::vector<std::string>& parts) {
  std::unique_ptr<SearchFile> search(new SearchFile(path, format));
  std::string part_text, torn;
  Trials made_elsewhere;
  for (const std::string& part : parts) {
    absl::StatusOr<Trials> trials = ReadTrials(part, format, part_text, torn);
    if (!trials.ok()) {
      return absl::FailedPreconditionError(absl::StrCat("--merge: ", trials.status().message()));
    }
    if (!torn.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("--merge: ", part, ": ", torn,
                       ". Finish it with the command that made it, before --merge"));
    }
    made_elsewhere.merge(*trials);
  }

  const std::string directory = fs::path(path).parent_path();
  search->directory_ = Descriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (search->directory_.get() < 0) return WriteError(path, errno);
  if (!Lock(search->directory_)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": another search is running in this directory; wait for its end, or ",
                     "choose another --output_dir"));
  }
  if (absl::Status status = ExpectFileOrNothing(path); !status.ok()) return status;
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    absl::StatusOr<Trials> trials = ReadTrials(path, format, search->text_, torn);
    if (!trials.ok()) return trials.status();
    absl::StatusOr<AppendFile> file = AppendFile::Open(path);
    if (!file.ok()) return file.status();
    search->trials_ = *std::move(trials);
    search->file_ = *std::move(file);
  }
  if (!torn.empty()) {
    absl::FPrintF(stderr,
                  "%s: %s, as a run that is killed leaves it; it is cut off and done again\n",
                  OnOneLine(path), torn);
  }
  search->trials_.merge(made_elsewhere);
  if (absl::Status sorted = search->Sort(); !sorted.ok()) return sorted;
  return search;
}

absl::StatusOr<bool> SearchFile::Load(Trial& trial) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = trials_.find(trial.number);
  if (found == trials_.end()) return false;
  const auto tried = [](const Trial& trial) {
    return absl::StrCat("the learning rate ", ShortestDecimal(trial.learning_rate),
                        " and the weight decay ", ShortestDecimal(trial.weight_decay));
  };
  if (tried(found->second) == tried(trial)) {
    trial = found->second;
    return true;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(path_, ": trial ", trial.number, " has ", tried(found->second),
                   ", where this search tries ", tried(trial), kRemoveRows));
}

absl::Status SearchFile::Append(const Trial& trial) {
  if (!std::ranges::binary_search(format_.ends, trial.validation.size())) return absl::OkStatus();
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string rows =
      Rows(format_, trial, trials_.contains(trial.number) ? trials_[trial.number].train.size() : 0);
  if (absl::Status status = file_->Append(rows); !status.ok()) return status;
  text_ += rows;
  trials_.insert_or_assign(trial.number, trial);
  return absl::OkStatus();
}

absl::Status SearchFile::Sort() {
  std::string text = absl::StrJoin(Head(format_, format_.trials), "\n") + "\n";
  for (const auto& [number, trial] : trials_) text += Rows(format_, trial);
  if (text == text_) return absl::OkStatus();
  absl::StatusOr<AppendFile> file = AppendFile::Replace(path_, text);
  if (!file.ok()) return file.status();
  file_ = *std::move(file);
  text_ = text;
  return absl::OkStatus();
}

}  // namespace dlfs
