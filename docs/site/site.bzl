"""The site: `bazel run` writes it."""

def _site_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.symlink(output = program, target_file = ctx.file.program, is_executable = True)
    return DefaultInfo(executable = program)

site = rule(
    doc = "Runs a shell script of this folder in the workspace, all files of which it may read.",
    implementation = _site_impl,
    attrs = {"program": attr.label(allow_single_file = True, mandatory = True)},
    executable = True,
)
