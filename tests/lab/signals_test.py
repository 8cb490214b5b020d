"""The tab of 6.2 on docs/lab's page, in Chromium. Run by lab.sh."""
import re
import statistics

from selenium.webdriver.common.by import By

import browser

ACTIVATIONS = (0x00, 0x72, 0xB2)
GRADIENTS = (0xD5, 0x5E, 0x00)


class SignalsTest(browser.BrowserTest):
    def mean_x(self, canvas, color):
        """The middle of the bars, from 0 to 1."""
        width = self.browser.execute_script(f"return document.getElementById('{canvas}').width")
        return statistics.mean(x for x, _ in self.pixels(canvas, color)) / width

    def layers(self):
        return sum(figure.is_displayed() for figure in self.browser.find_elements(By.CSS_SELECTOR, "#signals figure"))

    def test_slider_changes_picture_numbers_command_and_link(self):
        self.open("tab=signals")
        width = self.browser.execute_script("return document.getElementById('signals-y-5').width")
        self.assertEqual(self.layers(), 5)
        at_ends = {x for x, _ in self.pixels("signals-y-5", ACTIVATIONS)}
        self.assertLess(min(at_ends), 0.1 * width)
        self.assertGreater(max(at_ends), 0.9 * width)
        self.assertIn("58", self.find("signals-numbers").text)  # % of layer 5 are saturated, as the program prints
        self.set("signals-slide-std", "-2")
        in_middle = {x for x, _ in self.pixels("signals-y-5", ACTIVATIONS)}
        self.assertGreater(min(in_middle), 0.4 * width)
        self.assertLess(max(in_middle), 0.6 * width)
        means = [self.mean_x(f"signals-gradient-{layer}", GRADIENTS) for layer in range(1, 6)]
        self.assertTrue(all(left + 0.05 < right for left, right in zip(means, means[1:])), means)  # it fades
        self.assertIn("9.8e-8", self.find("signals-numbers").text.split("\n")[0])
        self.assertTrue(self.find("signals-command").text.endswith(
            "weight_init_activation_histogram -- --activations=sigmoid --inits=std=0.01 --layers=5"))
        self.wait("return location.hash.includes('std=0.01')")

    def test_link_restores_a_state(self):
        self.open("tab=signals&activation=relu&init=he&layers=10")
        self.assertEqual(self.layers(), 10)
        self.assertTrue(self.find("signals-command").text.endswith("--activations=relu --inits=he --layers=10"))
        self.assertEqual(self.find("signals-std").get_attribute("value"), "0.141")
        self.assertIn("activation=relu&init=he&layers=10", self.link())

    def test_another_standard_deviation_is_no_longer_xaviers(self):
        self.open("tab=signals")
        self.set("signals-init", "xavier")
        self.assertIn("--inits=xavier", self.find("signals-command").text)
        self.assertEqual(self.find("signals-std").get_attribute("value"), "0.1")
        self.set("signals-slide-std", "-0.99")
        self.assertEqual(self.find("signals-init").get_attribute("value"), "std")
        self.assertIn("--inits=std=0.102", self.find("signals-command").text)

    def test_badge_is_green_by_default_and_red_after_one_bit_of_the_recorded_checksum(self):
        self.open("tab=signals")
        self.assertEqual(self.badge("signals")[0], "badge equal")
        self.set("signals-layers", "4")
        self.assertEqual(self.badge("signals")[0], "badge unrecorded")

        def flip(text):
            return re.sub(r'("weight_init_activation_histogram [^"]*": "\w{15})(\w)',
                          lambda m: f"{m[1]}{int(m[2], 16) ^ 1:x}", text)

        self.open("tab=signals", page=self.broken(flip))
        self.assertEqual(self.badge("signals")[0], "badge different")

    def test_says_how_long_a_picture_takes(self):
        self.open("tab=signals&layers=10")
        milliseconds = self.browser.execute_script("""
            const slider = document.getElementById("signals-slide-std"), begin = performance.now();
            for (let i = 0; i < 10; ++i) {
              slider.value = -0.3 * i;
              slider.dispatchEvent(new Event("input"));
            }
            return (performance.now() - begin) / 10;""")
        print(f"signals_test.py: the histograms of 10 layers take {milliseconds:.0f} ms")  # not held to a limit here
