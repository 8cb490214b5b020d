# The memory of a Matrix<float> of 4 rows and 20 columns, and a view of two of its rows:
#   cd docs/figures && gnuplot matrix_layout.gp
# In Korean, into ko/: gnuplot -e "language='ko'" matrix_layout.gp
if (!exists("language")) { language = "en" }
say(english, korean) = language eq "ko" ? korean : english
set encoding utf8
family = say("DejaVu Sans", "DejaVu Sans&#44; Noto Sans KR&#44; sans-serif")
set terminal svg size 820,420 font family . ",16" noenhanced background '#ffffff'
set output say("", "ko/") . "matrix_layout.svg"

# Coordinates are points, from the upper left corner.
unset border
unset tics
unset key
set margins 0, 0, 0, 0
set xrange [0:820]
set yrange [420:0]

rows = 4
cols = 20
stride = 32
element = "#bfe1f5"  # light tones of the palette of chapter6/style.gp
padding = "#e3e3e3"
view = "#d55e00"
marked = "#009e73"
dark = "#333333"

# box(x, y, width, height): a rectangle from its upper left corner.
box(x, y, width, height) = sprintf("set object rectangle from %g,%g to %g,%g ", x, y, x + width, y + height)
fill(color) = sprintf("fillcolor rgb '%s' fillstyle solid border linecolor rgb '#ffffff'", color)
frame(color, width) = \
    sprintf("fillstyle empty border linecolor rgb '%s' linewidth %g front", color, width)
# A distance, with what it is above its middle.
distance(x, end, y, what) = sprintf("set arrow from %g,%g to %g,%g heads size 9,20 filled linecolor rgb '%s'; ", \
    x, y, end, y, dark) . sprintf("set label '%s' at %g,%g center textcolor rgb '%s'", what, (x + end) / 2, y - 14, dark)

# The rows, one below the other.
left = 112
top = 112
cell = 19
height = 28
pitch = 36
do for [i = 0:rows - 1] {
    do for [j = 0:stride - 1] {
        eval box(left + j * cell, top + i * pitch, cell, height) . fill(j < cols ? element : padding)
    }
    do for [half = 0:1] {
        eval box(left + half * 16 * cell, top + i * pitch, 16 * cell, height) . frame("#777777", 1.2)
    }
}
eval box(left + 17 * cell, top + 2 * pitch, cell, height) . fill(marked)
eval distance(left, left + stride * cell, 34, "stride() = 32")
eval distance(left, left + cols * cell, 68, "cols() = 20")
set arrow from left + stride * cell + 16, top to left + stride * cell + 16, top + rows * pitch - 8 \
    heads size 9,20 filled linecolor rgb dark
set label "rows()\n= 4" at left + stride * cell + 24, top + rows * pitch / 2.0 - 14 textcolor rgb dark
set label say("padding", "패딩") at left + 26 * cell, 92 center textcolor rgb "#666666"

# Where data() points, and the view.
set label "data()" at 12, top + height / 2.0 textcolor rgb dark
set arrow from 72, top + height / 2.0 to left - 6, top + height / 2.0 size 9,20 filled linecolor rgb dark
eval box(left - 5, top + pitch - 4, stride * cell + 10, 2 * pitch) . frame(view, 2.5)
set label "Rows(1, 2)" at 12, top + 1.5 * pitch + height / 2.0 textcolor rgb view

# 64 bytes: a register of AVX-512, two of AVX2.
bottom = top + rows * pitch
do for [half = 0:1] {
    eval distance(left + half * 16 * cell + 3, left + (half + 1) * 16 * cell - 3, bottom + 26, say("64 bytes = 16 float", "64바이트 = float 16개"))
}

# The same as it lies in memory: the rows one after the other.
strip = bottom + 92
width = 152
do for [i = 0:rows - 1] {
    start = left + i * width
    eval box(start, strip, width * cols / stride, height) . fill(element)
    eval box(start + width * cols / stride, strip, width - width * cols / stride, height) . fill(padding)
    eval box(start, strip, width, height) . frame("#777777", 1.2)
    set label sprintf(say("row %d", "%d행"), i) at start + width * cols / stride / 2.0, strip + height / 2.0 center textcolor rgb dark
    set label sprintf("%d", i * stride * 4) at start, strip + height + 16 center textcolor rgb dark
}
set label sprintf("%d", rows * stride * 4) at left + rows * width, strip + height + 16 center textcolor rgb dark
set label say("memory", "메모리") at 12, strip + height / 2.0 textcolor rgb dark
set label say("byte", "바이트") at 12, strip + height + 16 textcolor rgb dark
eval box(left + (2 * stride + 17) * width / stride, strip, width / stride, height) . fill(marked)
eval box(left + width, strip - 4, 2 * width, height + 8) . frame(view, 2.5)
set label "x(2, 17) = data()[2 * stride() + 17]" at left + 2 * width + 82, strip - 22 center textcolor rgb marked

plot NaN
