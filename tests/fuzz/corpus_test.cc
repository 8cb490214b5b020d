// Runs a fuzz target on every file of the directory that the first argument names, a test case each.
// An input that fails stops the program: the last test case that was started says which one it is.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fuzz/fuzz_target.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

class CorpusTest : public testing::Test {
 public:
  explicit CorpusTest(fs::path input) : input_(std::move(input)) {}

  void TestBody() override {
    std::ifstream file(input_, std::ios::binary);
    ASSERT_TRUE(file.is_open()) << input_;
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(file.bad()) << input_;
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
              0);
  }

 private:
  fs::path input_;
};

// The files of a directory, in the order of their names.
std::vector<fs::path> FilesIn(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace
}  // namespace dlfs

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "expected one argument: the directory with the corpus\n");
    return 1;
  }
  const auto inputs = dlfs::FilesIn(argv[1]);
  if (inputs.empty()) {
    std::fprintf(stderr, "expected a directory with inputs, found none in '%s'\n", argv[1]);
    return 1;
  }
  for (const auto& input : inputs) {
    testing::RegisterTest("Corpus", input.filename().c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [input] { return new dlfs::CorpusTest(input); });
  }
  return RUN_ALL_TESTS();
}
