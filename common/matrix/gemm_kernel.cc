#include "common/matrix/gemm_kernel.h"

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
//
// Around the tiles (the literature's micro-kernel; kBlockM, kBlockK, kBlockN are its mc, kc, nc: Goto
// and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008), the product is cut so
// that what is used again stays near:
//
//                     kBlockN columns
//                     +-------+-------+---
//          kBlockK    | panel | panel |      of B: 512 KiB at the most, stay in the L2 cache while
//          steps      |       |       |      all rows of A pass. A panel is as wide as a tile.
//   +---------+       +-------+-------+---
//   | kBlockM |       | tile  | tile  |      of A: so many rows pass under all panels before the
//   | rows    |       | tile  | tile  |      next do
//   |         |       | ...   | ...   |
//
// Between two blocks of k, C rests in memory. None of this changes the order in which an element is
// added up, so it changes no bit.
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

template <typename T>
constexpr size_t kLanes = kRegisterBytes / sizeof(T);
template <typename T>
constexpr size_t kWidth = kRegisterBytes / sizeof(T) * kTileVectors;  // of a tile, so of a panel

// Where rows are farther apart than this, the kBlockK rows of a block lie on more pages (of 4 KiB)
// than a TLB of 64 entries reaches, and compete for the same lines of the caches: such parts of A
// and B are packed, that is, copied to one place.
constexpr size_t kLongRowBytes = 1024;

template <typename T>
struct Register {
  typedef T Type __attribute__((vector_size(kRegisterBytes), may_alias));
};

template <typename T>
typename Register<T>::Type Load(const T* x) {
  return *reinterpret_cast<const typename Register<T>::Type*>(x);
}

template <typename T>
void Store(typename Register<T>::Type value, T* x) {
  *reinterpret_cast<typename Register<T>::Type*>(x) = value;
}

constexpr size_t Min(size_t a, size_t b) { return a < b ? a : b; }

// Leaves what comes after the first rows of C.
template <typename T>
void SkipRows(GemmArgs<T>& args, size_t rows) {
  args.m -= rows;
  args.a += rows * args.a_row_stride;
  if (args.init != nullptr) args.init += rows * args.init_stride;
  args.c += rows * args.c_stride;
}

// Leaves what comes after the first columns of C.
template <typename T>
void SkipColumns(GemmArgs<T>& args, size_t columns) {
  args.n -= columns;
  args.b += args.b_transposed ? columns * args.b_stride : columns;
  if (args.init != nullptr) args.init += columns;
  args.c += columns;
}

// Leaves what comes after the first steps of l, which have been added up in C.
template <typename T>
void SkipSteps(GemmArgs<T>& args, size_t steps) {
  args.k -= steps;
  args.a += steps * args.a_column_stride;
  args.b += args.b_transposed ? steps : steps * args.b_stride;
  args.init = args.c;
  args.init_stride = args.c_stride;
}

// A tile of C: args.m is not looked at, args.n neither. Inlined, because GCC keeps the sums in
// registers from the first to the last line only then.
template <typename T, size_t kRows, size_t kVectors>
[[gnu::always_inline]] inline void Tile(const GemmArgs<T>& args) {
  using Vector = typename Register<T>::Type;
  constexpr size_t kL = kLanes<T>;
  const size_t a_row = args.a_row_stride, a_column = args.a_column_stride, b_row = args.b_stride;

  alignas(kRegisterBytes) static constexpr T kZeros[kVectors * kL] = {};
  const T* const init = args.init != nullptr ? args.init : kZeros;
  const size_t init_row = args.init != nullptr ? args.init_stride : 0;
  Vector c[kRows][kVectors];
  for (size_t i = 0; i < kRows; ++i) {
    for (size_t v = 0; v < kVectors; ++v) c[i][v] = Load(init + i * init_row + v * kL);
  }

  const T* a = args.a;
  const T* b = args.b;
  for (size_t l = 0; l < args.k; ++l, a += a_column, b += b_row) {
    Vector b_l[kVectors];
    for (size_t v = 0; v < kVectors; ++v) b_l[v] = Load(b + v * kL);
    for (size_t i = 0; i < kRows; ++i) {
      for (size_t v = 0; v < kVectors; ++v) c[i][v] += a[i * a_row] * b_l[v];
    }
  }

  for (size_t i = 0; i < kRows; ++i) {
    for (size_t v = 0; v < kVectors; ++v) Store(c[i][v], args.c + i * args.c_stride + v * kL);
  }
}

