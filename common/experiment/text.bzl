"""Text files inside a program."""

def text_literal(name, src):
    """Makes src.inc, a C++ string literal with the text of src, to be #included where a string is wanted.

    Args:
      name: the target.
      src: the text file.
    """
    native.genrule(
        name = name,
        srcs = [src],
        outs = [src + ".inc"],
        cmd = "(echo 'R\"gp('; cat $<; echo ')gp\"') > $@",
    )
