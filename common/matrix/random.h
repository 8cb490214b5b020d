#ifndef COMMON_MATRIX_RANDOM_H_
#define COMMON_MATRIX_RANDOM_H_

#include <array>
#include <cstdint>

namespace dlfs {

// Random numbers that are the same on every machine, compiler and run: the generator Philox4x32-10
// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) and distributions of our
// own.
//
// A generator is named by a seed and a stream. Streams of one seed are independent of each other,
// so that each part of an experiment (weights, mini-batches, ...) draws from one of its own and
// cannot disturb the others, in whatever order or on whatever thread it runs.
class Random {
 public:
  Random(uint64_t seed, uint64_t stream);

  // 32 bits, each 0 or 1 with equal probability.
  uint32_t Bits32();

  // A multiple of 2^-53 in [0, 1).
  double Uniform();

  // 0, 1, ... n - 1, all with equal probability. Requires: n > 0.
  uint32_t UniformInt(uint32_t n);

  // N(0, 1), by Marsaglia's polar method.
  double Normal();

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_;
  int used_ = 4;  // words of block_ that are used up
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

// The streams of a seed that the experiments use.
enum RandomStream : uint64_t {
  kWeightStream = 1,
  kBatchStream = 2,
  kInputStream = 3,                      // inputs that are random numbers themselves
  kShuffleStream = 4,                    // of a data set
  kDropoutStream = 100,                  // and above: one for each layer
  kTrialStream = uint64_t{1} << 32,      // and above: what a trial of a search tries, one for each
  kTrialSeedStream = uint64_t{2} << 32,  // and above: the seed of a trial, one for each
  kCandidateStream = uint64_t{3} << 32,  // and above: of what a trial may try, one for each
};

}  // namespace dlfs

#endif  // COMMON_MATRIX_RANDOM_H_
