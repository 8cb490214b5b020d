#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "common/layers/affine.h"
#include "common/layers/network.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/idx.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/idx_files.h"
#include "tests/datasets/random_images.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::EndsWith;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsNan;
using ::testing::Le;
using ::testing::Not;
using ::testing::Optional;
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

// --- IDX files ---

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

// --- Mini-batches ---

// Pixel p of image i is (i + p) mod 256, its label i mod 10.
ImageDataset Images(size_t count, size_t height, size_t width) {
  ImageDataset dataset{.height = height, .width = width, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    for (size_t p = 0; p < height * width; ++p) {
      dataset.pixels.push_back(static_cast<uint8_t>(i + p));
    }
    dataset.labels.push_back(static_cast<uint8_t>(i % kClasses));
  }
  return dataset;
}

template <typename T>
void ExpectImages(const Batch<T>& batch, const std::vector<size_t>& images, size_t pixels) {
  ASSERT_EQ(batch.x.rows(), images.size());
  ASSERT_EQ(batch.x.cols(), pixels);
  ASSERT_EQ(batch.labels.size(), images.size());
  for (size_t r = 0; r < images.size(); ++r) {
    EXPECT_EQ(batch.labels[r], images[r] % kClasses);
    for (size_t p = 0; p < pixels; ++p) {
      ASSERT_EQ(batch.x(r, p), T{static_cast<float>((images[r] + p) % 256) / 255.0f})
          << "row " << r << ", pixel " << p;
    }
  }
}

template <typename T>
class BatchTest : public testing::Test {};

using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(BatchTest, Types);

// 7 x 37 = 259 pixels: all 256 values, and a tail for vectors of any length.
TYPED_TEST(BatchTest, GatherScalesThePixelsOfTheChosenImages) {
  const ImageDataset dataset = Images(30, 7, 37);
  const Isa isa_before = CurrentIsa();
  for (Isa isa : SupportedIsas()) {
    SCOPED_TRACE(IsaName(isa));
    SetCurrentIsa(isa);
    BatchBuffer<TypeParam> buffer(dataset, 4);
    ExpectImages(buffer.Gather(std::vector<uint32_t>{29, 0, 13, 13}), {29, 0, 13, 13}, 259);
    ExpectImages(buffer.Gather(std::vector<uint32_t>{7}), {7}, 259);
    ExpectImages(buffer.Gather({}), {}, 259);
  }
  SetCurrentIsa(isa_before);
}

TYPED_TEST(BatchTest, GatherRangeTakesNeighbours) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> buffer(dataset, 3);
  ExpectImages(buffer.GatherRange(0, 3), {0, 1, 2}, 6);
  ExpectImages(buffer.GatherRange(3, 2), {3, 4}, 6);
}

TYPED_TEST(BatchTest, GatherAllTakesEachImageOnceInOrder) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> buffer(dataset, 5);
  buffer.Gather(std::vector<uint32_t>{4, 4});  // leaves its traces
  ExpectImages(buffer.GatherAll(), {0, 1, 2, 3, 4}, 6);
}

TYPED_TEST(BatchTest, MoreImagesThanFitOrThereAreDie) {
  const ImageDataset dataset = Images(5, 3, 2);
  BatchBuffer<TypeParam> small(dataset, 4), large(dataset, 9);
  EXPECT_DEATH(small.GatherAll(), "check failed");
  EXPECT_DEATH(small.Gather(std::vector<uint32_t>(5)), "check failed");
  EXPECT_DEATH(large.GatherRange(2, 4), "check failed");
}

// The data set of the sampler's tests: images of one pixel, whose value is the image's number.
constexpr size_t kOfABatch = 50;

template <typename T>
std::vector<int> Next(BatchSampler<T>& sampler) {
  const Batch<T> batch = sampler.Next();
  std::vector<int> images;
  for (size_t r = 0; r < batch.x.rows(); ++r) {
    images.push_back(static_cast<int>(std::lround(255 * batch.x(r, 0))));
    EXPECT_EQ(batch.labels[r], images.back() % kClasses);
  }
  return images;
}

