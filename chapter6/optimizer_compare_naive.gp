# 6.1.3 to 6.1.7: f(x, y) = x²/20 + y², and the paths of the optimizers over it.
f(x, y) = x**2 / 20 + y**2
csv = experiment . ".csv"  # optimizer,step,x,y

# Figure 6-1: the surface and its contours.
eval terminal(760, 560)
set output picture("_surface")
set title "f(x, y) = x²/20 + y²"
set xlabel "x"
set ylabel "y"
set zlabel "f" rotate by 90
set xrange [-10:10]
set yrange [-10:10]
set isosamples 41
set hidden3d
set ticslevel 0
set border 31
set contour base
set cntrparam levels discrete 1, 4, 10, 20, 40, 60, 80
set cntrlabel onecolor
splot f(x, y) with lines linecolor "#0072b2" linewidth 0.8 notitle
unset contour
set border 3

# Figure 6-2: the direction of steepest descent, −∇f = (−x/10, −2y). Nearly everywhere it does not point to the minimum.
set output picture("_gradient")
set title "−∇f: where the slope leads is not where the minimum is"
set samples 21
set isosamples 17
set xrange [-10:10]
set yrange [-8:8]
scale = 0.09
set object 1 circle at 0, 0 size 0.18 fillstyle solid fillcolor "#d55e00" front
plot "++" using 1:2:(-scale * $1 / 10):(-scale * 2 * $2) \
    with vectors head size 0.18,20 filled linecolor "#0072b2" notitle
unset object 1

# The contours that lie under the paths.
set table $contours
set xrange [-10:10]
set yrange [-10:10]
set samples 101
set isosamples 101
set contour base
set cntrparam levels discrete 0.25, 1, 2, 4, 7, 11, 16, 24, 36, 50, 70
unset surface
splot f(x, y)
unset table
unset contour
set surface

count = words(optimizers)
columns = count < 2 ? 1 : count < 5 ? 2 : 3
rows = (count + columns - 1) / columns

# Figures 6-3, 6-5, 6-6 and 6-7 as the panels of figure 6-8.
eval terminal(420 * columns, 360 * rows)
set output picture("")
set size ratio 0.8
set xtics 5
set ytics 5
set multiplot layout rows, columns
do for [i = 1:count] {
    optimizer = word(optimizers, i)
    set title method_title(optimizer) . ", learning rate " . word(learning_rates, i)
    plot $contours using 1:2 with lines linecolor "#c8c8c8" linewidth 0.8 notitle, \
        "+" using (0):(0) every ::0::0 with points pointtype 2 pointsize 1.4 linewidth 2 linecolor "#000000" notitle, \
        csv using (only(1, optimizer, $3)):4 with linespoints linecolor rgb color(optimizer) \
            pointtype marker(optimizer) pointsize 0.5 notitle
}
unset multiplot

# Figure 6-8 once more, all paths in one picture.
eval terminal(800, 620)
set output picture("_together")
set title "From (" . start . ") to the minimum (+) of f(x, y) = x²/20 + y²"
plot $contours using 1:2 with lines linecolor "#c8c8c8" linewidth 0.8 notitle, \
    "+" using (0):(0) every ::0::0 with points pointtype 2 pointsize 1.6 linewidth 2 linecolor "#000000" notitle, \
    for [i = 1:count] csv using (only(1, word(optimizers, i), $3)):4 with linespoints \
        linecolor rgb color(word(optimizers, i)) pointtype marker(word(optimizers, i)) pointsize 0.6 \
        title method_title(word(optimizers, i))
