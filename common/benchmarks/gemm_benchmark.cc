// How fast the matrix products are, beside the most that the CPU can do and beside two libraries:
//
//   bazel run //common/benchmarks:gemm_benchmark
//   bazel run //common/benchmarks:gemm_benchmark -- --isa=avx2
//
// One thread. Every product is verified before it is timed. The table shows medians, in GFLOP/s:
//   peak            multiply-adds in registers
//   ours            the kernels of this repository
//   OpenBLAS, BLIS  if libopenblas0-pthread or libblis4-pthread is installed, with its best kernels
//                   for that instruction set, or those that OPENBLAS_CORETYPE or BLIS_ARCH_TYPE names

#include <dlfcn.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "common/benchmarks/gflops_benchmark.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/matrix_product.h"
#include "common/matrix/random.h"

namespace dlfs {
namespace {

// C = A B, Aᵀ B or A Bᵀ, where C: [m, n] and k products are added up for each element.
struct Product {
  enum class Form { kAB, kAtB, kABt };
  Form form;
  size_t m, n, k;

  std::string Name() const {
    const char* const forms[] = {"A B", "AtB", "ABt"};
    return absl::StrFormat("%s %4d x %4d x %4d", forms[static_cast<size_t>(form)], m, n, k);
  }
  double Flops() const { return 2.0 * m * n * k; }
};

// The products of chapter 6's networks, and squares.
std::vector<Product> Products() {
  using enum Product::Form;
  std::vector<Product> products;
  for (size_t batch : {128, 100}) {  // sections 6.1 and 6.2, sections 6.3 to 6.5
    for (const auto& [inputs, outputs] : {std::pair{784, 100}, {100, 100}, {100, 10}}) {
      const size_t in = inputs, out = outputs;
      products.push_back({kAB, batch, out, in});   // y = x W
      products.push_back({kAtB, in, out, batch});  // dW = xᵀ dy
      products.push_back({kABt, batch, in, out});  // dx = dy Wᵀ
    }
  }
  for (size_t n = 64; n <= 1024; n *= 2) {
    for (Product::Form form : {kAB, kAtB, kABt}) products.push_back({form, n, n, n});
  }
  return products;
}

// cblas_sgemm of another library, on one thread. It is loaded while the program runs, so that nobody
// needs it to build.
class Blas {
 public:
  // The releases that distributions have do not know the newest CPUs, and take their oldest kernels
  // there. So each is told which to take.
  static Blas Open(absl::string_view name, Isa isa) {
    Blas blas(name);
    if (name == "OpenBLAS") {
      setenv("OPENBLAS_CORETYPE", isa == Isa::kAvx512 ? "SkylakeX" : "Haswell", /*overwrite=*/0);
      blas.library_ = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
      const auto set_threads = blas.Function<void(int)>("openblas_set_num_threads");
      const auto kernels = blas.Function<char*()>("openblas_get_corename");
      if (set_threads == nullptr || kernels == nullptr) return blas;
      set_threads(1);
      blas.kernels_ = kernels();
    } else {
      blas.library_ = dlopen("libblis.so.4", RTLD_NOW | RTLD_LOCAL);
      const auto set_threads = blas.Function<void(int64_t)>("bli_thread_set_num_threads");
      const auto kernels = blas.Function<int()>("bli_arch_query_id");
      const auto name_of = blas.Function<const char*(int)>("bli_arch_string");
      if (set_threads == nullptr || kernels == nullptr || name_of == nullptr) return blas;
      const std::string wanted = isa == Isa::kAvx512 ? "skx" : "haswell";
      for (int id = 0; id < 8; ++id) {  // it goes by a number, another one in each release
        if (name_of(id) == wanted) setenv("BLIS_ARCH_TYPE", absl::StrCat(id).c_str(), 0);
      }
      set_threads(1);
      blas.kernels_ = name_of(kernels());
    }
    blas.sgemm_ = blas.Function<Sgemm>("cblas_sgemm");
    return blas;
  }

  bool Found() const { return sgemm_ != nullptr; }
  const std::string& name() const { return name_; }
  const std::string& kernels() const { return kernels_; }

  void Multiply(Product::Form form, ConstMatrixView<float> a, ConstMatrixView<float> b,
                MatrixView<float> c) const {
    constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;
    const bool a_transposed = form == Product::Form::kAtB,
               b_transposed = form == Product::Form::kABt;
    sgemm_(kRowMajor, a_transposed ? kTranspose : kNoTranspose,
           b_transposed ? kTranspose : kNoTranspose, static_cast<int>(c.rows()),
           static_cast<int>(c.cols()), static_cast<int>(a_transposed ? a.rows() : a.cols()), 1,
           a.data(), static_cast<int>(a.stride()), b.data(), static_cast<int>(b.stride()), 0,
           c.data(), static_cast<int>(c.stride()));
  }

 private:
  using Sgemm = void(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                     const float* a, int lda, const float* b, int ldb, float beta, float* c,
                     int ldc);

  explicit Blas(absl::string_view name) : name_(name) {}

  // Null where the library, or the function in it, is missing.
  template <typename F>
  F* Function(const char* name) const {
    return library_ == nullptr ? nullptr : reinterpret_cast<F*>(dlsym(library_, name));
  }

