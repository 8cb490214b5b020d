#include "datasets/mnist.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/experiment/runfiles.h"
#include "datasets/idx.h"

namespace dlfs {
namespace {

// The checksums of the data of this repository's files, behind their headers.
struct Original {
  uint64_t images, labels;
};
constexpr Original kOriginalTrain = {0x49729c6e895eafe9, 0x23e501c548aead7e};
constexpr Original kOriginalTest = {0xc86ff144fbb91dc1, 0x49486cf46d1e67bb};

absl::Status CheckOriginal(const std::string& path, const std::vector<uint8_t>& data,
                           uint64_t expected) {
  const uint64_t found = Checksum(data);
  if (found == expected) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "%s: is damaged: expected the checksum %016x, found %016x; make it anew: bazel clean, then "
      "run again",
      path, expected, found));
}

// `part` is "train" or "t10k"; `original`: what has to be in it, if that is known.
absl::StatusOr<ImageDataset> LoadPart(const std::string& directory, absl::string_view part,
                                      const Original* original) {
  const std::string images_path = absl::StrCat(directory, "/", part, "-images-idx3-ubyte");
  const std::string labels_path = absl::StrCat(directory, "/", part, "-labels-idx1-ubyte");
  absl::StatusOr<ImageDataset> dataset = ReadIdx(images_path, labels_path);
  if (dataset.ok() && (dataset->height != kMnistSide || dataset->width != kMnistSide)) {
    return absl::FailedPreconditionError(absl::StrCat(
        images_path, ": expected images of 28 x 28 pixels, the input of the network, found ",
        dataset->height, " x ", dataset->width));
  }
  if (!dataset.ok() || original == nullptr) return dataset;
  if (auto s = CheckOriginal(images_path, dataset->pixels, original->images); !s.ok()) return s;
  if (auto s = CheckOriginal(labels_path, dataset->labels, original->labels); !s.ok()) return s;
  return dataset;
}

}  // namespace

absl::StatusOr<Mnist> LoadMnist(const std::string& directory) {
  const bool original = directory.empty();
  const std::string source = original ? FindRunfile("datasets/mnist") : directory;
  if (source.empty()) {
    return absl::NotFoundError(
        "this repository's MNIST is not beside the program: start it with `bazel run`, or from "
        "bazel-bin, or give "
        "--data_dir");
  }
  std::error_code error;
  if (!std::filesystem::is_directory(source, error)) {
    return absl::NotFoundError(absl::StrCat(
        "--data_dir: expected a directory with the four IDX files of MNIST, found ", source,
        std::filesystem::exists(source, error) ? ", which is not a directory"
        : error                                ? absl::StrCat(": ", error.message())
                                               : ", which does not exist"));
  }
  absl::StatusOr<ImageDataset> train =
      LoadPart(source, "train", original ? &kOriginalTrain : nullptr);
  if (!train.ok()) return train.status();
  absl::StatusOr<ImageDataset> test = LoadPart(source, "t10k", original ? &kOriginalTest : nullptr);
  if (!test.ok()) return test.status();
  return Mnist{.train = *std::move(train), .test = *std::move(test)};
}

}  // namespace dlfs
