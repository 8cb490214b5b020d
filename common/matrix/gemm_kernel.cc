#include "common/matrix/gemm_kernel.h"

#if defined(__aarch64__) && !defined(__clang__)
// GCC would load all elements of A before it uses the first, and put sums aside in memory for that.
#pragma GCC optimize("no-schedule-insns")
#endif

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
// and registers of Aᵀ, and the sums are put in their places one by one. Not inlined, because the
// room that it needs on the stack would delay every product.
template <typename T>
[[gnu::noinline]] void FewColumns(GemmArgs<T> args) {
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

// Lane i is lane index(i) of a or, from its last lane on, of b.
template <typename Vector, typename Index, size_t... i>
auto Shuffle(Vector a, Vector b, Index, IndexSequence<i...>) {
#if defined(__clang__) || __GNUC__ >= 12
  return __builtin_shufflevector(a, b, Index()(i)...);
#else
  using Indices = decltype(a == b);  // integers, as wide as the lanes
  return __builtin_shuffle(a, b, Indices{Index()(i)...});
#endif
}
template <size_t kSize, typename Vector, typename Index>
auto Shuffle(Vector a, Vector b, Index index) {
  return Shuffle(a, b, index, typename MakeIndexSequence<kSize>::Type());
}

#if defined(__clang__) || __GNUC__ >= 12
template <typename T>
constexpr bool kTakesFours = kLanes<T> > 4;
#else
template <typename T>
constexpr bool kTakesFours = false;  // GCC 11 puts no registers together
#endif

// x(0, l), ..., x(0, l + 3), x(1, l), ..., x(1, l + 3), ...: four of each of some rows.
template <typename T, size_t kRows = kLanes<T> / 4>
auto LoadFours(const T* x, size_t stride) {
  if constexpr (kRows == 1) {
    typedef T Four __attribute__((vector_size(4 * sizeof(T)), may_alias, aligned(sizeof(T))));
    typedef T Aligned __attribute__((vector_size(4 * sizeof(T))));
    return static_cast<Aligned>(*reinterpret_cast<const Four*>(x));
  } else {
    return Shuffle<kRows * 4>(LoadFours<T, kRows / 2>(x, stride),
                              LoadFours<T, kRows / 2>(x + kRows / 2 * stride, stride),
                              [](size_t i) { return i; });
  }
}

// Tiles four columns wide. A register holds them for kLanes / 4 rows, beside four copies of A(i, l)
// for each, so that no lane is lost:
//
//   A(i, l)  [ a  a  a  a  | a' a' a' a' ]
//   B(l, j)  [ b0 b1 b2 b3 | b0 b1 b2 b3 ]
//   C(i, j)  [ c0 c1 c2 c3 | c0 c1 c2 c3 ]
//
// Leaves the rows that no register is full of. Requires: args.k is a multiple of 4.
template <typename T, size_t kSums>
void RowsOfFour(GemmArgs<T>& args) {
  using Vector = typename Register<T>::Type;
  constexpr size_t kRows = kLanes<T> / 4 * kSums;
  for (; args.m >= kRows; SkipRows(args, kRows)) {
    alignas(kRegisterBytes) T tile[kRows * 4] = {};
    for (size_t i = 0; i < kRows && args.init != nullptr; ++i) {
      __builtin_memcpy(&tile[i * 4], args.init + i * args.init_stride, 4 * sizeof(T));
    }
    Vector c[kSums];
    for (size_t s = 0; s < kSums; ++s) c[s] = Load(tile + s * kLanes<T>);

    const T* b = args.b;
    for (size_t l = 0; l < args.k; l += 4) {
      Vector b_l[4];
      for (size_t q = 0; q < 4; ++q, b += args.b_stride) {
        b_l[q] = Shuffle<kLanes<T>>(Load(b), Load(b), [](size_t i) { return i % 4; });
      }
      for (size_t s = 0; s < kSums; ++s) {
        const Vector a =
            LoadFours(args.a + s * (kLanes<T> / 4) * args.a_row_stride + l, args.a_row_stride);
        c[s] += Shuffle<kLanes<T>>(a, a, [](size_t i) { return i / 4 * 4; }) * b_l[0];
        c[s] += Shuffle<kLanes<T>>(a, a, [](size_t i) { return i / 4 * 4 + 1; }) * b_l[1];
        c[s] += Shuffle<kLanes<T>>(a, a, [](size_t i) { return i / 4 * 4 + 2; }) * b_l[2];
        c[s] += Shuffle<kLanes<T>>(a, a, [](size_t i) { return i / 4 * 4 + 3; }) * b_l[3];
      }
    }

    for (size_t s = 0; s < kSums; ++s) Store(c[s], tile + s * kLanes<T>);
    for (size_t i = 0; i < kRows; ++i) {
      __builtin_memcpy(args.c + i * args.c_stride, &tile[i * 4], 4 * sizeof(T));
    }
  }
  if constexpr (kSums > 1) RowsOfFour<T, kSums - 1>(args);
}

// Four columns or fewer, for an A whose rows lie in memory one by one.
template <typename T>
[[gnu::noinline]] void FourColumns(GemmArgs<T> args) {
  const size_t rest = args.k % 4;
  GemmArgs<T> rows = args;
  rows.k -= rest;
  RowsOfFour<T, 9>(rows);
  Panel<T>(rows);
  if (rest == 0) return;
  SkipSteps(args, args.k - rest);
  Panel<T>(args);
}

// y(l, j) = x(j, l), for squares as wide as a register; rows of x from `rows` on count as zeros.
// To interleave the first half of the rows with the second moves the highest bit of a row's number
// to the lowest of the column's. Done for each bit in turn, rows have become columns.
template <typename T>
void TransposeSquare(size_t rows, const T* x, size_t x_stride, T* y, size_t y_stride) {
  constexpr size_t kL = kLanes<T>;
  typename Register<T>::Type v[kL];
  for (size_t j = 0; j < kL; ++j) {
    v[j] = j < rows ? Load(x + j * x_stride) : typename Register<T>::Type{};
  }
  for (size_t bit = 1; bit < kL; bit *= 2) {
    typename Register<T>::Type w[kL];
    for (size_t j = 0; j < kL / 2; ++j) {
      const auto a = v[j], b = v[j + kL / 2];  // become a0 b0 a1 b1 ...
      w[2 * j] = Shuffle<kLanes<T>>(a, b, [](size_t i) { return i / 2 + i % 2 * kL; });
      w[2 * j + 1] = Shuffle<kLanes<T>>(a, b, [](size_t i) { return (kL + i) / 2 + i % 2 * kL; });
    }
    for (size_t j = 0; j < kL; ++j) v[j] = w[j];
  }
  for (size_t l = 0; l < kL; ++l) Store(v[l], y + l * y_stride);
}

// While rows are packed, those so far below are asked for: rows that lie far apart begin where no
// CPU expects it.
constexpr size_t kRowsAhead = 16;

// Where x(l, j) is in panels: [columns / kPanel][kBlockK][kPanel].
template <size_t kPanel>
size_t Packed(size_t l, size_t j) {
  return j / kPanel * kPanel * kBlockK + l * kPanel + j % kPanel;
}

// Copies rows of n numbers to panels.
template <size_t kPanel, typename T>
void Pack(size_t rows, size_t n, const T* x, size_t x_stride, T* packed) {
  for (size_t l = 0; l < rows; ++l, x += x_stride) {
    for (size_t j = 0; j < n; j += kLanes<T>) {
      __builtin_prefetch(x + kRowsAhead * x_stride + j);
      Store(Load(x + j), packed + Packed<kPanel>(l, j));
    }
  }
}

// The same where x lies transposed, [n, rows].
template <size_t kPanel, typename T>
void PackTransposed(size_t rows, size_t n, const T* x, size_t x_stride, T* packed) {
  for (size_t j = 0; j < n; j += kLanes<T>, x += kLanes<T> * x_stride) {
    for (size_t l = 0; l < rows; l += kLanes<T>) {
      for (size_t i = 0; i < kLanes<T>; ++i) __builtin_prefetch(x + (kLanes<T> + i) * x_stride + l);
      TransposeSquare(n - j, x + l, x_stride, packed + Packed<kPanel>(l, j), kPanel);
    }
  }
}

// A product with k <= kBlockK and n <= kBlockN.
template <typename T>
void Block(GemmArgs<T> args) {
  const bool pack_b =
      args.b_transposed || (args.b_stride * sizeof(T) > kLongRowBytes && args.m > kTileRows);
  if (pack_b) {
    const auto pack = args.b_transposed ? PackTransposed<kWidth<T>, T> : Pack<kWidth<T>, T>;
    pack(args.k, args.n, args.b, args.b_stride, args.packed_b);
    args.b = args.packed_b;
    args.b_stride = kWidth<T>;
    args.b_transposed = false;
  }
  // The part of `rows` that makes the columns from j on.
  const auto columns = [&](const GemmArgs<T>& rows, size_t j, size_t n) {
    GemmArgs<T> part = rows;
    SkipColumns(part, j);
    if (pack_b) part.b = rows.b + Packed<kWidth<T>>(0, j);
    part.n = n;
    return part;
  };

  const bool a_transposed = args.a_row_stride == 1;
  const bool pack_a =
      a_transposed && args.a_column_stride * sizeof(T) > kLongRowBytes && args.n > 2 * kWidth<T>;
  const size_t rest = args.n % kLanes<T>;
  const bool few =
      args.m >= kLanes<T> &&
      (a_transposed ? rest <= kLanes<T> * 3 / 4 : kTakesFours<T> && rest <= 4 && args.k >= 32);
  const size_t n = args.n - (few ? rest : 0);
  for (GemmArgs<T> below = args; below.m > 0 && n > 0;) {
    GemmArgs<T> rows = below;
    rows.m = Min(kBlockM, below.m);
    if (pack_a) {
      Pack<kBlockM>(rows.k, rows.m, rows.a, rows.a_column_stride, args.packed_a);
      rows.a = args.packed_a;
      rows.a_column_stride = kBlockM;
    }
    for (size_t j = 0; j < n; j += kWidth<T>) {
      Panel<T>(columns(rows, j, Min(kWidth<T>, n - j)));
    }
    SkipRows(below, rows.m);
  }
  if (n == args.n) return;
  if (a_transposed) {
    FewColumns(columns(args, n, rest));
  } else if constexpr (kTakesFours<T>) {
    FourColumns(columns(args, n, rest));
  }
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
