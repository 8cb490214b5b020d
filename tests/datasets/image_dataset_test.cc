#include "datasets/image_dataset.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "datasets/idx.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A pair of files in a directory of its own; a file without content does not exist.
struct Pair {
  Pair(const std::optional<std::string>& images_bytes,
       const std::optional<std::string>& labels_bytes) {
    if (images_bytes) WriteFile(images, *images_bytes);
    if (labels_bytes) WriteFile(labels, *labels_bytes);
  }

  std::string Error() const { return std::string(ReadIdx(images, labels).status().message()); }

  const std::string directory = FreshDirectory();
  const std::string images = directory + "/images";
  const std::string labels = directory + "/labels";
};

struct Shape {
  std::string name;
  uint32_t count, height, width;
};

class GoodPairTest : public testing::TestWithParam<Shape> {};

TEST_P(GoodPairTest, IsRead) {
  const auto& [name, count, height, width] = GetParam();
  const Pair pair(IdxImages(count, height, width), IdxLabels(count));
  const absl::StatusOr<ImageDataset> dataset = ReadIdx(pair.images, pair.labels);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->size(), count);
  EXPECT_EQ(dataset->height, height);
  EXPECT_EQ(dataset->width, width);
  for (uint32_t i = 0; i < count; ++i) {
    std::vector<uint8_t> pixels;
    for (uint32_t p = 0; p < height * width; ++p) pixels.push_back(i * height * width + p);
    EXPECT_THAT(dataset->image(i), ElementsAreArray(pixels));
    EXPECT_EQ(dataset->labels[i], i % 10);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoodPairTest,
                         testing::Values(Shape{"OnePixel", 1, 1, 1}, Shape{"Wide", 3, 2, 5},
                                         Shape{"High", 3, 5, 2}, Shape{"Mnist", 12, 28, 28}),
                         [](const auto& info) { return info.param.name; });

struct BadPair {
  std::string name;
  std::optional<std::string> images;
  std::optional<std::string> labels;
  std::string blamed;  // "images" or "labels"
  std::string expected;
  std::string found;
};

class BadPairTest : public testing::TestWithParam<BadPair> {};

TEST_P(BadPairTest, ErrorIsOneLineThatNamesTheFileAndWhatIsWrong) {
  const Pair pair(GetParam().images, GetParam().labels);
  EXPECT_THAT(pair.Error(), AllOf(StartsWith(pair.directory + "/" + GetParam().blamed + ": "),
                                  HasSubstr(GetParam().expected), HasSubstr(GetParam().found),
                                  Not(HasSubstr("\n"))));
}

const std::string kImages = IdxImages(3, 2, 5);
const std::string kLabels = IdxLabels(3);

