# 6.1.3 to 6.1.7: a function f(x, y), by default x²/20 + y², and the paths of the optimizers over it.
eval "f(x, y) = " . f_in_gnuplot
csv = experiment . ".csv"  # optimizer,step,x,y
book = surface eq "valley"
set xlabel "x"
set ylabel "y"

if (book) {
    # Figure 6-1: the surface and its contours.
    eval picture("_surface", 760, 520)
    set title sprintf(say("Figure %s: "), "6-1") . "f(x, y) = x²/20 + y²"
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
    set title say("Figure 6-2: −∇f(x, y), drawn at a twelfth of its length; + is the minimum")
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
}

# The lines of equal height that lie under the paths.
set contour base
unset surface
set samples 121
set isosamples 121
eval "set cntrparam levels " . (format eq "terminal" ? "auto 3" : "discrete " . contours)
set xrange [left:right]
set yrange [bottom:top]
set table $contours
splot f(x, y)
unset table
unset contour
at(i) = word(strcol(1), i) + 0  # gnuplot has put spaces between the columns of $contours

unset label
do for [i = 1:words(minima):2] {
    set label i "" at word(minima, i) + 0, word(minima, i + 1) + 0 point pointtype 1 pointsize 2 linewidth 2 linecolor "#000000" front
}

# A gif shows a move a frame, or several where there are more than fifty, and stays at the end for a while.
moves_a_frame = moves > 50 ? ceil(moves / 50.0) : 1
frames = format eq "gif" ? ceil(1.0 * moves / moves_a_frame) + 12 : 0
gif_options = "animate loop 0 delay 8"
shown(frame) = frames == 0 || frame * moves_a_frame > moves ? moves : frame * moves_a_frame
of_path(optimizer, frame) = only(1, optimizer, $2 <= shown(frame) ? $3 : NaN)

count = words(methods)
columns = count < 2 ? 1 : count < 5 ? 2 : 3
rows = (count + columns - 1) / columns

# Figures 6-3, 6-5, 6-6 and 6-7 as the panels of figure 6-8.
number_of(optimizer) = !book ? "" : optimizer eq "sgd" ? "6-3" : optimizer eq "momentum" ? "6-5" : \
    optimizer eq "adagrad" ? "6-6" : optimizer eq "adam" ? "6-7" : ""
figure_of(optimizer) = number_of(optimizer) eq "" ? "" : sprintf(say("Figure %s: "), number_of(optimizer))
eval picture("", (columns < 3 ? 400 : 300) * columns, (columns < 3 ? 300 : 240) * rows)
do for [frame = 0:frames] {
    set multiplot layout rows, columns
    do for [i = 1:count] {
        optimizer = word(methods, i)
        set title figure_of(optimizer) . sprintf(say("%s, learning rate %s"), method_title(optimizer), word(learning_rates, i)) . \
            note(optimizer)
        plot $contours using (at(1)):(at(2)) with lines linecolor "#c8c8c8" linewidth 0.7 notitle, \
            csv using (of_path(optimizer, frame)):4 with linespoints linecolor rgb color(optimizer) \
                pointtype marker(optimizer) pointsize 0.5 notitle
    }
    unset multiplot
}

# Figure 6-8 once more, all paths in one picture.
eval picture("_together", 860, 560)
set title sprintf(say(book ? "Figure 6-8: from (%g, %g) to the minimum (+) of f(x, y) = %s" : \
    "from (%g, %g) to a minimum (+) of f(x, y) = %s"), start_x, start_y, formula)
do for [frame = 0:frames] {
    plot $contours using (at(1)):(at(2)) with lines linecolor "#c8c8c8" linewidth 0.7 notitle, \
        for [i = 1:count] csv using (of_path(word(methods, i), frame)):4 with linespoints \
            linecolor rgb color(word(methods, i)) pointtype marker(word(methods, i)) pointsize 0.6 \
            title method_title(word(methods, i)) . note(word(methods, i))
}
