# What every figure of this project starts with. `format` is svg, png, pdf or terminal; `experiment`
# is the name of the experiment and of its files.
set encoding utf8
set datafile separator ","
set datafile commentschars "#"

terminal(width, height) = \
    format eq "svg" ? sprintf("set terminal svg size %d,%d noenhanced background '#ffffff' font 'DejaVu Sans,13' linewidth 1.4", width, height) : \
    format eq "png" ? sprintf("set terminal pngcairo size %d,%d noenhanced background '#ffffff' font 'DejaVu Sans,10' linewidth 1.4", width, height) : \
    format eq "pdf" ? sprintf("set terminal pdfcairo size %.2fin,%.2fin noenhanced background '#ffffff' font 'DejaVu Sans,9' linewidth 1.4", width / 96.0, height / 96.0) : \
    "set terminal dumb 110,40 noenhanced"
picture(suffix) = format eq "terminal" ? "" : experiment . suffix . "." . format

# `value` in the rows of a table that have `wanted` in the column `column`; gnuplot leaves the others out.
only(column, wanted, value) = strcol(column) eq wanted ? value : NaN

