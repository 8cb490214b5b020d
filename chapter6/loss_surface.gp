# 6.1.8: contours of the loss on the plane, and the paths of the optimizers, projected to it.
paths = experiment . ".csv"  # optimizer,iteration,a,b,loss
surface = experiment . "_grid.csv"  # a,b,loss

# Contours at these losses, or where not two of them are on the surface, at others. What is no number is above them all.
or_high(loss) = loss == loss ? loss : 1e30
stats surface using (or_high($3)) name "loss" nooutput
levels = ""
do for [level in format eq "terminal" ? "0.1 0.3 1 3 10" : "0.01 0.02 0.03 0.05 0.07 0.1 0.15 0.2 0.3 0.5 1 2 5 10 100"] {
    if (level > loss_min && level < loss_max) { levels = levels . (levels eq "" ? "discrete " : ",") . level }
}
eval "set cntrparam levels " . (strstrt(levels, ",") > 0 ? levels : "auto 5")

# They become lines "a b loss" of a table. The rows of the surface are a grid already: weighted by 1 / distance^16, each
# point of the grid keeps its value.
set dgrid3d grid, grid, 16
set contour base
unset surface
set table $contours
splot surface using 1:2:(or_high($3))
unset table
unset contour
unset dgrid3d
cell(i) = real(word(strcol(1), i))

eval picture("", 760, 800)
set title say("Figure 6-8 for the network of figure 6-9: its loss on a plane of its parameters") . "\n" . caption . "\n" . \
    sprintf(say("The plane holds %s of the squared distances from the start (+). The rest of each path"), share) . "\n" . \
    say("lies beside it, where the loss is another: what is drawn are only the shadows.") font font(0.95)
set xlabel "a" offset 0, 0.3
set ylabel "b"
set size ratio -1
set key below maxcols 1 height 1
set label 1 "" at 0, 0 point pointtype 1 pointsize 2 linewidth 2 linecolor "#000000" front
set style textbox opaque noborder
stats surface using 1:2 nooutput
set xrange [STATS_min_x:STATS_max_x]
set yrange [STATS_min_y:STATS_max_y]
key_title(i) = method_title(word(methods, i)) . note(word(methods, i)) . \
    sprintf(say(": loss %s, on the surface %s"), word(losses, i), word(surface_losses, i))
# Each contour has its loss written on its fourth point.
plot $contours using (cell(1)):(cell(2)) with lines linecolor "#aaaaaa" notitle, \
    for [i = 1:words(methods)] paths using (only(1, word(methods, i), $3)):4 with linespoints \
        linecolor rgb color(word(methods, i)) pointtype marker(word(methods, i)) pointsize 0.6 title key_title(i), \
    $contours using (cell(1)):(cell(2)):(sprintf("%.3g", cell(3))) every ::3::3 with labels boxed \
        textcolor "#555555" notitle
