// How fast a training step is as the mini-batch, the layers and their number grow:
//
//   bazel run //chapter6:training_benchmark
//
// One thread; a step is forward, backward and SGD. GFLOP/s counts the matrix products alone;
// of_peak compares it with multiply-adds in registers, measured right after.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/benchmarks/fma_peak_kernel.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"

namespace dlfs {
namespace {

double PeakGflops() {
  const auto start = std::chrono::steady_clock::now();
  float sum = 0;
  const size_t flops = DLFS_DISPATCH(FmaPeak(1'000'000, &sum));
  benchmark::DoNotOptimize(sum);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return static_cast<double>(flops) / elapsed.count() / 1e9;
}

void TrainingStep(benchmark::State& state) {
  const size_t batch_size = state.range(0), width = state.range(1), depth = state.range(2);
  MultiLayerNetwork<float> network({.hidden = std::vector<size_t>(depth, width)}, batch_size);
  InitializeWeights({.kind = WeightInit::Kind::kHe}, Random(0, kWeightStream), network.arena());
  const auto optimizer = MakeOptimizer<float>("sgd", 0.001, network.arena().values().size());
  Matrix<float> x(batch_size, 784);
  std::vector<uint8_t> labels(batch_size);
  Random random(0, kInputStream);
  for (size_t i = 0; i < batch_size; ++i) {
    for (float& pixel : x.view().row(i)) pixel = static_cast<float>(random.Uniform());
    labels[i] = static_cast<uint8_t>(random.UniformInt(10));
  }

  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(network.Gradient(x, labels));
    optimizer->Step(network.arena().values(), network.arena().gradients());
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  const double gflops = static_cast<double>(state.iterations() * batch_size) *
                        network.GradientFlops() / elapsed.count() / 1e9;
  state.counters["GFLOP/s"] = gflops;
  state.counters["of_peak"] = gflops / PeakGflops();
}

void Growth(auto* benchmark) {
  benchmark->ArgNames({"batch", "width", "depth"});
  for (int64_t batch : {32, 64, 128, 256, 512, 1024, 2048, 4096}) benchmark->Args({batch, 100, 4});
  for (int64_t width : {50, 100, 200, 500, 1000, 2000}) benchmark->Args({128, width, 4});
  for (int64_t depth : {1, 2, 4, 8, 16, 32}) benchmark->Args({128, 100, depth});
}

BENCHMARK(TrainingStep)
    ->Apply([](auto* benchmark) { Growth(benchmark); }) -> Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dlfs

BENCHMARK_MAIN();
