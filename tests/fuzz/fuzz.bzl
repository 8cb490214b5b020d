"""Fuzz targets: functions that take any bytes, given to them by libFuzzer and by an ordinary test."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_target(name, deps, corpus, dictionary, srcs = []):
    """A function LLVMFuzzerTestOneInput (fuzz_target.h), as two programs.

    <name>_corpus_test is an ordinary test: it runs every file of the corpus, a test case each.

    <name>_fuzz looks for new inputs, from those of the corpus on, with libFuzzer. It links with --config=fuzz only:

        bazel run --config=fuzz //tests/fuzz:<name>_fuzz -- -max_total_time=600 -artifact_prefix=/tmp/

    An input that fails is written to /tmp/crash-...; when what it shows is mended, it goes into the corpus under a name
    that says what it is. `-help=1` lists the other options.

    Args:
      name: what is fuzzed.
      deps: a library with the function, or those of srcs.
      corpus: the directory with the inputs.
      dictionary: words that libFuzzer puts into inputs, a file in its format.
      srcs: the sources with the function.
    """
    inputs = native.glob([corpus + "/*"], allow_empty = False)
    directory = native.package_name() + "/" + corpus
    cc_library(
        name = name + "_target",
        testonly = True,
        srcs = srcs,
        visibility = ["//visibility:private"],
        deps = deps + [":fuzz_target"],
        alwayslink = True,
    )
    cc_binary(
        name = name + "_fuzz",
        testonly = True,
        # `bazel run` starts it beside links to the corpus: there it adds what it finds, not in the sources.
        args = [
            "-dict=$(location %s)" % dictionary,
            directory,
        ],
        data = inputs + [dictionary],
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],  # does not link without --config=fuzz
        deps = [":" + name + "_target"],
    )
    cc_test(
        name = name + "_corpus_test",
        size = "small",
        args = [directory],
        data = inputs,
        deps = [
            ":corpus_test",
            ":" + name + "_target",
        ],
    )
