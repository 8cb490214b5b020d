# 6.2.2 and 6.3.1: histograms of the activations of each layer while two networks learn, a row for each time, a column
# for each layer: without batch norm the bars, with it the line.
csv = experiment . ".csv"  # activation,init,batch_norm,iteration,layer,bin_low,bin_high,count

# A bar ends at `highest`, also one that stands for more.
highest = 0.2

# The table is read once: the bars of a layer, then those of the next layer, then of the next time.
array share[2 * times * layers * bins]
do for [k = 1:|share|] { share[k] = 0 }
row = 0
stats csv every ::1 using (row = row + 1, share[row] = $8 / values < highest ? $8 / values : highest) nooutput
middle(bar) = low + (bar - 0.5) * (high - low) / bins

# A gif shows one time after the other, and stays at the last for a while; a still shows a few.
frames = format eq "gif" ? times + 12 : 1
gif_options = "animate loop 0 delay 12"
shown(frame) = frames == 1 ? stills : sprintf("%d", frame < times ? frame - 1 : times - 1)

set style fill solid 0.7 noborder
set boxwidth 1 relative
unset grid
small = font(0.85)
set tics font small scale 0.6
set xrange [low:high]
set yrange [0:1.1 * highest]
set key at screen 0.5, screen 0.02 center bottom vertical maxrows 1
rows = frames == 1 ? words(stills) : 1
eval picture("", 128 * layers + 95, 140 * rows + 105)
do for [frame = 1:frames] {
    set multiplot layout rows, layers margins char 11, char 3, char 6, char 3 spacing char 2.5, char 2.8 \
        title sprintf(say("Activations while networks learn MNIST: %s, %s, %s"), activation, init, seeds_text)
    list = shown(frame)
    do for [time in list] {
        do for [layer = 1:layers] {
            last = time eq word(list, words(list))
            set xtics (layer == 1 ? sprintf("%g", low) : "" low, sprintf(activation eq "relu" ? "≥ %g" : "%g", high) high)
            set ytics (layer == 1 ? "0" : "" 0, layer == 1 ? "≥ 20 %%" : "" highest)
            set ylabel layer == 1 ? say("iteration") . "\n" . word(iterations, time + 1) : "" offset 0.5, 0
            set xlabel last ? sprintf(say("layer %d"), layer) : "" offset 0, 0.3
            before(batch_norm) = ((batch_norm * times + time) * layers + layer - 1) * bins
            plot sample [bar = 1:bins:1] '+' using (middle(bar)):(share[int(before(0) + bar)]) with boxes \
                    linecolor rgb "#0072b2" title last && layer == 1 ? say("without batch norm") : "", \
                [bar = 1:bins:1] '+' using (middle(bar)):(share[int(before(1) + bar)]) with histeps \
                    linecolor rgb "#d55e00" linewidth 1.5 title last && layer == 1 ? say("with batch norm") : ""
        }
    }
    unset multiplot
}