  void* library_ = nullptr;
  std::string name_, kernels_;
  Sgemm* sgemm_ = nullptr;
};

// Whether every element of C is within what rounding in float explains, in whatever order the
// products are added up: k ε Σ |a b|.
bool IsProduct(const Product& product, const Matrix<float>& a, const Matrix<float>& b,
               const Matrix<float>& c) {
  constexpr double kEpsilon = 0x1p-24;
  for (size_t i = 0; i < product.m; ++i) {
    for (size_t j = 0; j < product.n; ++j) {
      double sum = 0, magnitude = 0;
      for (size_t l = 0; l < product.k; ++l) {
        const double a_il = product.form == Product::Form::kAtB ? a(l, i) : a(i, l);
        const double b_lj = product.form == Product::Form::kABt ? b(j, l) : b(l, j);
        sum += a_il * b_lj;
        magnitude += std::fabs(a_il * b_lj);
      }
      if (!(std::fabs(c(i, j) - sum) <= kEpsilon * product.k * magnitude)) return false;
    }
  }
  return true;
}

enum class Verdict { kUnknown, kRight, kWrong };

// Times multiply(a, b, c). The result is verified in the first of the repetitions.
template <typename F>
void TimeProduct(benchmark::State& state, const Product& product, Verdict& verdict, F multiply) {
  const auto& [form, m, n, k] = product;
  Random random(0, 0);
  const bool a_transposed = form == Product::Form::kAtB, b_transposed = form == Product::Form::kABt;
  const Matrix<float> a = RandomMatrix(a_transposed ? k : m, a_transposed ? m : k, random);
  const Matrix<float> b = RandomMatrix(b_transposed ? n : k, b_transposed ? k : n, random);
  Matrix<float> c(m, n);
  multiply(a.view(), b.view(), c.view());
  if (verdict == Verdict::kUnknown) {
    verdict = IsProduct(product, a, b, c) ? Verdict::kRight : Verdict::kWrong;
  }
  for (auto _ : state) multiply(a.view(), b.view(), c.view());
  SetGflops(state, product.Flops());
}

constexpr char kOurs[] = "ours";

std::string Ratio(double a, double b) {
  return b == 0 ? "-" : absl::StrFormat("%.2f", a / b);  // 0: filtered out
}

// One row for each product.
void PrintTable(const std::vector<Product>& products, const std::vector<Blas>& libraries,
                const MedianGflops& gflops) {
  absl::PrintF("GFLOP/s, one thread, %s\n", IsaName(CurrentIsa()));
  for (const Blas& blas : libraries) {
    absl::PrintF("%s: %s\n", blas.name(),
                 blas.Found() ? absl::StrCat("its kernels for ", blas.kernels())
                              : absl::StrCat("not found (apt-get install ",
                                             blas.name() == "BLIS" ? "libblis4-pthread"
                                                                   : "libopenblas0-pthread",
                                             ")"));
  }
  absl::PrintF("\n%-22s %8s %8s", "", kPeak, kOurs);
  for (const Blas& blas : libraries) absl::PrintF(" %8s", blas.name());
  absl::PrintF("   of peak");
  for (const Blas& blas : libraries) absl::PrintF("  %11s", absl::StrCat("of ", blas.name()));
  absl::PrintF("\n");
  for (const Product& product : products) {
    const auto of = [&](absl::string_view kernel) {
      return gflops.Of(absl::StrCat(kernel, "/", product.Name()));
    };
    const double peak = gflops.Of(kPeak), ours = of(kOurs);
    if (ours == 0) continue;  // filtered out
    absl::PrintF("%-22s %8.0f %8.0f", product.Name(), peak, ours);
    for (const Blas& blas : libraries) absl::PrintF(" %8.0f", of(blas.name()));
    absl::PrintF("   %7s", Ratio(ours, peak));
    for (const Blas& blas : libraries) absl::PrintF("  %11s", Ratio(ours, of(blas.name())));
    absl::PrintF("\n");
  }
}

int Main(int argc, char** argv) {
  const std::optional<Isa> isa = InitializeBenchmarks(argc, argv);
  if (!isa.has_value()) return 2;

  const std::vector<Product> products = Products();
  const std::vector<Blas> libraries = {Blas::Open("OpenBLAS", *isa), Blas::Open("BLIS", *isa)};
  std::map<std::string, Verdict> verdicts;
  for (const Product& product : products) {
    const auto add = [&](absl::string_view kernel, auto multiply) {
      const std::string name = absl::StrCat(kernel, "/", product.Name());
      Verdict& verdict = verdicts[name];
      benchmark::RegisterBenchmark(name.c_str(),
                                   [&product, &verdict, multiply](benchmark::State& state) {
                                     TimeProduct(state, product, verdict, multiply);
                                   });
    };
    add(kOurs, [form = product.form](auto a, auto b, auto c) {
      switch (form) {
        case Product::Form::kAB:
          return Multiply<float>(a, b, c);
        case Product::Form::kAtB:
          return MultiplyTransposedA<float>(a, b, c);
        case Product::Form::kABt:
          return MultiplyTransposedB<float>(a, b, c);
      }
    });
    for (const Blas& blas : libraries) {
      if (!blas.Found()) continue;
      add(blas.name(),
          [form = product.form, &blas](auto a, auto b, auto c) { blas.Multiply(form, a, b, c); });
    }
  }

  absl::FPrintF(stderr, "gemm_benchmark: %d products, about a minute\n", products.size());
  MedianGflops gflops;
  if (benchmark::RunSpecifiedBenchmarks(&gflops) == 0) return 2;
  PrintTable(products, libraries, gflops);
  int status = 0;
  for (const auto& [name, verdict] : verdicts) {
    if (verdict != Verdict::kWrong) continue;
    absl::FPrintF(stderr, "gemm_benchmark: wrong result of %s\n", name);
    status = 1;
  }
  return status;
}

}  // namespace
}  // namespace dlfs

int main(int argc, char** argv) { return dlfs::Main(argc, argv); }