// kVectors registers' width of columns: tiles of kRows rows, then a smaller one for the rows that
// are left.
template <typename T, size_t kRows, size_t kVectors>
void Rows(GemmArgs<T> args) {
  while (args.m >= kRows) {
    Tile<T, kRows, kVectors>(args);
    SkipRows(args, kRows);
  }
  if constexpr (kRows > 1) {
    if (args.m > 0) Rows<T, kRows - 1, kVectors>(args);
  }
}

// At most kVectors registers' width of columns. A tile narrower than usual is given more rows, so
// that it still has sums enough in flight.
template <typename T, size_t kVectors = kTileVectors>
void Panel(const GemmArgs<T>& args) {
  if constexpr (kVectors > 1) {
    if (args.n <= (kVectors - 1) * kLanes<T>) return Panel<T, kVectors - 1>(args);
  }
  Rows<T, Min(kTileRows * kTileVectors / kVectors, 12), kVectors>(args);
}

// Fewer columns than a register has lanes, for an A that lies transposed in memory. Lanes along the
// rows of C waste less, so this computes Cᵀ = initᵀ + Bᵀ Aᵀ: the tiles take single elements of Bᵀ
// and registers of Aᵀ, and the sums are put in their places one by one.
template <typename T>
void FewColumns(GemmArgs<T> args) {
  alignas(kRegisterBytes) T c_t[kLanes<T> * kWidth<T>] = {};  // Cᵀ(j, i) = c_t[j * kWidth + i]
  while (args.m > 0) {
    const size_t m = Min(kWidth<T>, args.m);
    for (size_t i = 0; i < m && args.init != nullptr; ++i) {
      for (size_t j = 0; j < args.n; ++j) {
        c_t[j * kWidth<T> + i] = args.init[i * args.init_stride + j];
      }
    }
    Panel<T>({
        .m = args.n,
        .n = m,
        .k = args.k,
        .a = args.b,
        .a_row_stride = 1,
        .a_column_stride = args.b_stride,
        .b = args.a,
        .b_stride = args.a_column_stride,
        .b_transposed = false,
        .init = args.init != nullptr ? c_t : nullptr,
        .init_stride = kWidth<T>,
        .c = c_t,
        .c_stride = kWidth<T>,
        .packed_a = nullptr,
        .packed_b = nullptr,
    });
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < args.n; ++j) args.c[i * args.c_stride + j] = c_t[j * kWidth<T> + i];
    }
    SkipRows(args, m);
  }
}

// IndexSequence<0, 1, ..., n - 1>, to be taken apart by a template.
template <size_t... i>
struct IndexSequence {};
template <size_t n, size_t... i>
struct MakeIndexSequence : MakeIndexSequence<n - 1, n - 1, i...> {};
template <size_t... i>
struct MakeIndexSequence<0, i...> {
  using Type = IndexSequence<i...>;
};

// a0 b0 a1 b1 ..., from the first halves of a and b (kHalf = 0) or from the second (kHalf = 1).
template <size_t kHalf, typename Vector, size_t... i>
Vector Interleave(Vector a, Vector b, IndexSequence<i...>) {
  constexpr size_t kL = sizeof...(i);
#if defined(__clang__) || __GNUC__ >= 12
  return __builtin_shufflevector(a, b, (i / 2 + i % 2 * kL + kHalf * kL / 2)...);
#else
  using Indices = decltype(a == b);  // integers, as wide as the lanes
  return __builtin_shuffle(a, b, Indices{(i / 2 + i % 2 * kL + kHalf * kL / 2)...});
#endif
}

// y(l, j) = x(j, l), for squares as wide as a register; rows of x from `rows` on count as zeros.
// To interleave the first half of the rows with the second moves the highest bit of a row's number
// to the lowest of the column's. Done for each bit in turn, rows have become columns.
template <typename T>
void TransposeSquare(size_t rows, const T* x, size_t x_stride, T* y, size_t y_stride) {
  constexpr size_t kL = kLanes<T>;
  constexpr typename MakeIndexSequence<kL>::Type kAllLanes;
  typename Register<T>::Type v[kL];
  for (size_t j = 0; j < kL; ++j) {
    v[j] = j < rows ? Load(x + j * x_stride) : typename Register<T>::Type{};
  }
  for (size_t bit = 1; bit < kL; bit *= 2) {
    typename Register<T>::Type w[kL];
    for (size_t j = 0; j < kL / 2; ++j) {
      w[2 * j] = Interleave<0>(v[j], v[j + kL / 2], kAllLanes);
      w[2 * j + 1] = Interleave<1>(v[j], v[j + kL / 2], kAllLanes);
    }
    for (size_t j = 0; j < kL; ++j) v[j] = w[j];
  }
  for (size_t l = 0; l < kL; ++l) Store(v[l], y + l * y_stride);
}

