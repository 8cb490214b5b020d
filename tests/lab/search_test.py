"""The tab of 6.5 in docs/lab's page, in Chromium. Run by lab.sh."""
import math
import re
import subprocess
import time
import unittest

import browser

COLORS = ["440154", "3b528b", "21918c", "5ec962", "fde725"]  # of accuracies, in chapter6/hyperparameter_optimization.gp


def color_of(accuracy):
    low = min(int(accuracy * 4), 3)
    ends = [[int(color[i:i + 2], 16) for i in (0, 2, 4)] for color in COLORS[low:low + 2]]
    return [a + (4 * accuracy - low) * (b - a) for a, b in zip(*ends)]


class SearchTest(browser.BrowserTest):
    def begin(self, button="start"):
        self.find(f"search-{button}").click()
        self.assertEqual(self.find("search-start").text, "Stop")

    def wait_for_end(self):
        self.wait("return document.getElementById('search-badge').className !== 'badge unfinished'")

    def best(self):
        """The table of the best: rank, validation and training accuracy, learning rate, weight decay."""
        rows = self.find("search-best").find_elements("tag name", "tr")[1:]
        return [[float(cell.text) for cell in row.find_elements("tag name", "td")] for row in rows]

    def pixel(self, x, y):
        return self.browser.execute_script("""
            const context = new OffscreenCanvas(1, 1).getContext("2d");
            context.drawImage(document.getElementById("search-canvas"), -Math.round(arguments[0]), -Math.round(arguments[1]));
            return Array.from(context.getImageData(0, 0, 1, 1).data);""", x, y)

    def place(self, rate, decay, rates, decays):
        """Where a setting is on the map, whose ranges have room for 6 % on each side."""
        width, height = self.browser.execute_script(
            "const c = document.getElementById('search-canvas'); return [c.width, c.height]")
        u, v = ((math.log10(value / low) / math.log10(high / low) + 0.06) / 1.12
                for value, (low, high) in [(rate, rates), (decay, decays)])
        return 44 + u * (width - 54), height - 24 - v * (height - 32)

    def test_finds_and_shows_what_the_program_finds(self):
        self.open("tab=search&trials=9&epochs=6&rate_high=0.1&rate_low=0.001&theme=light")
        command = self.find("search-command").text
        self.assertEqual(command, "bazel run //chapter6:hyperparameter_optimization -- --trials=9 "
                         "--learning_rate_range=0.001:0.1 --epochs=6")
        printed = subprocess.run(["bazel-bin/chapter6/hyperparameter_optimization", "--isa=baseline", "--figure=none",
                                  f"--output_dir={self.directory}", *command.split(" -- ")[1].split()],
                                 check=True, capture_output=True, text=True).stdout
        self.begin()
        self.wait_for_end()
        rows = re.findall(r"^ +([1-5]) +\d+ +([\d.]+) +([\d.]+) +(\S+) +(\S+)$", printed, re.M)
        self.assertEqual(self.best(), [[float(cell) for cell in row] for row in rows])
        test_accuracy = re.search(r"^ +0 .* ([\d.]+)$", printed, re.M)[1]
        self.assertIn(f"accuracy of {test_accuracy} on the 10,000", self.find("search-luck").text)
        within = re.search(r"told apart: (\d+)\.", printed)[1]
        self.assertIn(f"9 trials tried 9 different learning rates. {within} of them", self.find("search-luck").text)
        for _, accuracy, _, rate, decay in self.best():
            at = self.pixel(*self.place(rate, decay, (1e-3, 1e-1), (1e-8, 1e-4)))
            for found, expected in zip(at, color_of(accuracy)):
                self.assertAlmostEqual(found, expected, delta=2)

    def test_goes_on_where_it_was_stopped_and_the_badge_is_green(self):
        self.open("tab=search")
        self.begin()
        self.wait("return /Trial [2-9] of 25/.test(document.getElementById('search-at').textContent)")
        self.find("search-start").click()
        self.assertEqual(self.find("search-start").text, "Go on")
        stopped = self.find("search-at").text
        time.sleep(1)
        self.assertEqual(self.find("search-at").text, stopped)
        self.assertEqual(self.badge("search")[0], "badge unfinished")
        self.begin()
        self.assertEqual(self.find("search-at").text, stopped)
        self.wait_for_end()
        self.assertEqual(self.badge("search")[0], "badge equal")
        self.browser.execute_script("DATA.recorded['hyperparameter_optimization --trials=25'] = '0123456789abcdef'")
        self.find("lang").click()  # shows it anew
        self.assertEqual(self.badge("search")[0], "badge different")

    def test_narrows_after_a_round_and_keeps_its_trials(self):
        self.open("tab=search&trials=4&epochs=2&method=grid&theme=light")
        self.assertFalse(self.find("search-narrow").is_enabled())
        self.begin()
        self.wait_for_end()
        self.assertFalse(self.find("search-start").is_enabled())
        self.assertIn("4 trials tried 2 different", self.find("search-luck").text)
        corners = [self.place(rate, decay, (1e-6, 1e-2), (1e-8, 1e-4)) for rate in (1e-6, 1e-2) for decay in (1e-8, 1e-4)]
        beside = [(x - 3, y - 3) for x, y in corners]  # in a large dot, not in a small one
        white = [255, 255, 255, 255]
        self.assertNotIn(white, [self.pixel(*at) for at in beside])
        self.begin("narrow")
        self.assertIn("--trials=4 --method=grid --rounds=2", self.find("search-command").text)
        self.assertEqual(self.find("search-at").text, "Trial 4 of 8")
        self.wait_for_end()
        self.assertIn("8 trials tried", self.find("search-luck").text)
        self.assertIn(white, [self.pixel(*at) for at in beside])
        self.assertIn("rounds=2", self.link())
        self.set("search-epochs", "3")
        self.assertNotIn("--rounds", self.find("search-command").text)
        self.assertEqual(self.best(), [])

    def test_bayesian_search_shows_what_it_expects_and_has_one_round(self):
        self.open("tab=search&trials=4&epochs=2&method=bayesian&theme=light")
        white = len(self.pixels("search-canvas", (255, 255, 255)))
        self.begin()
        self.wait_for_end()
        self.assertLess(len(self.pixels("search-canvas", (255, 255, 255))), white / 2)
        self.assertFalse(self.find("search-narrow").is_enabled())
        self.open("tab=search&method=bayesian&rounds=2")
        self.assertIn("rounds=2", self.find("note").text)

    def test_ends_of_a_range_stay_apart(self):
        self.open("tab=search")
        self.set("search-slide-rate_high", "-5")
        self.assertEqual(float(self.find("search-rate_low").get_attribute("value")), 1e-6)
        self.set("search-slide-rate_low", "0")
        self.assertEqual(float(self.find("search-rate_low").get_attribute("value")), 1e-6)
        self.set("search-slide-rate_high", "0")
        self.set("search-slide-rate_low", "-0.5")
        self.assertIn("--learning_rate_range=0.1:1", self.find("search-command").text)

    def test_ends_with_its_tab(self):
        self.open("tab=search&epochs=2&trials=100")
        self.begin()
        self.wait("return /Trial [1-9]/.test(document.getElementById('search-at').textContent)")
        self.find("tab-paths").click()
        self.find("tab-search").click()
        stopped = self.find("search-at").text
        time.sleep(1)
        self.assertEqual((self.find("search-start").text, self.find("search-at").text), ("Go on", stopped))


if __name__ == "__main__":
    unittest.main()
