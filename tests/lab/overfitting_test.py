"""The tab of 6.4 in docs/lab's page, in Chromium. Run by lab.sh."""
import re
import subprocess
import time
import unittest

import browser

TRAINING, TEST = (0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00)  # the first colours of chapter6/style.gp


class OverfittingTest(browser.BrowserTest):
    def learn(self):
        self.find("overfitting-start").click()
        self.assertEqual(self.find("overfitting-start").text, "Stop")
        self.wait("return document.getElementById('overfitting-start').textContent === 'Start'")

    def row(self, name):
        return [cell.text for cell in self.find(f"overfitting-{name}").find_elements("tag name", "td")]

    def test_ends_with_the_accuracies_of_the_program(self):
        self.open("tab=overfitting&epochs=7&lambda=0.1&ratio=0.2&optimizer=adam")
        command = self.find("overfitting-command").text
        self.assertEqual(command, "bazel run //chapter6:overfit_compare -- --techniques=dropout+weight_decay "
                         "--weight_decay=0.1 --dropout_ratio=0.2 --epochs=7 --evaluation_interval=5 --optimizer=adam")
        flags = command.split(" -- ")[1].split()
        printed = subprocess.run(["bazel-bin/chapter6/overfit_compare", "--isa=baseline", "--figure=none",
                                  f"--output_dir={self.directory}", *flags],
                                 check=True, capture_output=True, text=True).stdout
        self.learn()
        accuracies = re.search(r"^dropout \+ weight decay +([\d.]+) +([\d.]+) +([\d.]+)", printed, re.M).groups()
        self.assertEqual(self.row("now"), ["This run: λ = 0.1, dropout 0.2, standard (the book's), Adam 0.001",
                                            *accuracies])
        self.assertEqual(self.find("overfitting-at").text, "Epoch 6 of 6")

    def test_badge_is_green_for_the_books_values_and_red_after_one_bit_of_the_recorded_checksum(self):
        self.open("tab=overfitting")
        self.assertEqual(self.badge("overfitting")[0], "badge unfinished")
        self.learn()
        self.assertEqual(self.badge("overfitting")[0], "badge equal")
        self.browser.execute_script("""
            const command = "overfit_weight_decay --penalties=none --epochs=201 --evaluation_interval=5";
            DATA.recorded[command] = DATA.recorded[command].replace(/.$/, (digit) => (parseInt(digit, 16) ^ 1).toString(16));
            """)
        self.find("lang").click()  # shows it anew
        self.assertEqual(self.badge("overfitting")[0], "badge different")
        self.set("overfitting-interval", "6")
        self.assertEqual(self.badge("overfitting")[0], "badge unfinished")

    def test_curves_grow_and_stay_as_those_of_the_run_before(self):
        self.open("tab=overfitting&epochs=31&theme=light")
        self.assertEqual(self.pixels("overfitting-canvas", TRAINING) + self.pixels("overfitting-canvas", TEST), [])
        self.learn()
        drawn = [self.pixels("overfitting-canvas", color) for color in (TRAINING, TEST)]
        self.assertGreater(min(map(len, drawn)), 200)
        accuracies = self.row("now")[1:]
        height = self.browser.execute_script("return document.getElementById('overfitting-canvas').height")
        for curve, accuracy in zip(drawn, accuracies):
            self.assertAlmostEqual(max(curve)[1], height - 24 - float(accuracy) / 1.02 * (height - 32), delta=4)
        self.set("overfitting-slide-lambda", "-1")
        self.assertEqual(self.find("overfitting-lambda").get_attribute("value"), "0.1")
        self.assertIn("--penalties=l2=0.1", self.find("overfitting-command").text)
        self.assertIn("lambda=0.1", self.link())
        self.assertEqual(self.row("now")[1:], ["", "", ""])
        self.assertEqual(self.row("before"), ["The run before: λ = 0, SGD 0.01", *accuracies])
        for before, color in zip(drawn, (TRAINING, TEST)):
            thin = self.pixels("overfitting-canvas", color, near=60)
            self.assertTrue(0 < len(thin) < len(before), (len(thin), len(before)))

    def test_stops_where_it_is_and_with_its_tab(self):
        self.open("tab=overfitting&epochs=2001")
        for end in ["overfitting-start", "tab-race"]:
            self.find("overfitting-start").click()
            self.wait("return document.querySelector('#overfitting-now td:last-child').textContent !== ''")
            self.find(end).click()
            self.find("tab-overfitting").click()
            self.assertEqual(self.find("overfitting-start").text, "Start")
            stopped = self.find("overfitting-at").text
            time.sleep(0.5)
            self.assertEqual(self.find("overfitting-at").text, stopped)
            self.assertEqual(self.badge("overfitting")[0], "badge unfinished")

    def test_each_optimizer_has_the_rate_of_the_book(self):
        self.open("tab=overfitting&rate=0.5")
        self.set("overfitting-optimizer", "adam")
        self.assertEqual(self.find("overfitting-rate").get_attribute("value"), "0.001")
        self.assertNotIn("--learning_rate", self.find("overfitting-command").text)


if __name__ == "__main__":
    unittest.main()
