"""The tab of 6.3 on docs/lab's page, in Chromium. Run by lab.sh."""
import re
import subprocess
import time

import browser

WITH = (0x00, 0x72, 0xB2)
WITHOUT = (0xE6, 0x9F, 0x00)
IDLE = "return document.getElementById('normalization-start').textContent === 'Start'"
RUNS = "return document.getElementById('normalization-start').textContent === 'Stop'"


class NormalizationTest(browser.BrowserTest):
    def text(self, name):
        return self.find(f"normalization-{name}").text

    def test_two_networks_learn_as_those_of_the_program(self):
        printed = subprocess.run(
            ["bazel-bin/chapter6/batch_norm_compare", "--isa=baseline", "--init_std=0.05", "--figure=none",
             f"--output_dir={self.directory}"], check=True, capture_output=True, text=True).stdout
        self.open("tab=normalization")
        self.assertEqual(self.badge("normalization")[0], "badge unfinished")
        self.assertEqual(self.pixels("normalization-canvas", WITH), [])
        self.find("normalization-start").click()
        self.wait(RUNS)
        self.wait(IDLE)
        without, with_ = re.search(r"^ +0\.05 +([\d.]+) +([\d.]+)", printed, re.M).groups()
        self.assertEqual(self.text("end-0"), f"epoch 20/20: {without}")
        self.assertEqual(self.text("end-1"), f"epoch 20/20: {with_}")
        self.assertEqual(self.text("command"), "bazel run //chapter6:batch_norm_compare -- --init_std=0.05")
        self.assertEqual(self.badge("normalization")[0], "badge equal")
        # Where the curves end: y from -0.02 to 1.02 between the axes' room.
        height = self.browser.execute_script("return document.getElementById('normalization-canvas').height")
        for color, accuracy in [(WITHOUT, without), (WITH, with_)]:
            _, y = max(self.pixels("normalization-canvas", color))
            self.assertAlmostEqual(y, height - 24 - (float(accuracy) + 0.02) / 1.04 * (height - 32), delta=3)

    def test_slider_begins_anew_and_the_lower_picture_keeps_what_was(self):
        self.open("tab=normalization")
        self.set("normalization-slide-std", "-2")
        self.wait(RUNS)
        self.wait(IDLE)
        one = self.pixels("normalization-last", WITH)
        self.set("normalization-slide-std", "0")
        self.wait(RUNS)
        self.wait(IDLE)
        self.assertTrue(set(one) < set(self.pixels("normalization-last", WITH)))
        self.assertEqual(self.text("end-0"), "epoch 20/20: diverged")
        self.assertTrue(self.text("command").endswith("--init_std=1"))
        self.assertIn("&std=1&", self.link())
        self.set("normalization-slide-std", "-2")  # which is known
        time.sleep(0.5)
        self.assertEqual(self.text("end-1"), "epoch 20/20: 1.0000")

    def test_stops(self):
        self.open("tab=normalization")
        self.find("normalization-book").click()
        self.wait("return document.getElementById('normalization-title').textContent.includes('(2/16)')")
        self.find("normalization-start").click()
        stopped = self.text("title"), self.text("end-0"), self.text("end-1")
        time.sleep(1)
        self.assertEqual(self.find("normalization-start").text, "Start")
        self.assertEqual((self.text("title"), self.text("end-0"), self.text("end-1")), stopped)
        self.find("normalization-start").click()
        self.find("tab-paths").click()
        self.find("tab-normalization").click()
        self.assertEqual(self.find("normalization-start").text, "Start")
        self.browser.execute_script("""
            const slider = document.getElementById("normalization-slide-std");
            slider.value = -1;
            slider.dispatchEvent(new Event("input"));
            document.getElementById("tab-paths").click();  // before the slider has rested""")
        time.sleep(0.5)
        self.find("tab-normalization").click()
        self.assertEqual(self.find("normalization-start").text, "Start")
        self.assertEqual(self.text("end-1"), "")

    def test_figure_6_19(self):
        self.open("tab=normalization&stds=book")
        self.assertEqual(self.text("command"), "bazel run //chapter6:batch_norm_compare")
        self.find("normalization-start").click()
        self.wait(RUNS)
        self.wait(IDLE)
        self.assertIn("(16/16)", self.text("title"))
        self.assertEqual(self.badge("normalization")[0], "badge equal")
        self.assertIn("stds=book", self.link())
        self.set("normalization-slide-std", "-2")
        self.assertTrue(self.text("command").endswith("--init_std=0.01"))

    def test_badge_is_red_after_one_bit_of_the_recorded_checksum(self):
        def flip(text):
            return re.sub(r'("batch_norm_compare --init_std=0.05": "\w{15})(\w)',
                          lambda m: f"{m[1]}{int(m[2], 16) ^ 1:x}", text)

        self.open("tab=normalization", page=self.broken(flip))
        self.find("normalization-start").click()
        self.wait(RUNS)
        self.wait(IDLE)
        self.assertEqual(self.badge("normalization")[0], "badge different")
