// From a triple loop to the kernel of the matrix product, in measured steps (docs/en/matrix.md):
//
//   bazel run //common/benchmarks:gemm_steps_benchmark
//   bazel run //common/benchmarks:gemm_steps_benchmark -- --isa=avx2
//
// One thread. All steps are compiled for the same instruction set, with the same flags, and every
// result is verified: it has the same bits as that of the first step. The table shows medians.

#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmark/benchmark.h"
#include "common/benchmarks/gemm_steps_kernel.h"
#include "common/benchmarks/gflops_benchmark.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/matrix_product.h"
#include "common/matrix/random.h"

namespace dlfs {
namespace {

struct Step {
  std::string name;
  // C += A B
  std::function<void(ConstMatrixView<float> a, ConstMatrixView<float> b, MatrixView<float> c)> add;
};

std::vector<Step> Steps() {
  std::vector<Step> steps;
  for (const GemmStep& step : DLFS_DISPATCH(kGemmSteps)) {
    steps.push_back({step.name, [&step](auto a, auto b, auto c) {
                       step.add_product({.m = c.rows(),
                                         .n = c.cols(),
                                         .k = a.cols(),
                                         .a = a.data(),
                                         .a_stride = a.stride(),
                                         .b = b.data(),
                                         .b_stride = b.stride(),
                                         .c = c.data(),
                                         .c_stride = c.stride()});
                     }});
  }
  steps.push_back({"7 the kernel",
                   [](auto a, auto b, auto c) { Multiply<float>(a, b, c, Output::kAccumulate); }});
  return steps;
}

struct Product {
  std::string name;  // rows x columns x products added up for an element
  Matrix<float> a, b;
  Matrix<float> expected;  // the first step's result, once it has been needed

  double Flops() const { return 2.0 * a.rows() * b.cols() * b.rows(); }
};

// The first layer of the book's network with a mini-batch of 128, and squares. Of the two large
// ones, 1024 has its rows a power of two apart, so that they compete for few lines of the caches.
std::vector<Product> Products() {
  constexpr struct {
    size_t m, n, k;
  } kShapes[] = {{128, 100, 784}, {512, 512, 512}, {1000, 1000, 1000}, {1024, 1024, 1024}};
  Random random(0, 0);
  std::vector<Product> products;
  for (const auto& [m, n, k] : kShapes) {
    products.push_back({.name = absl::StrFormat("%d x %d x %d", m, n, k),
                        .a = RandomMatrix(m, k, random),
                        .b = RandomMatrix(k, n, random),
                        .expected = {}});
  }
  return products;
}

Matrix<float> Result(const Step& step, const Product& product) {
  Matrix<float> c(product.a.rows(), product.b.cols());
  step.add(product.a, product.b, c);
  return c;
}

bool SameBits(ConstMatrixView<float> x, ConstMatrixView<float> y) {
  for (size_t i = 0; i < x.rows(); ++i) {
    if (std::memcmp(x.row(i).data(), y.row(i).data(), x.row(i).size_bytes()) != 0) return false;
  }
  return true;
}

std::string Name(const Step& step, const Product& product) {
  return absl::StrCat(step.name, "/", product.name);
}

void PrintTable(const std::vector<Step>& steps, const std::vector<Product>& products,
                const MedianGflops& gflops) {
  const double peak = gflops.Of(kPeak);
  absl::PrintF("C += A B in GFLOP/s, and the share of the peak, %.0f GFLOP/s: %s, one thread\n\n",
               peak, IsaName(CurrentIsa()));
  absl::PrintF("%-22s", "");
  for (const Product& product : products) absl::PrintF("  %18s", product.name);
  for (const Step& step : steps) {
    absl::PrintF("\n%-22s", step.name);
    for (const Product& product : products) {
      const double of_step = gflops.Of(Name(step, product));
      if (of_step == 0 || peak == 0) {  // filtered out
        absl::PrintF("  %18s", "-");
      } else {
        absl::PrintF("  %10.1f  %6.3f", of_step, of_step / peak);
      }
    }
  }
  absl::PrintF("\n");
}

int Main(int argc, char** argv) {
  const std::optional<Isa> isa = InitializeBenchmarks(argc, argv);
  if (!isa.has_value()) return 2;
  const std::vector<Step> steps = Steps();
  std::vector<Product> products = Products();
  std::map<std::string, bool> right;  // by the benchmark's name, once verified
  for (Product& product : products) {
    for (const Step& step : steps) {
      const std::string name = Name(step, product);
      benchmark::RegisterBenchmark(name.c_str(), [&, name](benchmark::State& state) {
        if (product.expected.rows() == 0) product.expected = Result(steps[0], product);
        if (&step != &steps[0] && !right.contains(name)) {
          right[name] = SameBits(Result(step, product), product.expected);
        }
        Matrix<float> c(product.a.rows(), product.b.cols());
        for (auto _ : state) step.add(product.a, product.b, c);
        SetGflops(state, product.Flops());
      });
    }
  }

  absl::FPrintF(stderr, "gemm_steps_benchmark: about a minute\n");
  MedianGflops gflops;
  if (benchmark::RunSpecifiedBenchmarks(&gflops) == 0) return 2;
  PrintTable(steps, products, gflops);
  int status = 0;
  for (const auto& [name, is_right] : right) {
    if (is_right) continue;
    absl::FPrintF(stderr, "gemm_steps_benchmark: %s has other bits than the first step\n", name);
    status = 1;
  }
  if (status == 0) absl::PrintF("\nThe results of all steps have the same bits.\n");
  return status;
}

}  // namespace
}  // namespace dlfs

int main(int argc, char** argv) { return dlfs::Main(argc, argv); }
