#include "common/gemm_kernel.h"

// Compiled once per instruction set (isa.bzl): everything is in the namespace DLFS_ISA, and nothing
// is included that holds inline code.
//
// C is computed tile by tile. The elements of a tile of C stay in registers while l runs over k; a
// step of l takes one row of B and one column of A, and adds their outer product:
//
//                     B(l, j) : kVectors registers
//                     [ b b b b | b b b b ]
//   A(i, l)  [ a ]    [ c c c c | c c c c ]
//            [ a ]    [ c c c c | c c c c ]     kRows x kVectors registers of C
//            [ a ]    [ c c c c | c c c c ]
//
// That is kRows * kVectors fused multiply-adds for kVectors + kRows loads. A CPU with two
// multiply-add units of latency 4 needs 8 independent sums to keep them busy, and no more than one
// load an addition: the tiles are the largest that the registers hold beside one row of B and one
// element of A.
namespace dlfs {
namespace DLFS_ISA {
namespace {

#if defined(DLFS_ISA_AVX512)
constexpr size_t kRegisterBytes = 64;  // 32 registers: 6 x 4 of C, 4 of B
constexpr size_t kTileRows = 6, kTileVectors = 4;
#elif defined(DLFS_ISA_AVX2)
constexpr size_t kRegisterBytes = 32;  // 16 registers: 6 x 2 of C, 2 of B, 1 of A
constexpr size_t kTileRows = 6, kTileVectors = 2;
#elif defined(__aarch64__)
constexpr size_t kRegisterBytes = 16;  // 32 registers: 6 x 4 of C, 4 of B
constexpr size_t kTileRows = 6, kTileVectors = 4;
#else
constexpr size_t kRegisterBytes = 16;  // 16 registers: 4 x 2 of C, 2 of B, 1 of A, 2 for products
constexpr size_t kTileRows = 4, kTileVectors = 2;
#endif

// k is cut into blocks, so that the part of B under a tile (kBlock rows of one panel, 64 KiB at the
// most) stays in the L2 cache and within the reach of the TLB while all rows of A pass over it.
// Between two blocks C rests in memory; that changes no bit.
constexpr size_t kBlock = 256;

template <typename T>
constexpr size_t kLanes = kRegisterBytes / sizeof(T);

template <typename T>
struct Register {
  typedef T Type __attribute__((vector_size(kRegisterBytes), may_alias));
};

size_t Min(size_t a, size_t b) { return a < b ? a : b; }

// A tile of C: args.m is not looked at, args.n neither.
template <typename T, size_t kRows, size_t kVectors>
void Tile(const GemmArgs<T>& args) {
  using Vector = typename Register<T>::Type;
  constexpr size_t kL = kLanes<T>;
  const size_t a_row = args.a_row_stride, a_column = args.a_column_stride, b_row = args.b_stride;

  Vector c[kRows][kVectors] = {};
  if (args.init != nullptr) {
    for (size_t i = 0; i < kRows; ++i) {
      for (size_t v = 0; v < kVectors; ++v) {
        c[i][v] = *reinterpret_cast<const Vector*>(args.init + i * args.init_stride + v * kL);
      }
    }
  }

  const T* a = args.a;
  const T* b = args.b;
  for (size_t l = 0; l < args.k; ++l, a += a_column, b += b_row) {
    Vector b_l[kVectors];
    for (size_t v = 0; v < kVectors; ++v) b_l[v] = *reinterpret_cast<const Vector*>(b + v * kL);
    for (size_t i = 0; i < kRows; ++i) {
      for (size_t v = 0; v < kVectors; ++v) c[i][v] += a[i * a_row] * b_l[v];
    }
  }

  for (size_t i = 0; i < kRows; ++i) {
    for (size_t v = 0; v < kVectors; ++v) {
      *reinterpret_cast<Vector*>(args.c + i * args.c_stride + v * kL) = c[i][v];
    }
  }
}

// kVectors registers' width of columns: tiles of kRows rows, then smaller ones for the rows that
// are left.
template <typename T, size_t kRows, size_t kVectors>
void Rows(GemmArgs<T> args) {
  while (args.m >= kRows) {
    Tile<T, kRows, kVectors>(args);
    args.m -= kRows;
    args.a += kRows * args.a_row_stride;
    if (args.init != nullptr) args.init += kRows * args.init_stride;
    args.c += kRows * args.c_stride;
  }
  if constexpr (kRows > 1) {
    if (args.m > 0) Rows<T, kRows - 1, kVectors>(args);
  }
}

// Copies the transposed B(0..k, 0..n) of `args` to panel[l * stride + j], and zeros to the columns
// from n to stride.
template <typename T>
void Transpose(const GemmArgs<T>& args, T* panel, size_t stride) {
  for (size_t l = 0; l < args.k; ++l) {
    T* row = panel + l * stride;
    for (size_t j = 0; j < args.n; ++j) row[j] = args.b[j * args.b_stride + l];
    for (size_t j = args.n; j < stride; ++j) row[j] = 0;
  }
}

// One block of k, at most kVectors registers' width of columns.
template <typename T, size_t kVectors>
void Panel(GemmArgs<T> args) {
  constexpr size_t kWidth = kVectors * kLanes<T>;
  if constexpr (kVectors > 1) {
    if (args.n <= kWidth - kLanes<T>) return Panel<T, kVectors - 1>(args);
  }
  alignas(64) T transposed[kBlock * kWidth];
  if (args.b_transposed) {
    Transpose(args, transposed, kWidth);
    args.b = transposed;
    args.b_stride = kWidth;
  }
  // A narrow tile is given more rows, so that it still has sums enough in flight.
  constexpr size_t kRows = kTileRows * kTileVectors / kVectors;
  Rows<T, (kRows < 8 ? kRows : 8), kVectors>(args);
}

template <typename T>
void GemmOf(const GemmArgs<T>& args) {
  constexpr size_t kWidth = kTileVectors * kLanes<T>;
  size_t l = 0;
  do {  // at least once: where k is 0, C = init
    for (size_t j = 0; j < args.n; j += kWidth) {
      GemmArgs<T> panel = args;
      panel.n = Min(kWidth, args.n - j);
      panel.k = Min(kBlock, args.k - l);
      panel.a += l * args.a_column_stride;
      panel.b += args.b_transposed ? j * args.b_stride + l : l * args.b_stride + j;
      panel.c += j;
      if (l > 0) {
        panel.init = panel.c;
        panel.init_stride = panel.c_stride;
      } else if (panel.init != nullptr) {
        panel.init += j;
      }
      Panel<T, kTileVectors>(panel);
    }
    l += kBlock;
  } while (l < args.k);
}

}  // namespace

void Gemm(const GemmArgs<float>& args) { GemmOf(args); }
void Gemm(const GemmArgs<double>& args) { GemmOf(args); }

}  // namespace DLFS_ISA
}  // namespace dlfs
