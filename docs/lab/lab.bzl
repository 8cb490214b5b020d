"""The page: one file of HTML that has everything in it."""

_OPEN = """#!/usr/bin/env bash
# Puts the page where the experiments put their figures, says where, and shows it where there is a display.
set -euo pipefail
out=${BUILD_WORKSPACE_DIRECTORY:-.}/out
mkdir -p "$out"
cp -f "%s" "$out/lab.html"
chmod u+w "$out/lab.html"
echo "wrote $out/lab.html; open it in a browser"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then xdg-open "$out/lab.html"; fi
"""

def _lab_page_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".html")
    module = ctx.file.module
    ctx.actions.run(
        executable = ctx.file.assemble,
        arguments = [page.path, ctx.file.template.path, module.path] + [file.path for file in ctx.files.parts],
        inputs = [ctx.file.template, module] + ctx.files.parts,
        tools = [ctx.file.assemble],
        outputs = [page],
        use_default_shell_env = True,
    )
    program = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(program, _OPEN % page.short_path, is_executable = True)
    return DefaultInfo(executable = program, files = depset([page]), runfiles = ctx.runfiles([page]))

lab_page = rule(
    doc = "`bazel build` makes the page, `bazel run` puts it into the folder out of the workspace.",
    implementation = _lab_page_impl,
    attrs = {
        "assemble": attr.label(allow_single_file = True, mandatory = True),
        "module": attr.label(allow_single_file = True, mandatory = True, doc = "A wasm_module."),
        "parts": attr.label_list(allow_files = True, doc = "What the template names."),
        "template": attr.label(allow_single_file = True, mandatory = True),
    },
    executable = True,
)
