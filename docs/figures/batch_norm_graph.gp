# The computational graph of batch normalisation with the names of chapter6/batchnorm.h, as figure 6-17:
#   cd docs/figures && gnuplot batch_norm_graph.gp
# In Korean, into ko/: gnuplot -e "language='ko'" batch_norm_graph.gp
if (!exists("language")) { language = "en" }
say(english, korean) = language eq "ko" ? korean : english
set encoding utf8
family = say("DejaVu Sans", "DejaVu Sans&#44; Noto Sans KR&#44; sans-serif")
set terminal svg size 860,405 font family . ",16" noenhanced background '#ffffff'
set output say("", "ko/") . "batch_norm_graph.svg"

# Coordinates are points, from the upper left corner.
unset border
unset tics
unset key
set margins 0, 0, 0, 0
set xrange [0:860]
set yrange [405:0]

dark = "#333333"
back = "#c04f00"  # a dark tone of the palette of chapter6/style.gp
tone = "#bfe1f5"

text(what, x, y, color) = sprintf("set label '%s' at %g,%g center textcolor rgb '%s' front", what, x, y, color)
arrow(x, y, end_x, end_y, color) = \
    sprintf("set arrow from %g,%g to %g,%g size 8,20 filled linewidth 1.6 linecolor rgb '%s'", x, y, end_x, end_y, color)
node(what, x, y, radius) = sprintf("set object circle at %g,%g size %g fillcolor rgb '%s' fillstyle solid border linecolor rgb '%s' front; ", \
    x, y, radius, tone, dark) . text(what, x, y, dark)

# Forward from one point to another, and backward beside it, a little to the left as one looks forward. The names stand
# outside of both.
length(x, y, end_x, end_y) = sqrt((end_x - x) ** 2 + (end_y - y) ** 2)
across_x(x, y, end_x, end_y) = (y - end_y) / length(x, y, end_x, end_y)
across_y(x, y, end_x, end_y) = (end_x - x) / length(x, y, end_x, end_y)
beside(from_x, from_y, to_x, to_y, by, color) = (nx = across_x(from_x, from_y, to_x, to_y), \
    ny = across_y(from_x, from_y, to_x, to_y), by > 0 ? \
    arrow(to_x + by * nx, to_y + by * ny, from_x + by * nx, from_y + by * ny, color) : \
    arrow(from_x + by * nx, from_y + by * ny, to_x + by * nx, to_y + by * ny, color))
edge(x, y, end_x, end_y) = beside(x, y, end_x, end_y, -5, dark) . "; " . beside(x, y, end_x, end_y, 5, back)

main = 55   # the row from x to y
below = 165 # the row of the statistics

eval text("x", 28, main, dark)
eval edge(44, main, 232, main)
eval edge(92, main + 6, 138, below - 24)
eval node("1/N Σ", 160, below, 32)
eval edge(182, below - 24, 240, main + 20)
eval node("−", 250, main, 18)
eval edge(270, main, 542, main)
eval edge(318, main + 6, 318, below - 26)
eval node("(·)²", 318, below, 22)
eval edge(342, below, 376, below)
eval node("1/N Σ", 410, below, 32)
eval edge(444, below, 506, below)
eval node("√(· + ε)", 548, below, 40)
eval edge(556, below - 40, 561, main + 20)
eval node("÷", 562, main, 18)
eval edge(582, main, 662, main)
eval node("×", 682, main, 18)
eval edge(702, main, 752, main)
eval node("+", 772, main, 18)
eval edge(792, main, 826, main)
eval text("y", 842, main, dark)
eval edge(682, below - 18, 682, main + 20)
eval text("gamma", 676, below - 4, dark)
eval edge(772, below - 18, 772, main + 20)
eval text("beta", 772, below - 4, dark)

eval text("x_c", 420, main - 20, dark)
eval text("dx_c", 420, main + 22, back)
eval text("dx", 68, main + 22, back)
eval text("mu", 186, main + 50, dark)
eval text("dmu", 240, below - 42, back)
eval text("var", 475, below - 20, dark)
eval text("dvar", 475, below + 22, back)
eval text("std", 534, main + 42, dark)
eval text("dstd", 588, main + 42, back)
eval text("x_hat", 622, main - 20, dark)
eval text("dx_hat", 622, main + 22, back)
eval text("dgamma", 728, main + 66, back)
eval text("dbeta", 806, main + 66, back)
eval text("dy", 816, main + 22, back)

# The formulas, from left to right and back.
left(what, x, y, color) = sprintf("set label '%s' at %g,%g left textcolor rgb '%s' front", what, x, y, color)
eval left(say("forward →", "순전파 →"), 24, 235, dark)
eval left("mu = 1/N Σ x", 24, 267, dark)
eval left("x_c = x − mu", 24, 297, dark)
eval left("var = 1/N Σ x_c²", 24, 327, dark)
eval left("std = √(var + ε)", 210, 267, dark)
eval left("x_hat = x_c / std", 210, 297, dark)
eval left("y = gamma x_hat + beta", 210, 327, dark)
eval left(say("← backward", "← 역전파"), 450, 235, back)
eval left("dbeta = Σ dy", 450, 267, back)
eval left("dgamma = Σ x_hat dy", 450, 297, back)
eval left("dx_hat = gamma dy", 450, 327, back)
eval left("dstd = −Σ dx_hat x_c / std²", 450, 357, back)
eval left("dvar = dstd / (2 std)", 450, 387, back)
eval left("dx_c = dx_hat / std", 676, 267, back)
eval left("    + 2/N x_c dvar", 676, 297, back)
eval left("dmu = −Σ dx_c", 676, 327, back)
eval left("dx = dx_c + dmu / N", 676, 357, back)

plot NaN
