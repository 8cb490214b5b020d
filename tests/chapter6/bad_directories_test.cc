// What can be wrong with --data_dir and --output_dir, and what a user reads then.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;

struct BadData {
  std::string name;
  std::function<void(const std::string& directory)> spoil;  // a small good data set
  std::string blamed;                                       // the file
  std::vector<std::string> error;
};

class BadDataTest : public testing::TestWithParam<BadData> {};

TEST_P(BadDataTest, IsNamed) {
  const std::string directory = SmallMnistDirectory();
  const std::string output_dir = FreshDirectory() + "/out";
  GetParam().spoil(directory);
  const std::string error =
      Rejection(kMnist, {"--data_dir=" + directory, "--output_dir=" + output_dir}, 1);
  EXPECT_THAT(error, HasSubstr(directory + GetParam().blamed));
  for (const std::string& part : GetParam().error) EXPECT_THAT(error, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

constexpr char kTrainImages[] = "/train-images-idx3-ubyte";
constexpr char kTrainLabels[] = "/train-labels-idx1-ubyte";
constexpr char kTestImages[] = "/t10k-images-idx3-ubyte";
constexpr char kTestLabels[] = "/t10k-labels-idx1-ubyte";

INSTANTIATE_TEST_SUITE_P(
    All, BadDataTest,
    testing::Values(BadData{"NoDirectory",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                            },
                            "",
                            {"--data_dir: expected a directory", "does not exist"}},
                    BadData{"ALinkToItself",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                              std::filesystem::create_symlink(directory, directory);
                            },
                            ": Too many levels of symbolic links",
                            {"--data_dir: expected a directory"}},
                    BadData{"AFile",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                              WriteFile(directory, "");
                            },
                            "",
                            {"--data_dir: expected a directory", "is not a directory"}},
                    BadData{"NotDecompressed",
                            [](const std::string& directory) {
                              std::filesystem::rename(directory + kTrainImages,
                                                      directory + kTrainImages + ".gz");
                            },
                            kTrainImages,
                            {"no such file", "gunzip "}},
                    BadData{"StillCompressed",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestLabels, "\x1f\x8b\x08");
                            },
                            kTestLabels,
                            {"gzip-compressed", "gunzip "}},
                    BadData{"CutOff",
                            [](const std::string& directory) {
                              std::filesystem::resize_file(directory + kTestImages, 100);
                            },
                            kTestImages,
                            {"expected 10 x 28 x 28 bytes", "found 84", "cut off"}},
                    BadData{"OneLabelMissing",
                            [](const std::string& directory) {
                              WriteFile(directory + kTrainLabels, IdxLabels(kSmallTrain - 1));
                            },
                            kTrainLabels,
                            {"expected 20 labels", "found 19"}},
                    BadData{"LabelAbove9",
                            [](const std::string& directory) {
                              WriteFile(
                                  directory + kTestLabels,
                                  Idx(kIdxLabels, {kSmallTest}, std::string(kSmallTest, '\x0b')));
                            },
                            kTestLabels,
                            {"expected labels from 0 to 9", "found label 11 of image 0"}},
                    BadData{"ImagesOfAnotherSize",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestImages, IdxImages(kSmallTest, 32, 32));
                            },
                            kTestImages,
                            {"expected images of 28 x 28 pixels", "found 32 x 32"}}),
    [](const auto& info) { return info.param.name; });

class ProgramTest : public testing::TestWithParam<Program> {};

TEST_P(ProgramTest, NamesADataDirectoryThatDoesNotExist) {
  const std::string directory = FreshDirectory() + "/missing",
                    output_dir = FreshDirectory() + "/out";
  const std::string error =
      Rejection(GetParam(), {"--data_dir=" + directory, "--output_dir=" + output_dir}, 1);
  EXPECT_THAT(error, HasSubstr("--data_dir: expected a directory"));
  EXPECT_THAT(error, HasSubstr(directory));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

INSTANTIATE_TEST_SUITE_P(All, ProgramTest, testing::ValuesIn(ProgramsThatReadMnist()), NameOf);

// --- Small data sets ---

class BatchTest : public testing::TestWithParam<Program> {};

// It is drawn with replacement.
TEST_P(BatchTest, MayBeLargerThanTheDataSet) {
  Command command =
      ShortRun(GetParam(), {"--data_dir=" + SmallMnistDirectory(), "--figure=none",
                            "--output_dir=" + FreshDirectory(),
                            absl::StrCat("--batch_size=", kSmallTrain + 1), "--seeds=1"});
  const bool has_train_size =
      absl::StrContains(absl::StrJoin(GetParam().short_run, " "), "--train_size=");
  if (has_train_size) command.arguments.push_back(absl::StrCat("--train_size=", kSmallTrain));
  const Outcome outcome = RunBinary(command);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(All, BatchTest,
                         testing::Values(kMnist, kSymmetry, kInitCompare, kBatchNorm, kWeightDecay,
                                         kDropout, kOverfit, kSearch),
                         NameOf);

TEST(OneImageTest, IsTooFewForTheCheckOfGradients) {
  const std::string directory = SmallMnistDirectory();
  WriteFile(directory + kTrainImages, IdxImages(1, 28, 28));
  WriteFile(directory + kTrainLabels, IdxLabels(1));
  EXPECT_THAT(Rejection(kGradientCheck, {"--data_dir=" + directory}, 1),
              HasSubstr("--data_dir: expected at least 2 training images, found 1"));
}

// --- The output directory ---

struct BadOutput {
  std::string name;
  std::function<std::string()> directory;
  std::string error;
};

class BadOutputTest : public testing::TestWithParam<BadOutput> {};

TEST_P(BadOutputTest, IsRejectedBeforeTheRun) {
  const std::string directory = GetParam().directory();
  std::vector<Program> programs = Programs();
  programs.push_back(kBoth);
  for (const Program& program : programs) {
    SCOPED_TRACE(program.name);
    const std::string error = Rejection(program, {"--output_dir=" + directory}, 1);
    EXPECT_THAT(error, HasSubstr("--output_dir: expected a directory"));
    EXPECT_THAT(error, HasSubstr(absl::StrCat("found ", directory, GetParam().error)));
  }
}

std::string AFile() {
  const std::string file = FreshDirectory() + "/file";
  WriteFile(file, "");
  return file;
}

std::string ALinkToItself() {
  const std::string link = FreshDirectory() + "/link";
  std::filesystem::create_symlink(link, link);
  return link;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadOutputTest,
    testing::Values(
        BadOutput{"AFile", AFile, ", which is not a directory"},
        BadOutput{"BelowAFile", [] { return AFile() + "/out"; }, ": Not a directory"},
        BadOutput{"CannotBeMade", [] { return "/proc/nope"; }, ": No such file or directory"},
        BadOutput{"CannotBeWrittenTo", [] { return "/proc"; }, ": "},
        BadOutput{"NameTooLong", [] { return FreshDirectory() + "/" + std::string(300, 'a'); },
                  ": File name too long"},
        BadOutput{"ALinkToItself", ALinkToItself, ": Too many levels of symbolic links"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