// Copies B to panels, [n / kWidth][kBlockK][kWidth].
template <typename T>
void PackB(const GemmArgs<T>& args, T* packed) {
  for (size_t j = 0; j < args.n; j += kLanes<T>) {
    T* column = packed + j / kWidth<T> * kWidth<T> * kBlockK + j % kWidth<T>;
    if (args.b_transposed) {
      for (size_t l = 0; l < args.k; l += kLanes<T>) {
        TransposeSquare(args.n - j, args.b + j * args.b_stride + l, args.b_stride,
                        column + l * kWidth<T>, kWidth<T>);
      }
    } else {
      for (size_t l = 0; l < args.k; ++l) {
        Store(Load(args.b + l * args.b_stride + j), column + l * kWidth<T>);
      }
    }
  }
}

// Copies at most kBlockM rows of an A that lies transposed in memory, to [kBlockK][kBlockM].
template <typename T>
void PackA(const GemmArgs<T>& args, T* packed) {
  for (size_t l = 0; l < args.k; ++l) {
    for (size_t i = 0; i < args.m; i += kLanes<T>) {
      Store(Load(args.a + l * args.a_column_stride + i), packed + l * kBlockM + i);
    }
  }
}

// A product with k <= kBlockK and n <= kBlockN.
template <typename T>
void Block(GemmArgs<T> args) {
  const bool pack_b =
      args.b_transposed || (args.b_stride * sizeof(T) > kLongRowBytes && args.m > kTileRows);
  if (pack_b) {
    PackB(args, args.packed_b);
    args.b = args.packed_b;
    args.b_stride = kWidth<T>;
    args.b_transposed = false;
  }
  // The part of `rows` that makes the columns from j on.
  const auto columns = [&](const GemmArgs<T>& rows, size_t j, size_t n) {
    GemmArgs<T> part = rows;
    SkipColumns(part, j);
    if (pack_b) part.b = rows.b + j / kWidth<T> * kWidth<T> * kBlockK + j % kWidth<T>;
    part.n = n;
    return part;
  };

  const bool a_transposed = args.a_row_stride == 1;
  const bool pack_a =
      a_transposed && args.a_column_stride * sizeof(T) > kLongRowBytes && args.n > 2 * kWidth<T>;
  const size_t rest = args.n % kLanes<T>;
  const size_t few = a_transposed && args.m >= kLanes<T> && rest <= kLanes<T> * 3 / 4 ? rest : 0;
  const size_t n = args.n - few;
  for (GemmArgs<T> below = args; below.m > 0 && n > 0;) {
    GemmArgs<T> rows = below;
    rows.m = Min(kBlockM, below.m);
    if (pack_a) {
      PackA(rows, args.packed_a);
      rows.a = args.packed_a;
      rows.a_column_stride = kBlockM;
    }
    for (size_t j = 0; j < n; j += kWidth<T>) {
      Panel<T>(columns(rows, j, Min(kWidth<T>, n - j)));
    }
    SkipRows(below, rows.m);
  }
  if (few > 0) FewColumns(columns(args, n, few));
}

template <typename T>
void GemmOf(GemmArgs<T> args) {
  for (;;) {  // at least once: where k is 0, C = init
    for (GemmArgs<T> right = args; right.n > 0;) {
      GemmArgs<T> block = right;
      block.n = Min(kBlockN<T>, right.n);
      block.k = Min(kBlockK, args.k);
      Block(block);
      SkipColumns(right, block.n);
    }
    if (args.k <= kBlockK) return;
    SkipSteps(args, kBlockK);
  }
}

}  // namespace

void Gemm(const GemmArgs<float>& args) { GemmOf(args); }
void Gemm(const GemmArgs<double>& args) { GemmOf(args); }

}  // namespace DLFS_ISA
}  // namespace dlfs