INSTANTIATE_TEST_SUITE_P(
    All, BadPairTest,
    testing::Values(
        BadPair{"NoImages", std::nullopt, kLabels, "images", "", "no such file"},
        BadPair{"NoLabels", kImages, std::nullopt, "labels", "", "no such file"},
        BadPair{"GzippedImages", "\x1f\x8b\x08", kLabels, "images", "expected a decompressed",
                "found a gzip-compressed one; decompress it first: gunzip"},
        BadPair{"GzippedLabels", kImages, "\x1f\x8b\x08", "labels", "expected a decompressed",
                "found a gzip-compressed one; decompress it first: gunzip"},
        BadPair{"EmptyImages", "", kLabels, "images", "expected an IDX header of 16 bytes",
                "found a file of 0 bytes"},
        BadPair{"EmptyLabels", kImages, "", "labels", "expected an IDX header of 8 bytes",
                "found a file of 0 bytes"},
        BadPair{"CutOffImagesHeader", kImages.substr(0, 15), kLabels, "images",
                "expected an IDX header of 16 bytes", "found a file of 15 bytes"},
        BadPair{"CutOffLabelsHeader", kImages, kLabels.substr(0, 7), "labels",
                "expected an IDX header of 8 bytes", "found a file of 7 bytes"},
        BadPair{"CutOffImages", kImages.substr(0, kImages.size() - 1), kLabels, "images",
                "expected 3 x 2 x 5 bytes", "found 29 bytes (the file is cut off)"},
        BadPair{"CutOffLabels", kImages, kLabels.substr(0, kLabels.size() - 1), "labels",
                "expected 3 bytes", "found 2 bytes (the file is cut off)"},
        BadPair{"BytesAfterImages", kImages + "x", kLabels, "images", "expected 3 x 2 x 5 bytes",
                "found 31 bytes (something follows them)"},
        BadPair{"BytesAfterLabels", kImages, kLabels + "xy", "labels", "expected 3 bytes",
                "found 5 bytes (something follows them)"},
        BadPair{"LabelsGivenAsImages", IdxLabels(8), kLabels, "images",
                "expected the magic number 0x00000803 of an IDX file of images",
                "found 0x00000801"},
        BadPair{"ImagesGivenAsLabels", kImages, kImages, "labels",
                "expected the magic number 0x00000801 of an IDX file of labels",
                "found 0x00000803"},
        BadPair{"FewerLabels", kImages, IdxLabels(2), "labels", "expected 3 labels", "found 2"},
        BadPair{"MoreLabels", kImages, IdxLabels(4), "labels", "expected 3 labels", "found 4"},
        BadPair{"LabelAbove9", kImages, Idx(kIdxLabels, {3}, "\x09\x01\x0a"), "labels",
                "expected labels from 0 to 9", "found label 10 of image 2"},
        BadPair{"NoImageInIt", IdxImages(0, 28, 28), IdxLabels(0), "images",
                "expected at least one of the images", "found 0 x 28 x 28"},
        BadPair{"ImagesOfNoPixels", IdxImages(3, 0, 5), kLabels, "images",
                "expected at least one of the images", "found 3 x 0 x 5"},
        BadPair{"NoLabelInIt", kImages, IdxLabels(0), "labels",
                "expected at least one of the labels", "found 0"},
        // What only the header claims must not be allocated: a terabyte, 2^62 bytes, and more than
        // 64 bits can count.
        BadPair{"Terabyte", Idx(kIdxImages, {1u << 10, 1u << 15, 1u << 15}, "x"), kLabels, "images",
                "expected 1024 x 32768 x 32768 bytes", "found 1 bytes (the file is cut off)"},
        BadPair{"Claims2To62", Idx(kIdxImages, {1, 1u << 31, 1u << 31}, "x"), kLabels, "images",
                "expected 1 x 2147483648 x 2147483648 bytes",
                "found 1 bytes (the file is cut off)"},
        BadPair{"Wraps64Bits", Idx(kIdxImages, {1u << 31, 1u << 31, 1u << 2}, ""), kLabels,
                "images", "expected 2147483648 x 2147483648 x 4 bytes",
                "found 0 bytes (the file is cut off)"},
        BadPair{"AllBitsSet", Idx(kIdxImages, {0xffffffff, 0xffffffff, 0xffffffff}, "x"), kLabels,
                "images", "expected 4294967295 x 4294967295 x 4294967295 bytes",
                "found 1 bytes (the file is cut off)"},
        BadPair{"AllBitsSetInLabels", kImages, Idx(kIdxLabels, {0xffffffff}, ""), "labels",
                "expected 4294967295 bytes", "found 0 bytes (the file is cut off)"}),
    [](const auto& info) { return info.param.name; });

TEST(FirstImagesTest, AreTheFirstOnes) {
  const Pair pair(IdxImages(5, 2, 3), IdxLabels(5));
  const ImageDataset dataset = ReadIdx(pair.images, pair.labels).value();
  for (size_t count : {0, 1, 3, 5}) {
    const ImageDataset first = FirstImages(dataset, count);
    EXPECT_EQ(first.size(), count);
    EXPECT_EQ(first.height, 2);
    EXPECT_EQ(first.width, 3);
    EXPECT_EQ(first.pixels.size(), count * 6);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_THAT(first.image(i), ElementsAreArray(dataset.image(i)));
      EXPECT_EQ(first.labels[i], i);
    }
  }
  EXPECT_DEATH(FirstImages(dataset, 6), "check failed");
}

TEST(SelectImagesTest, AreThoseOfTheRowsInTheirOrder) {
  const Pair pair(IdxImages(5, 2, 3), IdxLabels(5));
  const ImageDataset dataset = ReadIdx(pair.images, pair.labels).value();
  for (const std::vector<uint32_t>& rows :
       {std::vector<uint32_t>{}, {3}, {4, 0, 2}, {1, 1, 3, 1}, {0, 1, 2, 3, 4}}) {
    const ImageDataset selected = SelectImages(dataset, rows);
    EXPECT_THAT(selected.labels, ElementsAreArray(rows));  // the label is the number of the image
    EXPECT_EQ(selected.height, 2);
    EXPECT_EQ(selected.width, 3);
    EXPECT_EQ(selected.pixels.size(), rows.size() * 6);
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_THAT(selected.image(i), ElementsAreArray(dataset.image(rows[i])));
    }
  }
  EXPECT_DEATH(SelectImages(dataset, std::vector<uint32_t>{0, 5}), "check failed");
}

