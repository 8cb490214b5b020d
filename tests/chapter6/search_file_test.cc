// The file of a search: what is written, what is read of it, and what is refused.
#include "chapter6/search_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_report.h"
#include "common/experiment/experiment.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"
#include "tests/file_size_limit.h"
#include "tests/files.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Opened = absl::StatusOr<std::unique_ptr<SearchFile>>;

class SearchFileTest : public testing::Test {
 protected:
  Opened Open(const SearchFileFormat& format = ExampleFormat(),
              const std::vector<std::string>& parts = {}) const {
    testing::internal::CaptureStderr();
    Opened file = SearchFile::Open(path_, format, parts);
    said_ = testing::internal::GetCapturedStderr();
    return file;
  }

  // Opens a file of this text. -> the error, after a look at the file, which has to be as it was.
  std::string Refused(const std::string& text,
                      const SearchFileFormat& format = ExampleFormat()) const {
    WriteFile(path_, text);
    const absl::Status status = Open(format).status();
    EXPECT_FALSE(status.ok()) << text;
    EXPECT_EQ(ReadFile(path_), text);
    EXPECT_EQ(said_, "");
    EXPECT_THAT(std::string(status.message()), StartsWith(path_ + ": "));
    return std::string(status.message()).substr(path_.size() + 2);
  }

  // Nothing but the file is left in its directory.
  ~SearchFileTest() override {
    for (const auto& entry : fs::directory_iterator(directory_)) {
      EXPECT_EQ(entry.path().string(), path_);
    }
  }

  const std::string directory_ = FreshDirectory(), path_ = directory_ + "/search.csv";
  mutable std::string said_;  // on stderr
};

// --- Written ---

TEST_F(SearchFileTest, IsAHeadAndARowForEachEpoch) {
  const Opened file = Open();
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(ReadFile(path_), ExampleText({}));
  for (const size_t number : {0, 1, 2}) ASSERT_TRUE((*file)->Append(ExampleTrial(number)).ok());
  EXPECT_EQ(ReadFile(path_),
            "# a search\n"
            "# seed=8\n"
            "# trials=3\n"
            "trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy\n"
            "0,0.01,1e-07,0,0.25,0.1\n"
            "0,0.01,1e-07,5,0.5,0.3\n"
            "1,0.005,2e-07,0,0.25,0.1\n"
            "1,0.005,2e-07,5,0.5,0.4\n"
            "2,0.0033333333333333335,3e-07,0,0.25,0.1\n"
            "2,0.0033333333333333335,3e-07,5,nan,nan\n");
}

TEST_F(SearchFileTest, ATrialIsThereAtOnceAndInOrderOnceItIsSorted) {
  const auto file = Open(ExampleFormat(6)).value();
  std::vector<size_t> numbers;
  for (const size_t number : {4, 0, 2}) {
    ASSERT_TRUE(file->Append(ExampleTrial(number)).ok());
    numbers.push_back(number);
    EXPECT_EQ(ReadFile(path_), ExampleText(numbers, 6));
    EXPECT_EQ(file->trials().size(), numbers.size());
  }
  ASSERT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 4}, 6));
  ASSERT_TRUE(file->Append(ExampleTrial(3)).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 4, 3}, 6));
  ASSERT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 2, 3, 4}, 6));
}

TEST_F(SearchFileTest, ATrialWithoutItsLastEpochsIsNotAdded) {
  const auto file = Open().value();
  Trial trial = ExampleTrial(1);
  trial.validation.pop_back();
  trial.train.pop_back();
  EXPECT_TRUE(file->Append(trial).ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({}));
  EXPECT_TRUE(file->trials().empty());
}

