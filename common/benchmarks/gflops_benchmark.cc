#include "common/benchmarks/gflops_benchmark.h"

#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "common/benchmarks/fma_peak_kernel.h"
#include "common/experiment/isa_name.h"

ABSL_FLAG(std::string, isa, "auto", "the instruction set: auto, avx512, avx2 or baseline");

namespace dlfs {
namespace {

constexpr char kGflops[] = "GFLOP/s";

void TimePeak(benchmark::State& state, Isa isa) {
  SetCurrentIsa(isa);
  size_t flops = 0;
  float sum = 0;
  for (auto _ : state) {
    flops = DLFS_DISPATCH(FmaPeak(10'000, &sum));
    benchmark::DoNotOptimize(sum);
  }
  SetGflops(state, static_cast<double>(flops));
}

}  // namespace

std::optional<Isa> InitializeBenchmarks(int argc, char** argv) {
  std::string defaults[] = {argv[0], "--benchmark_repetitions=5",
                            "--benchmark_enable_random_interleaving=true",
                            "--benchmark_min_time=0.02"};
  std::vector<char*> pointers;
  for (std::string& argument : defaults) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  benchmark::Initialize(&argc, argv);

  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<Isa> isa = IsaFromName(absl::GetFlag(FLAGS_isa));
  if (!isa.ok()) {
    absl::FPrintF(stderr, "%s: --isa: %s\n", std::filesystem::path(argv[0]).filename().string(),
                  isa.status().message());
    return std::nullopt;
  }
  SetCurrentIsa(*isa);
  benchmark::RegisterBenchmark(kPeak, TimePeak, *isa);
  return *isa;
}

Matrix<float> RandomMatrix(size_t rows, size_t cols, Random& random) {
  Matrix<float> x(rows, cols);
  for (size_t i = 0; i < rows; ++i) {
    for (float& element : x.view().row(i)) element = static_cast<float>(random.Normal());
  }
  return x;
}

void SetGflops(benchmark::State& state, double flops) {
  state.counters[kGflops] =
      benchmark::Counter(flops / 1e9, benchmark::Counter::kIsIterationInvariantRate);
}

void MedianGflops::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    const bool only_one = run.repetitions <= 1;
    if (!only_one && run.aggregate_name != "median") continue;
    gflops_[run.run_name.function_name] = run.counters.at(kGflops);
  }
}

double MedianGflops::Of(const std::string& benchmark) const {
  const auto found = gflops_.find(benchmark);
  return found == gflops_.end() ? 0 : found->second;
}

}  // namespace dlfs
