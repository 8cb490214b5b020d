#include "datasets/mnist.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/runfiles.h"

namespace dlfs {
namespace {

// `part` is "train" or "t10k".
absl::StatusOr<ImageDataset> LoadPart(const std::string& directory, absl::string_view part) {
  const std::string images_path = absl::StrCat(directory, "/", part, "-images-idx3-ubyte");
  const std::string labels_path = absl::StrCat(directory, "/", part, "-labels-idx1-ubyte");
  absl::StatusOr<ImageDataset> dataset = ReadIdx(images_path, labels_path);
  if (dataset.ok() && (dataset->height != kMnistSide || dataset->width != kMnistSide)) {
    return absl::FailedPreconditionError(absl::StrCat(
        images_path, ": expected images of 28 x 28 pixels, the input of the network, found ",
        dataset->height, " x ", dataset->width));
  }
  return dataset;
}

}  // namespace

absl::StatusOr<Mnist> LoadMnist(const std::string& directory) {
  const std::string source = directory.empty() ? FindRunfile("datasets/mnist") : directory;
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
        std::filesystem::exists(source, error) || error ? ", which is not a directory"
                                                        : ", which does not exist"));
  }
  absl::StatusOr<ImageDataset> train = LoadPart(source, "train");
  if (!train.ok()) return train.status();
  absl::StatusOr<ImageDataset> test = LoadPart(source, "t10k");
  if (!test.ok()) return test.status();
  return Mnist{.train = *std::move(train), .test = *std::move(test)};
}

}  // namespace dlfs
