#include "datasets/mnist.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> kFiles = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

TEST(MnistTest, IsInTheRepository) {
  const absl::StatusOr<Mnist> mnist = LoadMnist("");
  ASSERT_TRUE(mnist.ok()) << mnist.status();
  for (const auto& [dataset, size] : {std::pair(&mnist->train, 60000), {&mnist->test, 10000}}) {
    EXPECT_EQ(dataset->size(), size);
    EXPECT_EQ(dataset->height, 28);
    EXPECT_EQ(dataset->width, 28);
    EXPECT_EQ(dataset->pixels.size(), dataset->size() * kMnistPixels);
  }

  const std::vector<uint8_t>& labels = mnist->train.labels;
  EXPECT_THAT(std::vector(labels.begin(), labels.begin() + 5), ElementsAre(5, 0, 4, 1, 9));
  std::array<int, kClasses> counts = {};
  for (uint8_t label : labels) ++counts[label];
  EXPECT_THAT(counts, ElementsAre(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949));
}

// This repository's files in a directory of their own, where FindRunfile finds them before any other,
// with one bit flipped in one of them.
class FlippedBitTest : public testing::TestWithParam<std::string> {};

TEST_P(FlippedBitTest, IsNoticed) {
  const std::string runfiles = FreshDirectory();
  const std::string directory = runfiles + "/deep_learning_from_scratch_6/datasets/mnist/";
  std::filesystem::create_directories(directory);
  for (const std::string& name : kFiles) {
    std::filesystem::copy_file(FindRunfile("datasets/mnist/" + name), directory + name);
  }
  std::filesystem::permissions(directory + GetParam(), std::filesystem::perms::owner_all);
  std::fstream file(directory + GetParam(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-1000, std::ios::end);
  const char byte = static_cast<char>(file.peek());
  file.seekp(-1000, std::ios::end).put(static_cast<char>(byte ^ 1)).flush();

  const std::string before = getenv("RUNFILES_DIR") == nullptr ? "" : getenv("RUNFILES_DIR");
  setenv("RUNFILES_DIR", runfiles.c_str(), 1);
  const std::string error(LoadMnist("").status().message());
  setenv("RUNFILES_DIR", before.c_str(), 1);
  EXPECT_THAT(error, StartsWith(directory + GetParam() + ": is damaged: expected the checksum "));
  EXPECT_TRUE(LoadMnist(directory).ok()) << "as --data_dir it is a data set like any other";
}

INSTANTIATE_TEST_SUITE_P(All, FlippedBitTest, testing::ValuesIn(kFiles));

TEST(MnistTest, AnotherDataSetOfTheSameForm) {
  const absl::StatusOr<Mnist> small = LoadMnist(SmallMnistDirectory());
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_EQ(small->train.size(), kSmallTrain);
  EXPECT_EQ(small->test.size(), kSmallTest);
}

TEST(MnistTest, DirectoryDoesNotExist) {
  const std::string missing = FreshDirectory() + "/missing";
  EXPECT_EQ(LoadMnist(missing).status().message(),
            "--data_dir: expected a directory with the four IDX files of MNIST, found " + missing +
                ", which does not exist");
}

TEST(MnistTest, DirectoryIsAFile) {
  const std::string file = FreshDirectory() + "/file";
  WriteFile(file, "");
  EXPECT_EQ(LoadMnist(file).status().message(),
            "--data_dir: expected a directory with the four IDX files of MNIST, found " + file +
                ", which is not a directory");
}

class MnistFileTest : public testing::TestWithParam<std::string> {};

TEST_P(MnistFileTest, IsMissing) {
  const std::string directory = SmallMnistDirectory();
  const std::string file = directory + "/" + GetParam();
  std::filesystem::remove(file);
  EXPECT_EQ(LoadMnist(directory).status().message(), file + ": no such file");
}

INSTANTIATE_TEST_SUITE_P(All, MnistFileTest, testing::ValuesIn(kFiles));

struct ImageSize {
  std::string part;
  uint32_t height, width;
};

class MnistImageSizeTest : public testing::TestWithParam<ImageSize> {};

TEST_P(MnistImageSizeTest, IsWrong) {
  const auto& [part, height, width] = GetParam();
  const std::string directory = SmallMnistDirectory();
  const std::string file = directory + "/" + part + "-images-idx3-ubyte";
  WriteFile(file, IdxImages(part == "train" ? kSmallTrain : kSmallTest, height, width));
  EXPECT_THAT(std::string(LoadMnist(directory).status().message()),
              AllOf(StartsWith(file + ": expected"), HasSubstr("28 x 28"),
                    EndsWith(absl::StrCat(height, " x ", width))));
}

// The last two have as many pixels as 28 x 28.
INSTANTIATE_TEST_SUITE_P(All, MnistImageSizeTest,
                         testing::Values(ImageSize{"train", 28, 27}, ImageSize{"t10k", 28, 27},
                                         ImageSize{"train", 14, 56}, ImageSize{"t10k", 56, 14}));

}  // namespace
}  // namespace dlfs