TEST_F(SearchFileTest, TakesAllTrialsOfManyThreads) {
  constexpr size_t kTrials = 64, kThreads = 8;
  const auto file = Open(ExampleFormat(kTrials)).value();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t number = t; number < kTrials; number += kThreads) {
        EXPECT_TRUE(file->Append(ExampleTrial(number)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string text, torn;
  const auto trials = ReadTrials(path_, ExampleFormat(kTrials), text, torn);
  ASSERT_TRUE(trials.ok()) << trials.status();
  EXPECT_EQ(trials->size(), kTrials);
  EXPECT_EQ(torn, "");
}

// Of the trial nothing is left, wherever in it the disk becomes full.
TEST_F(SearchFileTest, ADiskThatBecomesFullCostsOnlyATrial) {
  const auto file = Open().value();
  ASSERT_TRUE(file->Append(ExampleTrial(2)).ok());
  const std::string before = ExampleText({2}), after = ExampleText({2, 1});
  for (size_t size = before.size(); size < after.size(); ++size) {
    absl::Status status;
    {
      const FileSizeLimit limit(size);
      status = file->Append(ExampleTrial(1));
    }
    EXPECT_EQ(status.message(), path_ + ": cannot write: File too large");
    ASSERT_EQ(ReadFile(path_), before) << size;
  }
  ASSERT_TRUE(file->Append(ExampleTrial(1)).ok());
  absl::Status status;
  {
    const FileSizeLimit limit(20);
    status = file->Sort();
  }
  EXPECT_EQ(status.message(), path_ + ".new: cannot write: File too large");
  EXPECT_EQ(ReadFile(path_), after);
  ASSERT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({1, 2}));
}

TEST_F(SearchFileTest, AFullDiskLeavesNoHead) {
  absl::Status status;
  {
    const FileSizeLimit limit(20);
    status = Open().status();
  }
  EXPECT_EQ(status.message(), path_ + ".new: cannot write: File too large");
  EXPECT_FALSE(fs::exists(path_));
}

// --- Of trials that may end sooner ---

// After one evaluation or two.
SearchFileFormat HalvingFormat() {
  SearchFileFormat format = ExampleFormat();
  format.ends = {1, 2};
  return format;
}

Trial FirstHalf(size_t number) {
  Trial trial = ExampleTrial(number);
  trial.validation.resize(1);
  trial.train.resize(1);
  return trial;
}

// The rows of the trials in ExampleText, each with its end of line.
const std::string kHead = ExampleText({});
std::string FirstRow(size_t number) {
  const std::string rows = ExampleText({number}).substr(kHead.size());
  return rows.substr(0, rows.find('\n') + 1);
}
std::string SecondRow(size_t number) {
  const std::string rows = ExampleText({number}).substr(kHead.size());
  return rows.substr(rows.find('\n') + 1);
}

TEST_F(SearchFileTest, ATrialThatGoesOnAddsItsNewRows) {
  const auto file = Open(HalvingFormat()).value();
  ASSERT_TRUE(file->Append(FirstHalf(1)).ok());
  ASSERT_TRUE(file->Append(FirstHalf(0)).ok());
  ASSERT_TRUE(file->Append(ExampleTrial(1)).ok());
  EXPECT_EQ(ReadFile(path_), kHead + FirstRow(1) + FirstRow(0) + SecondRow(1));
  ASSERT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), kHead + FirstRow(0) + FirstRow(1) + SecondRow(1));
}

TEST_F(SearchFileTest, IsReadAsFarAsEachTrialHasCome) {
  const std::string sorted = kHead + FirstRow(0) + SecondRow(0) + FirstRow(1) + FirstRow(2);
  for (const std::string& text :
       {sorted, kHead + FirstRow(1) + FirstRow(0) + FirstRow(2) + SecondRow(0),
        sorted + SecondRow(2).substr(0, 8)}) {
    WriteFile(path_, text);
    const auto file = Open(HalvingFormat()).value();
    EXPECT_EQ(said_.empty(), text.back() == '\n');
    EXPECT_EQ(ReadFile(path_), sorted);
    ASSERT_EQ(file->trials().size(), 3);
    EXPECT_EQ(file->trials().at(0).validation, ExampleTrial(0).validation);
    EXPECT_EQ(file->trials().at(1).validation, FirstHalf(1).validation);
    EXPECT_EQ(file->trials().at(2).train, FirstHalf(2).train);
  }
}

