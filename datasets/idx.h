#ifndef DATASETS_IDX_H_
#define DATASETS_IDX_H_

#include <string>

#include "absl/status/statusor.h"
#include "datasets/image_dataset.h"

namespace dlfs {

// Reads a pair of IDX files, the format of MNIST. All numbers are big-endian, 4 bytes:
//   images: 0x00000803, count, height, width, then count * height * width bytes
//   labels: 0x00000801, count, then count bytes, each 0 ... 9
// An error is one line: which file, what was expected, what was found. Nothing is allocated for a
// size that only the header claims and the file does not have. A file that is replaced or written
// to meanwhile is an error, too.
absl::StatusOr<ImageDataset> ReadIdx(const std::string& images_path,
                                     const std::string& labels_path);

}  // namespace dlfs

#endif  // DATASETS_IDX_H_
