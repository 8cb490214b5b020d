#ifndef TESTS_CHAPTER6_BOOK_QUIRKS_H_
#define TESTS_CHAPTER6_BOOK_QUIRKS_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/matrix/random.h"
#include "datasets/mnist.h"

// What the measurements of book_quirks_*_test.cc have in common.
namespace dlfs::book_quirks {

inline constexpr size_t kBatch = 128;  // of 6.1.8 and 6.2.4
inline constexpr uint64_t kSeeds = 5;

inline const Mnist& SharedMnist() {
  static const Mnist* mnist = new Mnist(LoadMnist("").value());
  return *mnist;
}

// f(0), ..., f(kSeeds - 1)
template <std::invocable<uint64_t> F>
std::vector<double> OfSeeds(F&& f) {
  std::vector<double> values;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) values.push_back(f(seed));
  return values;
}

// A network of 6.1.8 and 6.2.4, and what it learns with.
struct Learner {
  Learner(const std::string& optimizer_name, const std::string& init, uint64_t seed) {
    InitializeWeights(WeightInitFromName(init).value(), Random(seed, kWeightStream),
                      network.arena());
    optimizer = MakeOptimizer<float>(optimizer_name, DefaultLearningRate(optimizer_name),
                                     network.arena().values().size());
  }

  MultiLayerNetwork<float> network{{.hidden = {100, 100, 100, 100}}, kBatch};
  std::unique_ptr<Optimizer<float>> optimizer;
};

}  // namespace dlfs::book_quirks

#endif  // TESTS_CHAPTER6_BOOK_QUIRKS_H_