TEST_F(SearchFileTest, AWrongRowOfATrialThatGoesOnIsRefused) {
  const auto error = [&](const std::string& rows) {
    return Refused(kHead + FirstRow(0) + FirstRow(1) + rows, HalvingFormat());
  };
  EXPECT_THAT(error(FirstRow(0)),
              StartsWith("line 7: expected a row of epoch 5 of trial 0, found"));
  EXPECT_THAT(error(SecondRow(2)),
              StartsWith("line 7: expected a row of epoch 0 of a trial from "));
  EXPECT_THAT(error(SecondRow(1) + SecondRow(1)), StartsWith("line 8: trial 1 is there twice"));
  EXPECT_THAT(error("0,0.02,1e-07,5,0.5,0.3\n"), StartsWith("line 7: expected a row of epoch 5"));
}

// --- Read ---

TEST_F(SearchFileTest, IsReadAsItWas) {
  WriteFile(path_, ExampleText({0, 1, 2}));
  const fs::file_time_type written = fs::last_write_time(path_);
  const auto file = Open().value();
  ASSERT_EQ(file->trials().size(), 3);
  for (const size_t number : {0, 1, 2}) {
    const Trial expected = ExampleTrial(number), &trial = file->trials().at(number);
    EXPECT_EQ(trial.number, number);
    EXPECT_EQ(trial.learning_rate, expected.learning_rate);
    EXPECT_EQ(trial.weight_decay, expected.weight_decay);
    EXPECT_EQ(trial.validation[0], expected.validation[0]);
    EXPECT_EQ(trial.train[0], expected.train[0]);
    EXPECT_EQ(std::isnan(trial.validation[1]), number == 2);
    EXPECT_EQ(std::isnan(trial.train[1]), number == 2);
  }
  EXPECT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 2}));
  EXPECT_EQ(fs::last_write_time(path_), written);
}

TEST_F(SearchFileTest, GoesOnWithTrialsInAnyOrder) {
  WriteFile(path_, ExampleText({2, 0}));
  WriteFile(path_ + ".new", "what a run that was killed has left");
  const auto file = Open().value();
  EXPECT_EQ(file->trials().size(), 2);
  for (const size_t number : {0, 1, 2}) {
    const Trial expected = ExampleTrial(number);
    Trial trial = {number, expected.learning_rate, expected.weight_decay};
    EXPECT_EQ(file->Load(trial).value(), number != 1);
    EXPECT_EQ(trial.train.empty(), number == 1);
    if (number == 0) {
      EXPECT_EQ(trial.validation, expected.validation);
      EXPECT_EQ(trial.train, expected.train);
    }
  }
  ASSERT_TRUE(file->Append(ExampleTrial(1)).ok());
  ASSERT_TRUE(file->Sort().ok());
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 2}));
}

TEST_F(SearchFileTest, GoesOnWithAShorterSearchUnderItsOwnHead) {
  WriteFile(path_, ExampleText({1, 0}, 2));
  const auto file = Open(ExampleFormat(4, true)).value();
  EXPECT_EQ(file->trials().size(), 2);
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1}, 4));
}

// Each of these is what a run that is killed may leave.
TEST_F(SearchFileTest, CutsATornEndOffAndSaysSo) {
  const std::string whole = ExampleText({0, 1, 2});
  for (size_t size = ExampleText({}).size(); size <= whole.size(); ++size) {
    std::vector<size_t> complete = {0, 1, 2};
    while (ExampleText(complete).size() > size) complete.pop_back();
    WriteFile(path_, whole.substr(0, size));
    const Opened file = Open();
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_EQ(ReadFile(path_), ExampleText(complete)) << size;
    if (ExampleText(complete).size() == size) {
      EXPECT_EQ(said_, "");
    } else {
      EXPECT_THAT(said_, AllOf(StartsWith(path_ + ": the trial from line "),
                               HasSubstr("it is cut off and done again\n")));
    }
  }
  const auto torn = [&](size_t size) {
    WriteFile(path_, whole.substr(0, size));
    EXPECT_TRUE(Open().ok());
    return said_;
  };
  const size_t second = whole.find("1,0.005");
  EXPECT_THAT(torn(second + 7),
              HasSubstr("the trial from line 7 on ends after 0 of 2 rows and '1,0.005', as"));
  EXPECT_THAT(torn(second + 25), HasSubstr("line 7 on ends after 1 of 2 rows, as a run"));
}

