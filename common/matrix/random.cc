#include "common/matrix/random.h"

#include <cmath>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"

namespace dlfs {
namespace {

// Ten rounds of Philox4x32: turns a counter and a key into four words that look random.
std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ key[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ key[1], static_cast<uint32_t>(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

}  // namespace

// The seed is the key; the stream is the upper half of the counter, the lower half counts blocks.
Random::Random(uint64_t seed, uint64_t stream)
    : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      counter_{0, 0, static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)} {}

uint32_t Random::Bits32() {
  if (used_ == 4) {
    block_ = Philox(counter_, key_);
    if (++counter_[0] == 0) ++counter_[1];
    used_ = 0;
  }
  return block_[used_++];
}

double Random::Uniform() {
  const uint64_t high = Bits32() >> 5;  // 27 bits
  const uint64_t low = Bits32() >> 6;   // 26 bits
  return static_cast<double>(high << 26 | low) * 0x1p-53;
}

// Lemire, "Fast random integer generation in an interval" (2019): the upper word of bits * n, where
// the few values of the lower word that would make some results more frequent are drawn again.
uint32_t Random::UniformInt(uint32_t n) {
  DLFS_CHECK(n > 0);
  const uint32_t too_frequent = -n % n;
  uint64_t product;
  do {
    product = uint64_t{Bits32()} * n;
  } while (static_cast<uint32_t>(product) < too_frequent);
  return static_cast<uint32_t>(product >> 32);
}

// A point (x, y) uniform in the unit circle, s = x² + y²: x √(−2 ln s / s) and y √(−2 ln s / s) are
// two independent normal values.
double Random::Normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  double x, y, s;
  do {
    x = 2 * Uniform() - 1;
    y = 2 * Uniform() - 1;
    s = x * x + y * y;
  } while (s >= 1 || s == 0);
  const double factor = std::sqrt(-2 * elementary::Log(s) / s);
  spare_normal_ = y * factor;
  has_spare_normal_ = true;
  return x * factor;
}

}  // namespace dlfs
