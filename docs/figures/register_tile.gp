# The register tile of common/matrix/gemm_kernel.cc for AVX-512, and its numbers for AVX2:
#   cd docs/figures && gnuplot register_tile.gp
# In Korean, into ko/: gnuplot -e "language='ko'" register_tile.gp
if (!exists("language")) { language = "en" }
say(english, korean) = language eq "ko" ? korean : english
set encoding utf8
family = say("DejaVu Sans", "DejaVu Sans&#44; Noto Sans KR&#44; sans-serif")
set terminal svg size 820,560 font family . ",16" noenhanced background '#ffffff'
set output say("", "ko/") . "register_tile.svg"

# Coordinates are points, from the upper left corner.
unset border
unset tics
unset key
set margins 0, 0, 0, 0
set xrange [0:820]
set yrange [560:0]

of_a = "#e69f00"  # the palette of chapter6/style.gp, and light tones of it
of_b = "#0072b2"
of_c = "#009e73"
dark_a = "#a87400"
dark_c = "#00704f"
light_a = "#fbe7bd"
light_b = "#bfe1f5"
light_c = "#c2ebdf"
dark = "#333333"

# box(x, y, width, height): a rectangle from its upper left corner.
box(x, y, width, height) = sprintf("set object rectangle from %g,%g to %g,%g ", x, y, x + width, y + height)
fill(color) = sprintf("fillcolor rgb '%s' fillstyle solid border linecolor rgb '#ffffff'", color)
frame(color, width) = \
    sprintf("fillstyle empty border linecolor rgb '%s' linewidth %g front", color, width)
text(what, x, y, where, color) = \
    sprintf("set label '%s' at %g,%g %s textcolor rgb '%s' front", what, x, y, where, color)
arrow(x, y, end_x, end_y, color) = \
    sprintf("set arrow from %g,%g to %g,%g size 9,20 filled linewidth 1.5 linecolor rgb '%s' front", x, y, end_x, end_y, color)

rows = 6
vectors = 4
lanes = 16
lane = 6  # points
vector = lanes * lane + 6  # a register, and the gap to the next
left_c = 388
width_c = vectors * vector - 6
top_c = 346
row = 30
left_a = 40
steps_a = 11
step_a = 26
top_b = 60
steps_b = 11
step_b = 22
l = 8  # the step that is drawn

# A register: its lanes, and a frame.
register(x, y, height, color, line) = sprintf("do for [lane_ = 0:lanes - 1] { eval box(%g + lane_ * lane, %g, lane, %g) . fill('%s') }; ", x, y, height, color) \
    . box(x, y, lanes * lane, height) . frame(line, 1.5)

# B: rows of the panel, of which step l takes one.
do for [r = 0:steps_b - 1] {
    if (r != l) {
        eval box(left_c, top_b + r * step_b, width_c, step_b - 4) . fill(light_b)
    } else {
        do for [v = 0:vectors - 1] {
            eval register(left_c + v * vector, top_b + r * step_b - 2, step_b, of_b, of_b)
        }
    }
}
# A: as many rows as the tile has, of which step l takes an element each.
do for [r = 0:rows - 1] {
    do for [s = 0:steps_a - 1] {
        eval box(left_a + s * step_a, top_c + r * row, step_a, row - 6) . fill(s == l ? of_a : light_a)
    }
}
# C: the tile.
do for [r = 0:rows - 1] {
    do for [v = 0:vectors - 1] {
        eval register(left_c + v * vector, top_c + r * row, row - 6, light_c, of_c)
    }
}

# One multiply-add of the step: one element of A, one register of B, one of C.
fma_row = 2
fma_vector = 2
y_fma = top_c + fma_row * row
x_fma = left_c + fma_vector * vector
eval register(x_fma, y_fma, row - 6, of_c, of_c)
eval arrow(left_a + (l + 1) * step_a + 1, y_fma + row / 2.0 - 3, x_fma - 3, y_fma + row / 2.0 - 3, dark)
eval arrow(x_fma + 8 * lane, top_b + (l + 1) * step_b, x_fma + 8 * lane, y_fma - 3, dark)

eval text(say("B: a panel, at most 256 rows of 64", "B: 패널, 64개짜리 행이 최대 256개"), left_c, 34, "left", of_b)
eval text(say("step l", "단계 l"), left_c - 22, top_b + l * step_b + 9, "right", of_b)
eval arrow(left_c - 12, top_b, left_c - 12, top_b + steps_b * step_b - 4, of_b)
eval text(say("A: 6 rows", "A: 6행"), left_a, top_c + rows * row + 18, "left", dark_a)
eval text(say("step l", "단계 l"), left_a + (l + 0.5) * step_a, top_c - 30, "center", dark_a)
eval arrow(left_a, top_c - 12, left_a + steps_a * step_a, top_c - 12, dark_a)
eval text(say("C: a tile, 6 × 4 registers of 16 sums", "C: 타일, 합 16개짜리 레지스터 6 × 4개"), left_c, top_c + rows * row + 18, "left", dark_c)

# The numbers: line(number, what, for AVX-512, for AVX2).
line(i, what, avx512, avx2, color) = text(what, 20, 34 + i * 27, "left", color) . "; " \
    . text(avx512, 238, 34 + i * 27, "right", color) . "; " . text(avx2, 318, 34 + i * 27, "right", color)
eval line(0, "", "AVX-512", "AVX2", dark)
eval line(1, say("registers", "레지스터"), "32", "16", dark)
eval line(2, say("floats in one", "하나에 든 float"), "16", "8", dark)
eval line(3, say("tile of C", "C의 타일"), "6 × 4", "6 × 2", dark_c)
eval line(4, say("row of B", "B의 행"), "4", "2", of_b)
eval line(5, say("element of A", "A의 원소"), "1", "1", dark_a)
eval line(6, say("FMAs a step", "단계마다 FMA"), "24", "12", dark)
eval line(7, say("loads a step", "단계마다 읽기"), "10", "8", dark)
set arrow from 20, 48 to 318, 48 nohead linecolor rgb "#bbbbbb"

plot NaN
