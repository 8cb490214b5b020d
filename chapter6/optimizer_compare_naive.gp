# 6.1.3 to 6.1.7: f(x, y) = x²/20 + y², and the paths of the optimizers over it.
f(x, y) = x**2 / 20 + y**2
csv = experiment . ".csv"  # optimizer,step,x,y

# What is seen of the plane: the way from the start to the minimum, and some more.
reach_x = start_x == 0 ? 8 : 1.2 * abs(start_x)
reach_y = start_y == 0 ? 4 : 2 * abs(start_y)

# Figure 6-1: the surface and its contours.
eval picture("_surface", 760, 520)
set title "Figure 6-1: f(x, y) = x²/20 + y²"
set xlabel "x"
set ylabel "y"
set zlabel "f(x, y)" rotate by 90
set xrange [-10:10]
set yrange [-10:10]
set isosamples 31
set hidden3d
set ticslevel 0.05
set border 31
set view 55, 25
set contour base
set cntrparam levels discrete 1, 4, 10, 20, 40, 60, 80
set cntrlabel onecolor
splot f(x, y) with lines linecolor "#0072b2" linewidth 0.8 notitle
unset contour
unset hidden3d
set border 3

# Figure 6-2: the direction of steepest descent, −∇f = (−x/10, −2y). Nearly everywhere it does not point at the minimum.
eval picture("_gradient", 760, 520)
set title "Figure 6-2: −∇f(x, y), drawn at a twelfth of its length; + is the minimum"
set label 1 "" at 0, 0 point pointtype 1 pointsize 2 linewidth 3 linecolor "#d55e00" front
set xrange [-11:11]
set yrange [-6:6]
set urange [-10:10]
set vrange [-5:5]
set samples 21
set isosamples 11
scale = 1.0 / 12
set datafile separator whitespace
plot "++" using 1:2:(-scale * $1 / 10):(-scale * 2 * $2) \
    with vectors head size 0.2,20 filled linecolor "#0072b2" linewidth 0.8 notitle
set datafile separator ","

# Under the paths: the contour f(x, y) = c is the ellipse x = √(20 c) cos t, y = √c sin t.
set parametric
set trange [0:2 * pi]
set samples 181
levels = format eq "terminal" ? "1.6 6.4" : "0.1 0.4 0.9 1.6 2.5 3.6 4.9 6.4 8.1 10 14 20 28 40"
left = start_x > 0 ? -0.6 * reach_x : -reach_x
set xrange [left:left + 1.6 * reach_x]
set yrange [-reach_y:reach_y]
set label 1 "" at 0, 0 point pointtype 1 pointsize 2 linewidth 2 linecolor "#000000" front

count = words(methods)
columns = count < 2 ? 1 : count < 5 ? 2 : 3
rows = (count + columns - 1) / columns

# Figures 6-3, 6-5, 6-6 and 6-7 as the panels of figure 6-8.
figure_of(optimizer) = \
    optimizer eq "sgd" ? "Figure 6-3: " : optimizer eq "momentum" ? "Figure 6-5: " : \
    optimizer eq "adagrad" ? "Figure 6-6: " : optimizer eq "adam" ? "Figure 6-7: " : ""
eval picture("", 430 * columns, 330 * rows)
set multiplot layout rows, columns
do for [i = 1:count] {
    optimizer = word(methods, i)
    set title figure_of(optimizer) . method_title(optimizer) . ", learning rate " . word(learning_rates, i) . note(optimizer)
    plot for [c in levels] sqrt(20 * c) * cos(t), sqrt(c) * sin(t) with lines linecolor "#c8c8c8" linewidth 0.7 notitle, \
        csv using (only(1, optimizer, $3)):4 with linespoints linecolor rgb color(optimizer) \
            pointtype marker(optimizer) pointsize 0.5 notitle
}
unset multiplot

# Figure 6-8 once more, all paths in one picture.
eval picture("_together", 860, 560)
set title sprintf("Figure 6-8: from (%g, %g) to the minimum (+) of f(x, y) = x²/20 + y²", start_x, start_y)
plot for [c in levels] sqrt(20 * c) * cos(t), sqrt(c) * sin(t) with lines linecolor "#c8c8c8" linewidth 0.7 notitle, \
    for [i = 1:count] csv using (only(1, word(methods, i), $3)):4 with linespoints \
        linecolor rgb color(word(methods, i)) pointtype marker(word(methods, i)) pointsize 0.6 \
        title method_title(word(methods, i)) . note(word(methods, i))
