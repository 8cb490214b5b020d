// The core in WebAssembly: what core_test.mjs calls.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/matrix/matrix.h"
#include "common/matrix/matrix_product.h"
#include "datasets/image_dataset.h"
#include "docs/lab/export.h"
#include "tests/chapter6/recorded_networks.h"

namespace dlfs {

EXPORT(NetworkCount) int NetworkCount() { return static_cast<int>(RecordedNetworks().size()); }

EXPORT(NetworkName) const char* NetworkName(int i) {
  static std::string name;
  name = RecordedNetworks()[static_cast<size_t>(i)].name;
  return name.c_str();
}

// Of its losses and parameters, as in tests/golden.
EXPORT(NetworkChecksum) uint64_t NetworkChecksum(int i, int is_double) {
  const RecordedNetwork network = RecordedNetworks()[static_cast<size_t>(i)];
  const std::string text = is_double ? Learn<double>(network) : Learn<float>(network);
  return Checksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// Multiplies matrices [m, k] and [k, n] so many times.
EXPORT(MultiplyTimes) void MultiplyTimes(int m, int k, int n, int times) {
  const Matrix<float> a(static_cast<size_t>(m), static_cast<size_t>(k));
  const Matrix<float> b(static_cast<size_t>(k), static_cast<size_t>(n));
  Matrix<float> c(static_cast<size_t>(m), static_cast<size_t>(n));
  for (int i = 0; i < times; ++i) Multiply<float>(a, b, c);
}

}  // namespace dlfs
