#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <tuple>

#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/matrix/matrix.h"
#include "common/matrix/matrix_product.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "gtest/gtest.h"
#include "tests/chapter6/train_on_batch.h"

// A training step allocates nothing. Every allocation of this program, also the aligned ones of
// Matrix, goes through the operators below, which count.
namespace {

std::atomic<int> allocations = 0;

void* Allocate(size_t size, size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// Not inlined: GCC would warn of a free() for what a new has allocated.
[[gnu::noinline]] void Free(void* memory) { std::free(memory); }

}  // namespace

void* operator new(size_t size) { return Allocate(size, alignof(std::max_align_t)); }
void* operator new[](size_t size) { return Allocate(size, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t a) {
  return Allocate(size, static_cast<size_t>(a));
}
void* operator new[](size_t size, std::align_val_t a) {
  return Allocate(size, static_cast<size_t>(a));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }

namespace dlfs {
namespace {

// Networks without and with what sections 6.3 and 6.4 add.
struct NamedNetwork {
  std::string name;
  NetworkConfig config;
  Penalty penalty = {};
};

class AllocationTest : public testing::TestWithParam<std::tuple<std::string, NamedNetwork>> {};

INSTANTIATE_TEST_SUITE_P(
    , AllocationTest,
    testing::Combine(
        testing::Values("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"),
        testing::Values(NamedNetwork{"plain", {.hidden = {100, 50}}},
                        NamedNetwork{"regularized",
                                     {.hidden = {100, 50},
                                      .batch_norm = true,
                                      .dropout = {DropoutChoice::Kind::kStandard, 0.2}},
                                     {Penalty::Kind::kL2, 1e-4}})),
    [](const auto& info) { return std::get<0>(info.param) + "_" + std::get<1>(info.param).name; });

TEST_P(AllocationTest, TrainingStepAllocatesNothing) {
  const auto& [optimizer_name, named_network] = GetParam();
  ImageDataset dataset{.height = 28, .width = 28, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < 50 * 784; ++i) dataset.pixels.push_back(i * i % 251);
  dataset.labels.resize(50, 3);
  MultiLayerNetwork<float> network(named_network.config, 128);
  InitializeWeights({.kind = WeightInit::Kind::kHe}, Random(0, kWeightStream), network.arena());
  const auto optimizer =
      MakeOptimizer<float>(optimizer_name, 0.01, network.arena().values().size());
  BatchSampler<float> batches(dataset, 128, Random(0, kBatchStream));

  // The first product of a thread finds out what the CPU has, and makes room for what it packs.
  Matrix<float> x(1, 1), y(1, 1);
  Multiply<float>(x, x, y);
  const int before = allocations;
  ASSERT_GT(before, 0);  // the operators are in use
  double loss = 0;
  for (int step = 0; step < 10; ++step) {
    const Batch<float> batch = batches.Next();
    TrainOnBatch(network, *optimizer, batch, named_network.penalty);
    loss =
        network.Loss(batch.x, batch.labels) + PenaltyLoss(named_network.penalty, network.arena());
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_LT(loss, 2.4);
}

}  // namespace
}  // namespace dlfs