// Nothing is silently taken for something else: what is read is in the text, byte for byte.
TEST_F(SearchFileTest, AnyOtherByteAnywhereIsAnErrorOrReadAsItIs) {
  const std::string good = ExampleText({0, 1, 2});
  int read = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char byte : std::string("05,.-e\n\xff")) {
      std::string changed = good, text, torn;
      changed[i] = byte;
      WriteFile(path_, changed);
      const auto trials = ReadTrials(path_, ExampleFormat(), text, torn);
      if (!trials.ok()) {
        EXPECT_THAT(std::string(trials.status().message()), StartsWith(path_ + ": line "));
        continue;
      }
      ++read;
      ASSERT_EQ(text, changed);
      ASSERT_TRUE(Open().ok());
      const std::string again = ReadFile(path_);
      EXPECT_EQ(again, changed.substr(0, again.size()));
      EXPECT_EQ(torn.empty(), again.size() == changed.size()) << changed;
    }
  }
  EXPECT_GT(read, 0);
}

// --- Refused ---

// A line that is replaced, by none if it is "-"; and what the error says.
struct Damage {
  std::string name;
  size_t line;
  std::string by;
  std::string error;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class DamagedFileTest : public SearchFileTest, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedFileTest, IsRefusedAndLeftAsItIs) {
  const auto& [name, line, by, error] = GetParam();
  std::vector<std::string> lines = absl::StrSplit(ExampleText({0, 1, 2}), '\n');
  if (by == "-") {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line) - 1);
  } else {
    lines[line - 1] = by;
  }
  EXPECT_THAT(Refused(absl::StrJoin(lines, "\n")), StartsWith(error));
}

constexpr char kRow0[] = "expected a row of epoch 0 of a trial from 0 to 2, found '";
constexpr char kRow5[] = "expected a row of epoch 5 of trial 0, found '";
std::string At(int line, const std::string& error) { return absl::StrCat("line ", line, error); }

