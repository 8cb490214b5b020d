#include "common/experiment/csv.h"

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/file_size_limit.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ostringstream contents;
  contents << std::ifstream(path).rdbuf();
  return contents.str();
}

class CsvTest : public testing::Test {
 protected:
  // What a file without comments and with these cells in its only row holds in that row.
  template <typename... Cells>
  std::string Written(const Cells&... cells) {
    CsvWriter csv = *CsvWriter::Create(path_, {}, {"x"});
    csv.Row(cells...);
    EXPECT_TRUE(csv.Flush().ok());
    const std::string contents = Contents(path_);
    EXPECT_EQ(contents.substr(0, 2), "x\n");
    EXPECT_EQ(contents.back(), '\n');
    return contents.substr(2, contents.size() - 3);
  }

  const std::string path_ = testing::TempDir() + "/csv_test.csv";
};

TEST_F(CsvTest, WritesCommentsHeaderAndRows) {
  absl::StatusOr<CsvWriter> csv =
      CsvWriter::Create(path_, {"an experiment", "seed=1"}, {"name", "step", "loss"});
  ASSERT_TRUE(csv.ok()) << csv.status();
  EXPECT_EQ(csv->file().path(), path_);
  csv->Row("SGD", 1, 0.5);
  csv->Row(std::string("Adam"), size_t{2}, 0.25f);
  ASSERT_TRUE(csv->Flush().ok());
  EXPECT_EQ(Contents(path_), "# an experiment\n# seed=1\nname,step,loss\nSGD,1,0.5\nAdam,2,0.25\n");
}

TEST_F(CsvTest, TheHeadIsThereBeforeTheFirstRow) {
  const absl::StatusOr<CsvWriter> csv = CsvWriter::Create(path_, {}, {"a", "b"});
  EXPECT_EQ(Contents(path_), "a,b\n");
}

TEST_F(CsvTest, ReplacesAFile) {
  Written("something that is longer than what follows");
  EXPECT_EQ(Written(1), "1");
}

TEST_F(CsvTest, NumbersAreAsShortAsTheyCanBe) {
  EXPECT_EQ(Written(0.1, 100.0, 1e-7, 1e300, -0.0), "0.1,100,1e-07,1e+300,-0");
  EXPECT_EQ(Written(std::numeric_limits<uint64_t>::max(), std::numeric_limits<int64_t>::min()),
            "18446744073709551615,-9223372036854775808");
}

TEST_F(CsvTest, AListOfNamesFillsAsManyCells) {
  const std::vector<std::string> names = {"a", "b", "c"}, none;
  EXPECT_EQ(Written(names), "a,b,c");
  EXPECT_EQ(Written(1, names, 2.5), "1,a,b,c,2.5");
  EXPECT_EQ(Written("x", none, names, "y"), "x,a,b,c,y");
}

TEST_F(CsvTest, HeadAndLineAreWhatIsWritten) {
  EXPECT_EQ(CsvWriter::Head({}, {"a"}), "a\n");
  EXPECT_EQ(CsvWriter::Head({"an experiment", "seed=1"}, {"a", "b"}),
            "# an experiment\n# seed=1\na,b\n");
  EXPECT_EQ(CsvWriter::Line(1), "1\n");
  const std::vector<std::string> names = {"a", "b"};
  EXPECT_EQ(CsvWriter::Line("x", 0.1, names, size_t{2}), "x,0.1,a,b,2\n");
  EXPECT_EQ(CsvWriter::Line("x", 0.1, names, size_t{2}),
            Written("x", 0.1, names, size_t{2}) + "\n");
}

TEST_F(CsvTest, NumbersAreReadBackAsTheyWere) {
  using Limits = std::numeric_limits<double>;
  std::vector<double> numbers = {1.0 / 3, Limits::max(), Limits::min(), Limits::denorm_min()};
  Random random(0, 0);
  for (int i = 0; i < 100; ++i) numbers.push_back(random.Normal());
  for (double number : numbers) {
    double read;
    ASSERT_TRUE(absl::SimpleAtod(Written(number), &read));
    EXPECT_EQ(read, number);
  }
}

TEST_F(CsvTest, NotANumberHasNoSign) {
  EXPECT_EQ(Written(std::nan(""), -std::nan("")), "nan,nan");
  EXPECT_EQ(Written(INFINITY, -INFINITY), "inf,-inf");
}

TEST_F(CsvTest, AMissingDirectoryIsAnErrorThatNamesThePath) {
  const std::string path = testing::TempDir() + "/missing/csv_test.csv";
  const absl::Status status = CsvWriter::Create(path, {}, {"x"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(path));
  EXPECT_THAT(std::string(status.message()), HasSubstr("No such file or directory"));
}

TEST_F(CsvTest, AFullDiskIsAnErrorFromTheStart) {
  const FileSizeLimit no_space(0);
  EXPECT_EQ(CsvWriter::Create(path_, {}, {"x"}).status().message(),
            path_ + ": cannot write: File too large");
}

TEST_F(CsvTest, ADiskThatBecomesFullIsAnErrorThatIsNotForgotten) {
  CsvWriter csv = *CsvWriter::Create(path_, {}, {"x"});
  csv.Row("the first");
  ASSERT_TRUE(csv.Flush().ok());
  {
    const FileSizeLimit no_more_space(0);
    for (int i = 0; i < 400'000; ++i) csv.Row(i);  // more than the writer keeps for itself
  }
  csv.Row("too late");
  for (int flush = 0; flush < 2; ++flush) {
    EXPECT_EQ(csv.Flush().message(), path_ + ": cannot write: File too large");
  }
  EXPECT_EQ(Contents(path_), "x\nthe first\n");
}

}  // namespace
}  // namespace dlfs
