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
    (init eq "std=1" ? "6-10" : init eq "std=0.01" ? "6-11" : init eq "xavier" ? "6-13" : "") : \
    activation eq "relu" && init ne "std=1" ? "6-14" : ""

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
set tics font small scale 0.6
set x2range [0:1]
set y2range [0:1]
set yrange [0:1.3 * highest]  # room for the text

# The pictures: all activations; then each activation function, and the gradient through it.
do for [p = 0:2 * words(activations)] {
    shown = p == 0 ? activations : word(activations, (p + 1) / 2)
    gradient = p > 0 && p % 2 == 0
    rows = words(shown) * words(methods)
    eval picture((p == 0 ? "" : "_" . shown) . (gradient ? "_gradient" : ""), 128 * layers + 95, 160 * rows + 75)
    set multiplot layout rows, layers margins char 11, char 3, char 4, char 3 spacing char 2.5, char 2.8 \
        title gradient ? sprintf(say("Size of the gradient with respect to a, where y = %s(a), a = x W, %s"), shown, seeds_text) : \
        p == 0 ? sprintf(say("Activations of %d layers from different initial weights, %s"), layers, seeds_text) : \
        sprintf(say("Activations y = %s(x W) from different initial weights, %s"), shown, seeds_text)
    do for [activation in shown] {
        do for [i = 1:words(methods)] {
            init = word(methods, i)
            low = gradient ? -12 : activation eq "tanh" ? -1 : 0
            high = gradient ? 6 : activation eq "relu" ? largest[i] : 1
            set xrange [low:high]
            # In front of a row stands what it is, below the last one which layer a column is.
            row_text = (p == 0 ? activation . " " : "") . (gradient ? "" : figure_of(activation, init)) . "\n" . method_title(init)
            last = activation eq word(shown, words(shown)) && i == words(methods)
            do for [layer = 1:layers] {
                set xtics (layer == 1 ? sprintf("%.2g", low) : "" low, sprintf("%.2g", high) high)
                if (gradient) { set xtics (layer == 1 ? "≤10⁻¹²" : "" -12, "10⁻⁴" -4, "1" 0, "" 6) }
                set ylabel layer == 1 ? row_text : "" offset 0.5, 0
                set ytics (layer == 1 ? "0" : "" 0, layer == 1 ? "≥ 25 %%" : "" highest)
                set xlabel last ? sprintf(say("layer %d"), layer) : "" offset 0, 0.3
                k = panel(activation, init, layer, gradient)
                plot sample [row = begin[k]:end[k]:1] '+' using (row > 0 ? middle[int(row)] : NaN):(row > 0 ? height[int(row)] : NaN) \
                        with boxes linecolor rgb color(init) notitle, \
                    summary using (of_panel(0.5)):(0.91):(sprintf(say("std %.2g"), gradient ? $8 : $5)) axes x2y2 \
                        with labels center font small textcolor rgb "#333333" notitle
            }
        }
    }
    unset multiplot
}