TEST(ImageDatasetTest, CompressedFileBesideAMissingOne) {
  const Pair pair(std::nullopt, kLabels);
  WriteFile(pair.images + ".gz", "");
  EXPECT_EQ(pair.Error(),
            pair.images + ": no such file; decompress it first: gunzip '" + pair.images + ".gz'");
}

TEST(ImageDatasetTest, PipeInPlaceOfAFile) {
  const Pair pair(std::nullopt, kLabels);
  ASSERT_EQ(mkfifo(pair.images.c_str(), 0600), 0);
  EXPECT_EQ(pair.Error(), pair.images + ": expected a file, found something else");
}

TEST(ImageDatasetTest, DirectoryInPlaceOfAFile) {
  const Pair pair(kImages, std::nullopt);
  std::filesystem::create_directory(pair.labels);
  EXPECT_EQ(pair.Error(), pair.labels + ": expected a file, found something else");
}

TEST(ImageDatasetTest, FileThatMustNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const Pair pair(kImages, kLabels);
  std::filesystem::permissions(pair.images, std::filesystem::perms::none);
  EXPECT_EQ(pair.Error(), pair.images + ": cannot read: Permission denied");
}

// Two pairs of files, of which a link shows now one, now the other: what is read is one of them, or
// an error, but never the images of the one with the labels of the other.
TEST(ImageDatasetTest, FilesThatAreSwappedMeanwhileAreNotMixed) {
  constexpr uint32_t kCount = 1000;
  const std::string directory = FreshDirectory(), link = directory + "/data";
  for (const char value : {'\0', '\1'}) {
    const std::string pair = absl::StrCat(directory, "/", int{value});
    std::filesystem::create_directory(pair);
    WriteFile(pair + "/images",
              Idx(kIdxImages, {kCount, 10, 10}, std::string(kCount * 100, value)));
    WriteFile(pair + "/labels", Idx(kIdxLabels, {kCount}, std::string(kCount, value)));
  }
  std::filesystem::create_symlink("0", link);
  std::atomic<bool> done = false;
  const auto swap = [&] {
    for (int i = 1; !done; ++i) {
      std::filesystem::create_symlink(absl::StrCat(i % 2), link + ".new");
      std::filesystem::rename(link + ".new", link);
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  };
  std::thread swapping(swap);
  int read = 0, changed = 0;
  for (int i = 0; i < 100'000 && (i < 1000 || read == 0 || changed == 0); ++i) {
    const absl::StatusOr<ImageDataset> dataset = ReadIdx(link + "/images", link + "/labels");
    if (dataset.ok()) {
      ++read;
      EXPECT_EQ(dataset->pixels.front(), dataset->labels.front());
    } else {
      ++changed;
      EXPECT_THAT(std::string(dataset.status().message()),
                  HasSubstr(": changed while it was read; run it again"));
    }
  }
  done = true;
  swapping.join();
  EXPECT_GT(read, 0);
  EXPECT_GT(changed, 0);
}

// A file that is written to, again and again, without becoming longer or shorter.
TEST(ImageDatasetTest, AFileThatIsWrittenToMeanwhileIsAnError) {
  constexpr uint32_t kCount = 1000;
  const Pair pair(IdxImages(kCount, 10, 10), IdxLabels(kCount));
  std::atomic<bool> done = false;
  std::thread writing([&] {
    std::fstream file(pair.images, std::ios::in | std::ios::out | std::ios::binary);
    for (char pixel = 0; !done; ++pixel) file.seekp(-1, std::ios::end).put(pixel).flush();
  });
  int changed = 0;
  for (int i = 0; i < 100'000 && changed == 0; ++i) {
    changed += pair.Error() == pair.images + ": changed while it was read; run it again";
  }
  done = true;
  writing.join();
  EXPECT_EQ(changed, 1);
}

TEST(ChecksumTest, OfNothingIsWhereItStarts) {
  EXPECT_EQ(Checksum({}), 0);
  EXPECT_EQ(Checksum({}, 7), 7);
}

TEST(ChecksumTest, NoticesEveryBit) {
  std::vector<uint8_t> bytes(21);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  const uint64_t checksum = Checksum(bytes);
  for (uint8_t& byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      byte ^= 1 << bit;
      EXPECT_NE(Checksum(bytes), checksum);
      byte ^= 1 << bit;
    }
  }
  EXPECT_EQ(Checksum(bytes), checksum);
}

TEST(ChecksumTest, GoesOnFromAnother) {
  const std::vector<uint8_t> first = {1, 2, 3, 4, 5, 6, 7, 8}, second = {9, 10};
  std::vector<uint8_t> both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(Checksum(second, Checksum(first)), Checksum(both));
  EXPECT_NE(Checksum(first, Checksum(second)), Checksum(both));
}

}  // namespace
}  // namespace dlfs