INSTANTIATE_TEST_SUITE_P(
    All, DamagedFileTest,
    testing::Values(
        Damage{"Comment", 2, "# seed=9", "line 2 says '# seed=9', but this search is '# seed=8'. "},
        Damage{"LongerComment", 2, "# seed=80", "line 2 says '# seed=80', but this search is '# "},
        Damage{"OtherByte", 2, "# seed=\xff", "line 2 says '# seed=\\377', but this search is '# "},
        Damage{"NoSignOfAComment", 1, "a search", "line 1 says 'a search', but"},
        Damage{"MissingComment", 1, "-", "line 1 says '# seed=8', but this search is '# a search'"},
        Damage{"FewerTrials", 3, "# trials=2", "line 3 says '# trials=2', but this search is '# "},
        Damage{"MoreTrials", 3, "# trials=4", "line 3 says '# trials=4', but this search is '# "},
        Damage{"NoColumns", 4, "-", "line 4 says '0,0.01,1e-07,0,0.25,0.1', but this search is "},
        Damage{"FirstRowMissing", 5, "-", At(5, ": ") + kRow0 + "0,0.01,1e-07,5,0.5,0.3'. Remove"},
        Damage{"LastRowMissing", 6, "-", At(6, ": ") + kRow5 + "1,0.005"},
        Damage{"BlankLine", 6, "", At(6, ": ") + kRow5 + "'"},
        Damage{"MissingCell", 6, "0,0.01,1e-07,5,0.5", At(6, ": ") + kRow5},
        Damage{"ExtraCell", 6, "0,0.01,1e-07,5,0.5,0.3,1", At(6, ": ") + kRow5},
        Damage{"OtherTrial", 6, "1,0.01,1e-07,5,0.5,0.3", At(6, ": ") + kRow5},
        Damage{"OtherRate", 6, "0,0.02,1e-07,5,0.5,0.3", At(6, ": ") + kRow5},
        Damage{"OtherDecay", 6, "0,0.01,1e-06,5,0.5,0.3", At(6, ": ") + kRow5},
        Damage{"OtherEpoch", 6, "0,0.01,1e-07,4,0.5,0.3", At(6, ": ") + kRow5},
        Damage{"OfWindows", 5, "0,0.01,1e-07,0,0.25,0.1\r", At(5, ": ") + kRow0},
        Damage{"TrialBeyond", 5, "3,0.01,1e-07,0,0.25,0.1", At(5, ": ") + kRow0},
        Damage{"TrialNoNumber", 5, "x,0.01,1e-07,0,0.25,0.1", At(5, ": ") + kRow0},
        Damage{"RateNoNumber", 5, "0,x,1e-07,0,0.25,0.1", At(5, ": ") + kRow0},
        Damage{"RateWrittenOtherwise", 5, "0,0.010,1e-07,0,0.25,0.1", At(5, ": ") + kRow0},
        Damage{"AccuracyAbove1", 5, "0,0.01,1e-07,0,1.25,0.1", At(5, ": ") + kRow0},
        Damage{"NegativeAccuracy", 5, "0,0.01,1e-07,0,0.25,-0.1", At(5, ": ") + kRow0},
        Damage{"NoAccuracy", 5, "0,0.01,1e-07,0,,0.1", At(5, ": ") + kRow0},
        Damage{"InfiniteAccuracy", 5, "0,0.01,1e-07,0,inf,0.1", At(5, ": ") + kRow0},
        Damage{"TrialTwice", 8,
               "1,0.005,2e-07,5,0.5,0.4\n0,0.01,1e-07,0,0.25,0.1\n0,0.01,1e-07,5,0.5,0.3",
               "line 9: trial 0 is there twice. Remove the rows of this trial"}),
    [](const auto& info) { return info.param.name; });

TEST_F(SearchFileTest, WithATornHeadIsRefused) {
  EXPECT_THAT(Refused(""), StartsWith("line 1 is missing, but this search is '# a search'"));
  EXPECT_THAT(Refused(ExampleText({}).substr(0, 15)), StartsWith("line 2 is missing, but this"));
}

TEST_F(SearchFileTest, OfFewerTrialsHasNoneBeyondThem) {
  EXPECT_THAT(Refused(ExampleText({0, 1, 2}, 2), ExampleFormat(3, true)),
              StartsWith("line 9: expected a row of epoch 0 of a trial from 0 to 1, found '2,"));
  EXPECT_THAT(Refused(ExampleText({0}, 4), ExampleFormat(3, true)), StartsWith("line 3 says"));
}

