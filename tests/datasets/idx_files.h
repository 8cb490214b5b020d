#ifndef TESTS_DATASETS_IDX_FILES_H_
#define TESTS_DATASETS_IDX_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Small IDX files, good ones and the parts of bad ones.
namespace dlfs {

inline constexpr uint32_t kIdxImages = 0x803;
inline constexpr uint32_t kIdxLabels = 0x801;

// The bytes of an IDX file, whether or not the data fits the dimensions.
std::string Idx(uint32_t magic, const std::vector<uint32_t>& dimensions, std::string_view data);

// Good files: pixel i of the file is i mod 256, label i is i mod 10.
std::string IdxImages(uint32_t count, uint32_t height, uint32_t width);
std::string IdxLabels(uint32_t count);

// A directory with a data set of MNIST's form: kSmallTrain training and kSmallTest test images.
inline constexpr uint32_t kSmallTrain = 20;
inline constexpr uint32_t kSmallTest = 10;
std::string SmallMnistDirectory();

}  // namespace dlfs

#endif  // TESTS_DATASETS_IDX_FILES_H_
