"""A program of the book: experiments, each with the gnuplot script of its figure."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

def _figure_commands(name, experiment, scripts):
    """Makes a source file that registers the gnuplot commands of an experiment (figure.h)."""
    native.genrule(
        name = name,
        srcs = scripts,
        outs = [name + ".cc"],
        cmd = "(echo '#include \"common/experiment/figure.h\"';" +
              " echo 'static const dlfs::FigureCommands commands(\"%s\", R\"gp('; cat $(SRCS); echo ')gp\");') > $@" %
              experiment,
    )

def experiment(name, deps = [], script = None, srcs = [], style = "style.gp", scripts = {}, experiments = None, texts = ":korean"):
    """A program that is one experiment, or several.

    Args:
      name: the program; its page is name.cc.
      deps: what the page is made of.
      script: the gnuplot script of the figure; by default name.gp.
      srcs: further sources.
      style: a script that comes before.
      scripts: those of further figures, by what follows the experiment's name ("_training").
      experiments: in place of a page and a script of its own, those of these experiments, which are in this package.
      texts: the translations of what the figures say.
    """
    if not experiments:
        _figure_commands(name + "_figure", name, [style, script or name + ".gp"])
        for suffix, further in scripts.items():
            _figure_commands(name + suffix + "_figure", name + suffix, [style, further])

        # Apart from the program, so that others can link it: optimizer_compare, and tests/fuzz.
        cc_library(
            name = name + "_page",
            srcs = srcs + [
                name + ".cc",
                name + "_figure.cc",
            ] + [name + suffix + "_figure.cc" for suffix in scripts],
            deps = deps + [
                texts,
                "//common/experiment",
                "//common/experiment:figure",
                "//common/experiment:settings",
            ],
            alwayslink = True,
        )
    cc_binary(
        name = name,
        deps = [":" + page + "_page" for page in experiments or [name]] + ["//common/experiment:experiment_main"],
    )
