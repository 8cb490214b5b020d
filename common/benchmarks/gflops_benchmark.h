#ifndef COMMON_BENCHMARKS_GFLOPS_BENCHMARK_H_
#define COMMON_BENCHMARKS_GFLOPS_BENCHMARK_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"

// What the benchmarks of the matrix product share: each is repeated, and a table shows medians, in
// GFLOP/s, beside the peak of the CPU.
namespace dlfs {

// Takes Google Benchmark's flags and --isa from the command line, makes that instruction set the
// current one, and registers the benchmark "peak": multiply-adds in registers (fma_peak_kernel.h).
// Unless the flags say otherwise, all benchmarks are repeated five times in a random order, so that
// what else the machine does hits them alike. -> the instruction set; nothing where --isa is wrong,
// which has been said on stderr.
std::optional<Isa> InitializeBenchmarks(int argc, char** argv);
inline constexpr char kPeak[] = "peak";

// N(0, 1). [rows, cols]
Matrix<float> RandomMatrix(size_t rows, size_t cols, Random& random);

// At the end of a benchmark of which every iteration does so much arithmetic.
void SetGflops(benchmark::State& state, double flops);

// Prints nothing, keeps the median of each benchmark.
class MedianGflops : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  // 0 for one that has not run.
  double Of(const std::string& benchmark) const;

 private:
  std::map<std::string, double> gflops_;
};

}  // namespace dlfs

#endif  // COMMON_BENCHMARKS_GFLOPS_BENCHMARK_H_
