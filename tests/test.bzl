"""A test of this project."""

load("@rules_cc//cc:defs.bzl", "cc_test")

def test(name, deps, srcs = None, size = "small", main = "gtest_main", **more):
    """A program of GoogleTest.

    Args:
      name: of the test; its source is name.cc.
      deps: what is tested, and helpers; groups of them may overlap.
      srcs: in place of name.cc.
      size: as Bazel's.
      main: gtest_main, or gtest for a test with a main function of its own.
      **more: as cc_test's.
    """
    cc_test(
        name = name,
        size = size,
        srcs = srcs or [name + ".cc"],
        deps = {dep: None for dep in deps + [
            "@com_google_absl//absl/status",
            "@com_google_absl//absl/status:statusor",
            "@com_google_absl//absl/strings",
            "@com_google_absl//absl/strings:str_format",
            "@com_google_googletest//:" + main,
        ]}.keys(),
        **more
    )