TEST_F(SearchFileTest, ALongLineIsShownInPart) {
  EXPECT_THAT(Refused(ExampleText({}) + std::string(90'000, 'x') + "\n"),
              HasSubstr("found '" + std::string(300, 'x') + "'"));
}

TEST_F(SearchFileTest, ATrialThatTriedOtherValuesIsAnError) {
  WriteFile(path_, ExampleText({0, 1}));
  const auto file = Open().value();
  for (double Trial::*value : {&Trial::learning_rate, &Trial::weight_decay}) {
    Trial other = ExampleTrial(1);
    other.*value = 0.5;
    EXPECT_THAT(std::string(file->Load(other).status().message()),
                AllOf(StartsWith(path_ + ": trial 1 has the learning rate 0.005 and the weight "
                                         "decay 2e-07, where this search tries the learning rate "),
                      HasSubstr(" 0.5")));
  }
}

TEST_F(SearchFileTest, ADirectoryHasOneSearchAtATime) {
  {
    const auto file = Open().value();
    for (const char* name : {"/search.csv", "/other.csv"}) {
      EXPECT_EQ(SearchFile::Open(directory_ + name, ExampleFormat(), {}).status().message(),
                directory_ + name +
                    ": another search is running in this directory; wait for its end, or choose "
                    "another --output_dir");
    }
    EXPECT_TRUE(SearchFile::Open(FreshDirectory() + "/search.csv", ExampleFormat(), {}).ok());
  }
  EXPECT_TRUE(Open().ok());
  EXPECT_TRUE(Open().ok());
}

TEST_F(SearchFileTest, WhatIsNoFileIsRefused) {
  const auto error = [&] { return std::string(Open().status().message()); };
  fs::create_directory(path_);
  EXPECT_THAT(error(), StartsWith(path_ + ": expected a file, or none; found a directory;"));
  fs::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0666), 0);
  EXPECT_THAT(error(), StartsWith(path_ + ": expected a file, or none; found a pipe;"));
  fs::remove(path_);
  const std::string users = FreshDirectory() + "/users";
  WriteFile(users, "of the user");
  for (const std::string& link : {path_, path_ + ".new"}) {
    fs::create_symlink(users, link);
    EXPECT_THAT(error(), StartsWith(link + ": expected a file, or none; found a link;"));
    fs::remove(link);
  }
  EXPECT_EQ(ReadFile(users), "of the user");
  EXPECT_EQ(SearchFile::Open(directory_ + "/missing/a.csv", ExampleFormat(), {}).status().message(),
            directory_ + "/missing/a.csv: cannot write: No such file or directory");
  if (geteuid() == 0) return;  // root may do everything
  WriteFile(path_, ExampleText({0}));
  fs::permissions(path_, fs::perms::none);
  EXPECT_EQ(error(), path_ + ": cannot be read: Permission denied");
  fs::permissions(path_, fs::perms::owner_read);
  EXPECT_EQ(error(), path_ + ": cannot write: Permission denied");
}

// --- Parts ---

TEST_F(SearchFileTest, AddsThoseOfParts) {
  const std::string a = FreshDirectory() + "/a.csv", b = FreshDirectory() + "/b.csv";
  WriteFile(path_, ExampleText({3, 0}, 6));
  WriteFile(a, ExampleText({4, 3}, 6));
  WriteFile(b, ExampleText({4, 1}, 6));
  const auto file = Open(ExampleFormat(6), {a, b}).value();
  EXPECT_EQ(file->trials().size(), 4);
  EXPECT_EQ(ReadFile(path_), ExampleText({0, 1, 3, 4}, 6));
  EXPECT_EQ(ReadFile(a), ExampleText({4, 3}, 6));
}

TEST_F(SearchFileTest, APartThatCannotBeTakenLeavesNoFile) {
  const std::string part = FreshDirectory() + "/part.csv";
  const auto refused = [&](const std::string& text) {
    WriteFile(part, text);
    const absl::Status status = Open(ExampleFormat(), {part}).status();
    EXPECT_FALSE(fs::exists(path_));
    EXPECT_EQ(ReadFile(part), text);
    return std::string(status.message());
  };
  const std::string good = ExampleText({0, 1});
  EXPECT_THAT(refused(absl::StrReplaceAll(good, {{"seed=8", "seed=9"}})),
              StartsWith("--merge: " + part + ": line 2 says '# seed=9', but"));
  EXPECT_THAT(refused(good + "x\n"), StartsWith("--merge: " + part + ": line 9: expected a row"));
  EXPECT_THAT(refused(good.substr(0, good.size() - 1)),
              StartsWith("--merge: " + part + ": the trial from line 7 on ends after 1 of 2 rows"));
  fs::remove(part);
  EXPECT_THAT(std::string(Open(ExampleFormat(), {part}).status().message()),
              "--merge: " + part + ": cannot be read: No such file or directory");
  ASSERT_EQ(mkfifo(part.c_str(), 0666), 0);
  for (const std::string& no_file : {part, std::string("/dev/zero")}) {
    EXPECT_EQ(Open(ExampleFormat(), {no_file}).status().message(),
              "--merge: " + no_file + ": expected a file");
  }
}

