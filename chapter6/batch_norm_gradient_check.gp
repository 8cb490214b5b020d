# 6.3: back-propagation against central differences, for each parameter, on one sample and on several.
summary = experiment . "_summary.csv"  # parameter,samples,largest_gradient,mean_abs_difference

eval picture("", 760, 460)
set multiplot layout 1, 2 margins char 9, char 2, char 7, char 4 spacing char 9, char 1 title sprintf(say("Back-propagation against central differences, of each parameter, %s"), seeds_text)
set logscale y
set format y "%.0e"
set yrange [1e-18:10]
set ytics ("0" 1e-17, "10⁻¹⁵" 1e-15, "10⁻¹²" 1e-12, "10⁻⁹" 1e-9, "10⁻⁶" 1e-6, "10⁻³" 1e-3, "1" 1)
set xrange [-0.7:words(parameters) - 0.3]
set xtics () rotate by 90 right
do for [i = 1:words(parameters)] { set xtics add (word(parameters, i) i - 1) }
set key at screen 0.5, screen 0.02 center bottom vertical maxrows 1
position(name) = (sum [i = 1:words(parameters)] (word(parameters, i) eq name ? i : 0)) - 1
or_zero(value) = value > 1e-17 ? value : 1e-17

do for [n in sprintf("%d 1", samples)] {
    set title n eq "1" ? say("1 sample, as in the book: 0 = 0") : sprintf(say("%s samples"), n)
    plot summary using (strcol(2) eq n ? position(strcol(1)) : NaN):(or_zero($3)) with points \
            pointtype 5 pointsize 1 linecolor rgb "#0072b2" title say("largest |gradient|"), \
        summary using (strcol(2) eq n ? position(strcol(1)) : NaN):(or_zero($4)) with points \
            pointtype 9 pointsize 1 linecolor rgb "#d55e00" title say("mean |difference|")
    set key off
}
unset multiplot
