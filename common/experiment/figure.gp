# What every figure of this project starts with. `format` is svg, png, pdf, gif or terminal, `experiment`
# the name of the experiment and of its files.
set encoding utf8
set datafile separator ","
set datafile commentschars "#"

# What follows the name of a picture: the experiment gives its own until it has seen that the picture is complete.
if (!exists("unfinished")) { unfinished = "" }

# What a gif is beside its size: an experiment that draws many pictures into one file says so here.
gif_options = ""

# The font. Hangul: a browser finds it in the families of an svg, pango by itself; a gif has one font for all.
family = language eq "ko" && format eq "svg" ? "DejaVu Sans&#44; Noto Sans KR&#44; sans-serif" : \
    language eq "ko" && format eq "gif" ? "sans:lang=ko" : "DejaVu Sans"

# eval picture(suffix, width, height): what follows is drawn into <experiment><suffix>.<format>, of that many points.
picture(suffix, width, height) = ( \
    format eq "svg" ? sprintf("set terminal svg size %d,%d font '%s,13'", width, height, family) : \
    format eq "png" ? sprintf("set terminal pngcairo size %d,%d font '%s,10'", width, height, family) : \
    format eq "pdf" ? sprintf("set terminal pdfcairo size %.2fin,%.2fin font '%s,9' fontscale 1", width / 96.0, height / 96.0, family) : \
    format eq "gif" ? sprintf("set terminal gif %s size %d,%d font '%s,10'", gif_options, width, height, family) : \
    sprintf("set terminal dumb size %d,%d", width / 7.4, height / 14)) . \
    (format eq "terminal" ? " noenhanced; set output" : \
    " noenhanced background '#ffffff' linewidth 1.4; set output '" . experiment . suffix . "." . format . unfinished . "'")

# A font of `scale` times the size of the picture's own: small = font(0.8); set title ... font small
font(scale) = sprintf(",%g", scale * (format eq "svg" ? 13 : format eq "pdf" ? 9 : 10))

# `value` in the rows of a table that have `wanted` in the column `column`; gnuplot leaves the others out.
only(column, wanted, value) = strcol(column) eq wanted ? value : NaN