TYPED_TEST(BatchTest, SamplerIsUniformWithReplacement) {
  const ImageDataset dataset = Images(kOfABatch, 1, 1);
  BatchSampler<TypeParam> sampler(dataset, kOfABatch, Random(0, kBatchStream));
  constexpr size_t kBatches = 400;
  std::array<double, kOfABatch> counts = {};
  double distinct = 0;
  for (size_t b = 0; b < kBatches; ++b) {
    const std::vector<int> images = Next(sampler);
    for (int image : images) ++counts[image];
    distinct += std::set(images.begin(), images.end()).size();
  }
  double chi_square = 0;
  for (double count : counts) chi_square += (count - kBatches) * (count - kBatches) / kBatches;
  // 49 degrees of freedom: outside once in 5,000 seeds; below would be too even to be independent.
  EXPECT_THAT(chi_square, AllOf(Ge(20), Le(95)));
  // With replacement, a batch as large as the data set holds 1 - (1 - 1/n)^n = 0.636 of it.
  EXPECT_NEAR(distinct / kBatches / kOfABatch, 1 - std::pow(1 - 1.0 / kOfABatch, kOfABatch), 0.01);
}

TYPED_TEST(BatchTest, SamplerIsDecidedBySeedAndStream) {
  const ImageDataset dataset = Images(kOfABatch, 1, 1);
  const auto draw = [&dataset](uint64_t seed, uint64_t stream) {
    BatchSampler<TypeParam> sampler(dataset, 30, Random(seed, stream));
    std::vector<std::vector<int>> batches;
    for (int b = 0; b < 3; ++b) batches.push_back(Next(sampler));
    return batches;
  };
  const std::vector<std::vector<int>> batches = draw(3, kBatchStream);
  EXPECT_EQ(batches, draw(3, kBatchStream));
  EXPECT_NE(batches, draw(4, kBatchStream));
  EXPECT_NE(batches, draw(3, kWeightStream));
  EXPECT_NE(batches[0], batches[1]);
}

TYPED_TEST(BatchTest, SamplerDrawsAsManyAsAsked) {
  const ImageDataset dataset = Images(kOfABatch, 1, 1);
  for (size_t batch_size : {size_t{1}, size_t{7}, kOfABatch, 3 * kOfABatch}) {
    BatchSampler<TypeParam> sampler(dataset, batch_size, Random(0, kBatchStream));
    EXPECT_EQ(Next(sampler).size(), batch_size);
  }
}

// --- Accuracy ---

constexpr size_t kOfAnEvaluation = 23;

// Images of ten pixels, and a network of one layer that finds the brightest of them.
class AccuracyTest : public testing::TestWithParam<size_t> {
 protected:
  AccuracyTest()
      : network_({{"W1", 10, 10, ParameterKind::kWeight}, {"b1", 1, 10, ParameterKind::kBias}},
                 GetParam(), 10) {
    network_.Add(std::make_unique<Affine<float>>(network_.arena()["W1"], network_.arena()["b1"],
                                                 GetParam()));
    for (size_t j = 0; j < 10; ++j) network_.arena()["W1"].value(j, j) = 1;
  }

  void ExpectAccuracy(const testing::Matcher<double>& expected) {
    EXPECT_THAT(Accuracy(network_, images_), Optional(expected));
  }

  ImageDataset images_ = RandomImages(kOfAnEvaluation, 2, 5);
  Network<float> network_;
};

// Of one image, of several with 2 and with 1 of the 23 left over, of all, and room for more.
INSTANTIATE_TEST_SUITE_P(LargestBatch, AccuracyTest, testing::Values(1, 7, 11, 22, 23, 100));

// The label of image i is its brightest pixel for i < right, and another for the others.
void SetLabels(size_t right, ImageDataset& images) {
  for (size_t i = 0; i < images.size(); ++i) {
    const auto pixels = images.image(i);
    const auto brightest = std::ranges::max_element(pixels) - pixels.begin();
    images.labels[i] = static_cast<uint8_t>((brightest + (i < right ? 0 : 3)) % 10);
  }
}

