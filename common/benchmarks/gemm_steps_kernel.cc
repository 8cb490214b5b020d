#include "common/benchmarks/gemm_steps_kernel.h"

// Compiled once per instruction set (isa.bzl); nothing with inline code is included.
namespace dlfs {
namespace DLFS_ISA {
namespace {

#if defined(DLFS_ISA_AVX512)
constexpr size_t kRegisterBytes = 64, kTileRows = 6, kTileVectors = 4;
#elif defined(DLFS_ISA_AVX2)
constexpr size_t kRegisterBytes = 32, kTileRows = 6, kTileVectors = 2;
#elif defined(__aarch64__)
constexpr size_t kRegisterBytes = 16, kTileRows = 6, kTileVectors = 4;
#else
constexpr size_t kRegisterBytes = 16, kTileRows = 4, kTileVectors = 2;
#endif
typedef float Vector __attribute__((vector_size(kRegisterBytes), may_alias));
constexpr size_t kLanes = kRegisterBytes / sizeof(float);

// The registers that begin at x.
const Vector* Registers(const float* x) { return reinterpret_cast<const Vector*>(x); }
Vector* Registers(float* x) { return reinterpret_cast<Vector*>(x); }

constexpr size_t Min(size_t a, size_t b) { return a < b ? a : b; }

// --- 1. An element after the other: a row of A times a column of B ---

// a * b + sum, rounded as the vectors below are: once, where the instruction set has it.
float MultiplyAdd(float a, float b, float sum) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, sum);
#else
  return a * b + sum;
#endif
}

void TripleLoop(const GemmStepArgs& args) {
  const auto [m, n, k, a, a_stride, b, b_stride, c, c_stride] = args;
  for (size_t i = 0; i < m; ++i) {
    for (size_t j = 0; j < n; ++j) {
      float sum = c[i * c_stride + j];
      for (size_t l = 0; l < k; ++l) {
        sum = MultiplyAdd(a[i * a_stride + l], b[l * b_stride + j], sum);
      }
      c[i * c_stride + j] = sum;
    }
  }
}

// --- 2. The inner loops change places: along the rows of B and C, a register at a time ---

void AlongRows(const GemmStepArgs& args) {
  const auto [m, n, k, a, a_stride, b, b_stride, c, c_stride] = args;
  for (size_t i = 0; i < m; ++i) {
    for (size_t l = 0; l < k; ++l) {
      const float a_il = a[i * a_stride + l];
      for (size_t j = 0; j < n; ++j) c[i * c_stride + j] += a_il * b[l * b_stride + j];
    }
  }
}

// --- 3. to 5. A tile of C, kRows x kVectors registers, is added up without leaving them ---

template <size_t kRows, size_t kVectors>
[[gnu::always_inline]] inline void Tile(const GemmStepArgs& args) {
  const auto [m, n, k, a, a_stride, b, b_stride, c, c_stride] = args;
  Vector sums[kRows][kVectors];
  for (size_t i = 0; i < kRows; ++i) {
    for (size_t v = 0; v < kVectors; ++v) sums[i][v] = Registers(c + i * c_stride)[v];
  }
  for (size_t l = 0; l < k; ++l) {
    const Vector* const b_l = Registers(b + l * b_stride);
    for (size_t i = 0; i < kRows; ++i) {
      for (size_t v = 0; v < kVectors; ++v) sums[i][v] += a[i * a_stride + l] * b_l[v];
    }
  }
  for (size_t i = 0; i < kRows; ++i) {
    for (size_t v = 0; v < kVectors; ++v) Registers(c + i * c_stride)[v] = sums[i][v];
  }
}

// Tiles from the first row to the last; smaller ones for the rows that are left.
template <size_t kRows, size_t kVectors>
void TilesBelow(GemmStepArgs args) {
  for (; args.m >= kRows; args.m -= kRows) {
    Tile<kRows, kVectors>(args);
    args.a += kRows * args.a_stride;
    args.c += kRows * args.c_stride;
  }
  if constexpr (kRows > 1) {
    if (args.m > 0) TilesBelow<kRows - 1, kVectors>(args);
  }
}

// Leaves what comes after the first columns of C.
void SkipColumns(GemmStepArgs& args, size_t columns) {
  args.n -= columns;
  args.b += columns;
  args.c += columns;
}

// The same for all columns; narrower ones for those that are left.
template <size_t kRows, size_t kVectors>
void Tiles(GemmStepArgs args) {
  while (args.n > (kVectors - 1) * kLanes) {
    TilesBelow<kRows, kVectors>(args);
    SkipColumns(args, Min(args.n, kVectors * kLanes));
  }
  if constexpr (kVectors > 1) {
    if (args.n > 0) Tiles<kRows, kVectors - 1>(args);
  }
}

void OneRegister(const GemmStepArgs& args) { Tiles<1, 1>(args); }
void EightRegisters(const GemmStepArgs& args) { Tiles<1, 8>(args); }
void RegisterTile(const GemmStepArgs& args) { Tiles<kTileRows, kTileVectors>(args); }

// --- 6. What a column of tiles reads of B, copied to one place: a panel ---

constexpr size_t kBlockK = 512;  // so that a panel, at most 128 KiB, stays in the L2 cache

// kBlockK steps from l on, or as many as there are.
GemmStepArgs BlockOfK(GemmStepArgs args, size_t l) {
  args.k = Min(kBlockK, args.k - l);
  args.a += l;
  args.b += l * args.b_stride;
  return args;
}

void PackedPanels(const GemmStepArgs& args) {
  constexpr size_t kWidth = kTileVectors * kLanes;
  alignas(kRegisterBytes) float panel[kBlockK * kWidth];
  for (size_t l = 0; l < args.k; l += kBlockK) {
    for (GemmStepArgs block = BlockOfK(args, l); block.n > 0;) {
      GemmStepArgs part = block;
      part.n = Min(kWidth, block.n);
      for (size_t j = 0; j < part.n; j += kLanes) {
        for (size_t row = 0; row < part.k; ++row) {
          *Registers(panel + row * kWidth + j) = *Registers(block.b + row * block.b_stride + j);
        }
      }
      part.b = panel;
      part.b_stride = kWidth;
      RegisterTile(part);
      SkipColumns(block, part.n);
    }
  }
}

}  // namespace

const GemmStep kGemmSteps[kNumGemmSteps] = {
    {"1 triple loop i, j, l", TripleLoop},   {"2 loops i, l, j", AlongRows},
    {"3 sums in one register", OneRegister}, {"4 in eight registers", EightRegisters},
    {"5 in a tile", RegisterTile},           {"6 packed panels", PackedPanels},
};

}  // namespace DLFS_ISA
}  // namespace dlfs