// One that would fill the memory.
TEST_F(SearchFileTest, AFileThatIsTooLargeIsNotRead) {
  const std::string part = FreshDirectory() + "/part.csv";
  WriteFile(part, ExampleText({0, 1}));
  fs::resize_file(part, uintmax_t{1} << 40);
  EXPECT_THAT(std::string(Open(ExampleFormat(), {part}).status().message()),
              AllOf(StartsWith("--merge: " + part + ": expected at most 1"),
                    HasSubstr("found 1099511627776")));
  EXPECT_FALSE(fs::exists(path_));
}

// --- The report ---

// What is printed of the ranges: where in them the best tenth of the trials is.

constexpr SearchRange kRange = {1e-6, 1};

// What is printed of a round whose best trials are those with these learning rates, given as
// positions in the range; all others, and all weight decays, are in its middle.
std::string Printed(size_t trials, const std::vector<double>& best) {
  SearchRound round = {
      .seed = 0, .round = 1, .first_trial = 0, .learning_rate = kRange, .weight_decay = kRange};
  for (size_t i = 0; i < trials; ++i) {
    const bool is_good = i < best.size();
    const double accuracy = is_good ? 0.9 : 0.5;
    round.trials.push_back({.number = i,
                            .learning_rate = kRange.At(is_good ? best[i] : 0.5),
                            .weight_decay = kRange.At(0.5),
                            .validation = {accuracy},
                            .train = {accuracy}});
  }
  Experiment experiment;
  experiment.name = "search";
  experiment.output_dir = FreshDirectory();
  testing::internal::CaptureStdout();
  // The script of the figure is not linked here; all that is printed comes before it.
  ReportSearches(
      {{.seed = 0, .rounds = {round}}},
      {.figure = "", .images = 120, .validation_images = 20, .test_images = 10, .epochs = {0}},
      experiment)
      .IgnoreError();
  return testing::internal::GetCapturedStdout();
}

struct Judged {
  std::string name;
  std::vector<double> best;
  std::string judgement;
};
void PrintTo(const Judged& judged, std::ostream* out) { *out << judged.name; }

class JudgementTest : public testing::TestWithParam<Judged> {};

INSTANTIATE_TEST_SUITE_P(
    All, JudgementTest,
    testing::Values(Judged{"Inside", {0.4, 0.45, 0.5, 0.55, 0.6}, "well inside the range"},
                    Judged{"Everywhere", {0.1, 0.3, 0.5, 0.7, 0.9}, "nearly the whole range"},
                    Judged{"AtTheUpperEnd", {0.8, 0.85, 0.9, 0.95, 1}, "up to the upper end"},
                    Judged{"AtTheLowerEnd", {0, 0.05, 0.1, 0.15, 0.2}, "down to the lower end"}),
    [](const auto& info) { return info.param.name; });

TEST_P(JudgementTest, SaysWhereTheBestTenthIs) {
  EXPECT_THAT(Printed(50, GetParam().best),
              ContainsRegex("\n +learning_rate +[^ ]+ to [^ ]+, " + GetParam().judgement +
                            "[^\n]*\n +weight_decay +0.001 to 0.001, well inside the range\n"));
}

TEST(JudgementOfFewTest, IsNone) {
  EXPECT_THAT(Printed(40, {0.4, 0.45, 0.5, 0.55}),
              ContainsRegex("\n +learning_rate +[^ ]+ to [^ ]+\n +weight_decay +[^ ]+ to [^ ]+\n"));
}

}  // namespace
}  // namespace dlfs
