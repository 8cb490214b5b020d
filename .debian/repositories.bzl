"""Bazel repositories made of installed Debian packages, so that a build needs no network."""

def _fail_without(package):
    fail("Debian's package %s is not installed. Install it with: apt-get install %s (./bazelw does it for you)" %
         (package, package))

def _pkg_config_repository_impl(ctx):
    packages = {}
    for label, module in ctx.attr.targets.items():
        result = ctx.execute(["pkg-config", "--static", "--libs", module])
        if result.return_code != 0:
            _fail_without(ctx.attr.package)
        package, target = label.split(":")
        packages.setdefault(package, []).append(
            'cc_library(name = "%s", linkopts = %s)' % (target, repr([flag for flag in result.stdout.strip().split(" ") if flag])),
        )
    for package, rules in packages.items():
        header = 'load("@rules_cc//cc:defs.bzl", "cc_library")\n\npackage(default_visibility = ["//visibility:public"])\n\n'
        ctx.file((package + "/" if package else "") + "BUILD", header + "\n".join(rules) + "\n")

pkg_config_repository = repository_rule(
    doc = "Libraries that pkg-config knows; their headers are in /usr/include, where the compiler looks anyway.",
    implementation = _pkg_config_repository_impl,
    attrs = {
        "package": attr.string(doc = "The Debian package that holds them.", mandatory = True),
        "targets": attr.string_dict(doc = "Label inside the repository -> pkg-config module.", mandatory = True),
    },
    local = True,
)

def _debian_package_impl(ctx):
    source = ctx.path(ctx.attr.path)
    if not source.exists:
        _fail_without(ctx.attr.package)
    for child in source.readdir():
        if child.basename not in ("BUILD", "BUILD.bazel", "WORKSPACE"):
            ctx.symlink(child, child.basename)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

debian_package = repository_rule(
    doc = "Sources that a Debian package installs, built with a BUILD file of ours.",
    implementation = _debian_package_impl,
    attrs = {
        "build_file": attr.label(mandatory = True),
        "package": attr.string(mandatory = True),
        "path": attr.string(mandatory = True),
    },
    local = True,
)

def _empty_coverage_tools_impl(ctx):
    ctx.file(
        "BUILD",
        'filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])\n',
    )

empty_coverage_tools = repository_rule(
    implementation = _empty_coverage_tools_impl,
)
