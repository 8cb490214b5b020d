#include "datasets/mnist.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
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

INSTANTIATE_TEST_SUITE_P(All, MnistFileTest,
                         testing::Values("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"));

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
