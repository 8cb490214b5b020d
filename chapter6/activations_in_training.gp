# 6.2.2 and 6.3.1: histograms of the activations of each layer while two networks learn, a column for each layer; the
# upper rows without batch norm, the lower ones with.
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
medium = font(0.9)
set tics font small scale 0.6
set xrange [low:high]
set yrange [0:1.15 * highest]
rows = 2 * (frames == 1 ? words(stills) : 1)
eval picture("", 165 * layers + 75, 105 * rows + 95)
do for [frame = 1:frames] {
    set multiplot layout rows, layers margins char 10, char 3, char 4, char 5 spacing char 3, char 3.2 \
        title "Activations while networks learn MNIST: " . activation . ", " . init . ", " . seeds_text
    list = shown(frame)
    do for [batch_norm = 0:1] {
        do for [time in list] {
            do for [layer = 1:layers] {
                last = batch_norm == 1 && time eq word(list, words(list))
                set xtics (sprintf("%g", low) low, sprintf(activation eq "relu" ? "≥ %g" : "%g", high) high)
                set ytics (layer == 1 ? "0" : "" 0, layer == 1 ? "≥ 0.2" : "" highest)
                set xlabel last ? sprintf("layer %d", layer) : "" font medium offset 0, 0.5
                set title layer == 1 ? sprintf("%s batch norm, iteration %s", batch_norm ? "with" : "without", \
                    word(iterations, time + 1)) : "" font medium offset 0, -0.8
                before = ((batch_norm * times + time) * layers + layer - 1) * bins
                plot sample [bar = 1:bins:1] '+' using (middle(bar)):(share[int(before + bar)]) \
                        with boxes linecolor rgb (batch_norm ? "#d55e00" : "#0072b2") notitle
            }
        }
    }
    unset multiplot
}
