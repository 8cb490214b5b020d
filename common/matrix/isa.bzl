"""Code that is compiled for every instruction set: loops, and whole libraries."""

load("@rules_cc//cc:defs.bzl", "cc_library")

# For sources that use Vectorized (simd.h). -O2 of GCC vectorises no loop over arrays that may overlap; the other two
# allow a square root, and what an "if" skips, to be computed for a whole vector.
VECTORIZED_COPTS = [
    "-O3",
    "-fno-math-errno",
    "-fno-trapping-math",
]

# Namespace of the variant -> compiler flags. The baseline is what every CPU of the target architecture runs. Not
# tuned for a CPU, GCC 14 does not fuse where one sum waits for the other, and the bits are others.
_X86_VARIANTS = {
    "avx2": [
        "-mavx2",
        "-mfma",
        "-mtune=haswell",
    ],
    "avx512": [
        "-mavx512f",
        "-mavx512bw",
        "-mavx512dq",
        "-mavx512vl",
        "-mfma",
        "-mprefer-vector-width=512",
    ],
}

def isa_library(name, srcs, hdrs, copts = [], deps = [], **kwargs):
    """A cc_library of which every source is compiled once per instruction set.

    The sources see their variant as the macro DLFS_ISA (baseline, avx2, avx512) and put everything they define into a
    namespace of that name. They include nothing that holds inline code: the linker keeps one copy of an inline
    function, and if that were the AVX-512 one, the baseline would crash on an older CPU.

    Args:
      name: the library; the variants are called name_baseline, name_avx2, name_avx512.
      srcs: the sources, compiled once per variant.
      hdrs: declares the functions of every variant.
      copts: further flags, for every variant.
      deps: libraries of plain declarations.
      **kwargs: for the library as a whole.
    """
    variants = dict(baseline = [], **_X86_VARIANTS)
    for isa, flags in variants.items():
        cc_library(
            name = name + "_" + isa,
            srcs = srcs + hdrs,
            copts = copts + flags + VECTORIZED_COPTS + [
                "-DDLFS_ISA=" + isa,
                "-DDLFS_ISA_" + isa.upper(),
            ],
            # The flags of the x86 variants mean nothing to another compiler: built only where they are asked for.
            tags = ["manual"],
            visibility = ["//visibility:private"],
            deps = deps,
        )
    baseline = [":" + name + "_baseline"]
    cc_library(
        name = name,
        hdrs = hdrs,
        deps = deps + select({
            "@platforms//cpu:x86_64": baseline + [":" + name + "_" + isa for isa in _X86_VARIANTS],
            "//conditions:default": baseline,
        }),
        **kwargs
    )