TEST_P(AccuracyTest, IsTheShareOfTheImagesThatAreRight) {
  for (const size_t right : {size_t{0}, size_t{1}, size_t{16}, size_t{22}, kOfAnEvaluation}) {
    SetLabels(right, images_);
    ExpectAccuracy(static_cast<double>(right) / kOfAnEvaluation);
  }
}

TEST_P(AccuracyTest, OfADivergedNetworkIsNan) {
  std::ranges::fill(network_.arena().values(), std::numeric_limits<float>::quiet_NaN());
  ExpectAccuracy(IsNan());
}

// Weights so large that only an image with bright pixels overflows.
TEST_P(AccuracyTest, OfANetworkThatDivergesForTheLastImageOnlyIsNan) {
  std::ranges::fill(images_.pixels, 0);
  const MatrixView<float> W = network_.arena()["W1"].value;
  for (size_t i = 0; i < 10; ++i) std::ranges::fill(W.row(i), 3e38f);
  SetLabels(kOfAnEvaluation, images_);
  ExpectAccuracy(1);
  std::fill(images_.pixels.end() - 10, images_.pixels.end(), 255);
  ExpectAccuracy(IsNan());
}

// --- An evaluation that is asked to stop ---

int asked, yes_from;  // how often stop() was asked, and from which time on it says yes

bool Stop() { return ++asked >= yes_from; }

// However large the mini-batches, it is asked so often.
TEST(StoppedAccuracyTest, IsNoneFromAnyBlockOn) {
  constexpr size_t kBlocks = 3;
  const ImageDataset images = RandomImages((kBlocks - 1) * kEvaluationBatch + 1, 2, 5);
  Network<float> network(
      {{"W1", 10, 10, ParameterKind::kWeight}, {"b1", 1, 10, ParameterKind::kBias}}, 60000, 10);
  network.Add(std::make_unique<Affine<float>>(network.arena()["W1"], network.arena()["b1"], 60000));
  for (yes_from = 1; yes_from <= static_cast<int>(kBlocks) + 1; ++yes_from) {
    const bool stopped = yes_from <= static_cast<int>(kBlocks);
    asked = 0;
    EXPECT_EQ(Accuracy(network, images, Stop).has_value(), !stopped) << yes_from;
    EXPECT_EQ(asked, std::min<int>(yes_from, kBlocks));
  }
}

// --- This repository's files ---

struct MnistFile {
  std::string name;
  size_t bytes;
  std::string bytes_in_readme;
  std::string sha256;
};

class MnistFilesTest : public testing::TestWithParam<MnistFile> {};

TEST_P(MnistFilesTest, IsTheOriginal) {
  const std::string path = FindRunfile("datasets/mnist/" + GetParam().name);
  EXPECT_EQ(std::filesystem::file_size(path), GetParam().bytes);
  const Outcome sha256sum = RunBinary({.program = "sha256sum", .arguments = {path}});
  EXPECT_THAT(sha256sum.out, StartsWith(GetParam().sha256 + " ")) << sha256sum.err;
}

TEST_P(MnistFilesTest, IsListedInTheReadme) {
  EXPECT_THAT(ReadFile(FindRunfile("datasets/mnist/README.md")),
              HasSubstr("| " + GetParam().name + " | " + GetParam().bytes_in_readme + " | `" +
                        GetParam().sha256 + "` |\n"));
}

INSTANTIATE_TEST_SUITE_P(
    All, MnistFilesTest,
    testing::Values(MnistFile{"train-images-idx3-ubyte", 47040016, "47,040,016",
                              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
                    MnistFile{"train-labels-idx1-ubyte", 60008, "60,008",
                              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
                    MnistFile{"t10k-images-idx3-ubyte", 7840016, "7,840,016",
                              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
                    MnistFile{"t10k-labels-idx1-ubyte", 10008, "10,008",
                              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}));

}  // namespace
}  // namespace dlfs
