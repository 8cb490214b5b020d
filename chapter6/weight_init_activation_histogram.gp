# 6.2.2 and 6.2.3, figures 6-10 to 6-14: histograms of the activations of each layer, a row for each activation function
# and initial weights, a column for each layer; and of the gradient on its way back.
forward = experiment . ".csv"  # activation,init,layer,bin_low,bin_high,count
backward = experiment . "_gradient.csv"  # the same, with bins of log10 |gradient|
summary = experiment . "_summary.csv"  # activation,init,layer,mean,std,saturated,dead,gradient_std

of_panel(value) = strcol(1) eq activation && strcol(2) eq init && $3 == layer ? value : NaN

# A bar ends at `highest`, also one that stands for more.
highest = 0.25

# The bars of all panels, of which there may be hundreds with a thousand bars each: the tables are read once. A panel
# has those from begin[panel] to end[panel]; none (0) where the run was interrupted before.
stats forward using 6 nooutput
rows = STATS_records
stats backward using 6 nooutput
rows = rows + STATS_records
array middle[rows]
array height[rows]
panels = 2 * words(activations) * words(methods) * layers
array begin[panels]
array end[panels]
do for [k = 1:panels] { begin[k] = 0; end[k] = 0 }
panel(activation, init, layer, gradient) = (((gradient * words(activations) + place(activation, activations) - 1) * \
    words(methods) + place(init, methods) - 1) * layers) + layer
row = 0
do for [gradient = 0:1] {
    stats gradient ? backward : forward every ::1 using (row = row + 1, \
        k = panel(strcol(1), strcol(2), $3, gradient), begin[k] = begin[k] == 0 ? row : begin[k], end[k] = row, \
        middle[row] = ($4 + $5) / 2, height[row] = $6 / values < highest ? $6 / values : highest) nooutput
}

# The book's number of a figure, if it has one.
figure_of(activation, init) = activation eq "sigmoid" ? \
    (init eq "std=1" ? "6-10 " : init eq "std=0.01" ? "6-11 " : init eq "xavier" ? "6-13 " : "") : \
    activation eq "relu" && init ne "std=1" ? "6-14 " : ""
forward_text(std, saturated, dead) = sprintf("std %.2g\n%.0f %% %s\n%.0f %% dead", \
    std, 100 * saturated, activation eq "relu" ? "at 0" : "saturated", 100 * dead)

# The largest activation of ReLU from each of the initial weights.
array largest[words(methods)]
if (strstrt(activations, "relu") > 0) {
    do for [i = 1:words(methods)] {
        stats forward using (strcol(1) eq "relu" && strcol(2) eq word(methods, i) ? $5 : NaN) nooutput
        largest[i] = STATS_max
    }
}

set style fill solid 0.7 noborder
set boxwidth 1 relative
unset grid
small = font(0.85)
medium = font(0.9)
set tics font small scale 0.6
set x2range [0:1]
set y2range [0:1]

# The pictures: all activations; then each activation function, and the gradient through it.
do for [p = 0:2 * words(activations)] {
    shown = p == 0 ? activations : word(activations, (p + 1) / 2)
    gradient = p > 0 && p % 2 == 0
    rows = words(shown) * words(methods)
    set yrange [0:(gradient ? 1.4 : 2.1) * highest]  # room for the text
    eval picture((p == 0 ? "" : "_" . shown) . (gradient ? "_gradient" : ""), 165 * layers + 75, 180 * rows + 85)
    set multiplot layout rows, layers margins char 10, char 3, char 4, char 4.5 spacing char 3.5, char 4.5 \
        title (gradient ? "Size of the gradient with respect to a, where y = " . shown . "(a), a = x W" : \
        "Activations of " . layers . " layers from different initial weights") . ", " . seeds_text
    do for [activation in shown] {
        do for [i = 1:words(methods)] {
            init = word(methods, i)
            low = gradient ? -12 : activation eq "tanh" ? -1 : 0
            high = gradient ? 6 : activation eq "relu" ? largest[i] : 1
            set xrange [low:high]
            set xtics (sprintf("%.2g", low) low, sprintf("%.2g", high) high)
            if (gradient) { set xtics ("≤10⁻¹²" -12, "10⁻⁶" -6, "1" 0, "" 6) }
            do for [layer = 1:layers] {
                set ylabel layer == 1 ? "share" : "" offset 1, 0
                set ytics (layer == 1 ? "0" : "" 0, layer == 1 ? "0.1" : "" 0.1, layer == 1 ? "≥ 0.25" : "" highest)
                set xlabel i == words(methods) ? (gradient ? "|gradient|" : "activation") : "" font small
                # The first panel of a row says what the row is.
                set title layer == 1 ? sprintf("%s%s, %s", gradient ? "" : figure_of(activation, init), \
                    activation, method_title(init)) : sprintf("layer %d", layer) font medium offset 0, -0.7
                k = panel(activation, init, layer, gradient)
                plot sample [row = begin[k]:end[k]:1] '+' using (row > 0 ? middle[int(row)] : NaN):(row > 0 ? height[int(row)] : NaN) \
                        with boxes linecolor rgb color(init) notitle, \
                    summary using (of_panel(0.03)):(0.92):(gradient ? sprintf("std %.2g", $8) : \
                        forward_text($5, $6, $7)) axes x2y2 with labels left font small textcolor rgb "#333333" notitle
            }
        }
    }
    unset multiplot
}
