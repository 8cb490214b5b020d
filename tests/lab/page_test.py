"""docs/lab's page, and its tabs of 6.1, in Chromium. Run by lab.sh."""
import base64
import math
import pathlib
import re
import struct
import subprocess
import time
import unittest

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import browser

SGD = (0x00, 0x72, 0xB2)  # the colours of chapter6/style.gp
ADAM = (0xD5, 0x5E, 0x00)


class PageTest(browser.BrowserTest):
    def test_draws_a_path_for_each_optimizer_and_no_other(self):
        self.open()
        for canvas in ["paths-canvas", "paths-trace-x", "paths-trace-y"]:
            self.assertGreater(len(self.pixels(canvas, SGD)), 100, canvas)
            self.assertGreater(len(self.pixels(canvas, ADAM)), 100, canvas)
        self.open("optimizers=adam")
        for canvas in ["paths-canvas", "paths-trace-x", "paths-trace-y"]:
            self.assertEqual(self.pixels(canvas, SGD), [], canvas)
            self.assertGreater(len(self.pixels(canvas, ADAM)), 100, canvas)

    def test_traces_are_of_x_and_of_y(self):
        self.open("optimizers=sgd&step=2")
        for name, low, high, value in [("x", -8.4, 5.04, -7 * (1 - 0.095) ** 2), ("y", -4, 4, 2 * (1 - 1.9) ** 2)]:
            height = self.browser.execute_script(f"return document.getElementById('paths-trace-{name}').height")
            last = max(self.pixels(f"paths-trace-{name}", SGD))
            self.assertAlmostEqual(last[1], height - 24 - (value - low) / (high - low) * (height - 32), delta=3)

    def test_draws_contours_around_the_minimum(self):
        self.open("optimizers=nesterov")
        drawn = set(self.pixels("paths-canvas", (0x99, 0x99, 0x99), near=40))
        width, height = self.browser.execute_script(
            "const c = document.getElementById('paths-canvas'); return [c.width, c.height]")
        for level in [0.4, 0.9]:  # of x²/20 + y²
            for x, y in [(-math.sqrt(20 * level), 0), (math.sqrt(20 * level), 0), (0, -math.sqrt(level)),
                         (0, math.sqrt(level)), (math.sqrt(10 * level), math.sqrt(level / 2))]:
                i, j = 44 + (x + 8.4) / 13.44 * (width - 54), height - 24 - (y + 4) / 8 * (height - 32)
                near = {(round(i) + di, round(j) + dj) for di in (-1, 0, 1) for dj in (-1, 0, 1)}
                self.assertTrue(near & drawn, (level, x, y))

    def test_badge_is_green_for_the_books_values_alone(self):
        self.open()
        kind, text = self.badge()
        self.assertEqual(kind, "badge equal")
        recorded = pathlib.Path("tests/golden/lab.csv").read_text()
        checksum = re.search(r'^"optimizer_compare_naive",(\w{16})$', recorded, re.M)[1]
        self.assertIn(checksum, text)
        self.set("paths-sgd", "0.9")
        self.assertEqual(self.badge()[0], "badge unrecorded")
        self.find("paths-reset").click()
        self.assertEqual(self.badge()[0], "badge equal")

    def test_badge_is_red_after_one_bit_of_the_module(self):
        def flip(text):
            encoded = re.search(r'module: "([^"]*)"', text)[1]
            module = bytearray(base64.b64decode(encoded))
            module[module.index(struct.pack("<d", 0.95))] ^= 1  # SGD's learning rate
            return text.replace(encoded, base64.b64encode(module).decode())

        self.open(page=self.broken(flip))
        self.assertEqual(self.badge()[0], "badge different")

    def test_badge_is_red_after_one_bit_of_the_recorded_checksum(self):
        def flip(text):
            return re.sub(r'("optimizer_compare_naive": "\w{15})(\w)', lambda m: f"{m[1]}{int(m[2], 16) ^ 1:x}", text)

        self.open(page=self.broken(flip))
        self.assertEqual(self.badge()[0], "badge different")

    def test_says_that_a_damaged_module_cannot_run(self):
        page = self.broken(lambda text: text.replace('module: "AGFzbQ', 'module: "AGFzbg'))
        self.open(page=page, settled="return !document.getElementById('note').hidden")
        self.assertIn("cannot run", self.find("note").text)

    def test_slider_changes_path_rate_command_and_link(self):
        self.open()
        before = self.pixels("paths-canvas", SGD)
        self.set("paths-slide-sgd", "-1")
        self.assertNotEqual(self.pixels("paths-canvas", SGD), before)
        self.assertEqual(self.find("paths-sgd").get_attribute("value"), "0.1")
        self.assertEqual(self.find("paths-command").text,
                         "bazel run //chapter6:optimizer_compare_naive -- --learning_rate=sgd=0.1")
        self.wait("return location.hash.includes('sgd=0.1')")

    def test_link_restores_a_state(self):
        self.open("function=beale&optimizers=adam+nesterov&adam=0.3&x=2&y=-1&points=40&step=10&decay=0.5&theme=dark")
        drawn, url = self.pixels("paths-canvas", ADAM), self.link()
        self.assertGreater(len(drawn), 30)
        self.open()
        self.assertNotEqual(self.pixels("paths-canvas", ADAM), drawn)
        self.browser.get(url)
        self.wait("return document.getElementById('paths-function').value === 'beale'")
        self.assertEqual(self.pixels("paths-canvas", ADAM), drawn)
        self.assertEqual(self.find("paths-at").text, "Step 10 of 39")
        self.assertEqual(self.find("paths-command").text,
                         "bazel run //chapter6:optimizer_compare_naive -- --function=beale --optimizers=nesterov,adam "
                         "--learning_rate=adam=0.3 --learning_rate_decay=0.5 --start_x=2 --start_y=-1 --points=40")
        self.assertEqual(self.link(), url)

    def test_link_that_means_nothing_is_named(self):
        self.open("function=hill")
        self.assertIn("function=hill", self.find("note").text)

    def test_number_that_means_nothing_changes_nothing(self):
        self.open()
        for name, wrong in [("paths-sgd", "-1"), ("paths-sgd", ""), ("paths-points", "0"), ("paths-x", "")]:
            self.set(name, wrong)
            self.assertEqual(self.badge()[0], "badge equal", name)
        self.open("tab=race")
        for name, wrong in [("race-iterations", ""), ("race-iterations", "0"), ("race-adam", "")]:
            self.set(name, wrong)
            self.assertTrue(self.find("race-command").text.endswith(" -- --iterations=500"), name)

    def test_one_optimizer_stays(self):
        self.open("optimizers=adam")
        self.find("paths-optimizers-adam").click()
        self.assertTrue(self.find("paths-optimizers-adam").is_selected())

    def test_start_moves_by_keys_and_by_dragging(self):
        self.open()
        self.find("paths-canvas").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        x, y = (float(self.find(f"paths-{name}").get_attribute("value")) for name in "xy")
        self.assertTrue(-7 < x < -6.5 and 1.5 < y < 2, (x, y))
        canvas = self.find("paths-canvas")
        webdriver.ActionChains(self.browser).drag_and_drop_by_offset(canvas, 60, 60).perform()
        moved = float(self.find("paths-x").get_attribute("value"))
        # From the middle of the canvas: x from -8.4 to 5.04 over its width without the axes' room.
        width = canvas.size["width"]
        expected = -8.4 + (width / 2 + 60 - 44) / (width - 54) * 13.44
        self.assertAlmostEqual(moved, expected, delta=0.1)
        height = canvas.size["height"]
        expected = 4 - (height / 2 + 60 - 8) / (height - 32) * 8
        self.assertAlmostEqual(float(self.find("paths-y").get_attribute("value")), expected, delta=0.1)
        self.assertIn("--start_x=", self.find("paths-command").text)

    def test_copies_the_command(self):
        self.open("sgd=0.5")
        self.find("paths-copy").click()
        self.assertEqual(self.find("paths-copy").text, "Copied")
        # Pasted into a field that takes text:
        pasted = self.browser.execute_script("return document.body.appendChild(document.createElement('textarea'))")
        pasted.send_keys(Keys.CONTROL, "v")
        self.assertEqual(pasted.get_attribute("value").strip(), self.find("paths-command").text)

    def test_steps_and_plays(self):
        self.open("step=0")
        few = len(self.pixels("paths-canvas", SGD))
        self.find("paths-forward").click()
        self.find("paths-forward").click()
        self.find("paths-back").click()
        self.assertEqual(self.find("paths-at").text, "Step 1 of 29")
        self.find("paths-step").send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(self.find("paths-at").text, "Step 2 of 29")
        self.assertGreater(len(self.pixels("paths-canvas", SGD)), few)
        self.find("paths-play").click()
        self.wait("return document.getElementById('paths-at').textContent === 'Step 29 of 29'")
        self.assertEqual(self.find("paths-play").text, "Play")
        self.find("paths-play").click()  # once more, from the start
        self.wait("return document.getElementById('paths-step').value < 20")
        self.find("paths-play").click()
        self.assertEqual(self.find("paths-play").text, "Play")

    def test_both_languages_have_all_texts(self):
        self.open()
        english, korean = (self.browser.execute_script(f"return Object.keys({{...NAMES, ...TEXTS.{lang}}}).sort()")
                           for lang in ["en", "ko"])
        self.assertEqual(english, korean)
        self.assertEqual(self.find("paths-play").text, "Play")
        self.find("lang").click()
        self.assertEqual(self.find("paths-play").text, "재생")
        self.assertEqual(self.browser.execute_script("return document.documentElement.lang"), "ko")
        self.assertIn("lang=ko", self.link())
        for tab in self.browser.find_elements(By.CSS_SELECTOR, "[role=tab]"):
            tab.click()
            self.assertNotIn("undefined", self.browser.find_element(By.TAG_NAME, "body").text)

    def test_traces_of_what_is_remembered(self):
        self.open("optimizers=sgd+adam&trace=average")
        self.assertEqual(self.pixels("paths-trace-x", SGD), [])
        average = self.pixels("paths-trace-x", ADAM)
        self.set("paths-trace", "squares")
        self.assertNotEqual(self.pixels("paths-trace-x", ADAM), average)
        self.assertGreater(len(average), 100)

    def test_tabs_by_keys_and_by_link(self):
        self.open()
        self.find("tab-paths").send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(self.browser.switch_to.active_element.get_attribute("id"), "tab-race")
        self.assertTrue(self.find("race").is_displayed())
        self.assertFalse(self.find("paths").is_displayed())
        self.assertIn("tab=race", self.link())
        self.find("tab-race").send_keys(Keys.ARROW_LEFT)
        self.assertTrue(self.find("paths").is_displayed())

    def test_dark_and_light(self):
        self.open("theme=light")
        self.assertGreater(len(self.pixels("paths-canvas", (255, 255, 255))), 1000)
        self.find("theme").click()
        self.assertEqual(self.pixels("paths-canvas", (255, 255, 255)), [])
        self.assertGreater(len(self.pixels("paths-canvas", (0x16, 0x18, 0x1C))), 1000)

    def test_phone_does_not_scroll_sideways(self):
        try:
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                         {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True})
            for lang in ["en", "ko"]:
                self.open("function=beale&optimizers=sgd+momentum+nesterov+adagrad+rmsprop+adam+adamw"
                          f"&sgd=0.0123&adam=0.0456&decay=0.001&lang={lang}")
                for tab in self.browser.find_elements(By.CSS_SELECTOR, "[role=tab]"):
                    tab.click()
                    self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 360)
        finally:
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_race_ends_with_the_accuracy_of_the_program(self):
        printed = subprocess.run(
            ["bazel-bin/chapter6/optimizer_compare_mnist", "--isa=baseline", "--iterations=60", "--optimizers=sgd,adam",
             "--learning_rate=adam=0.002", "--figure=none", f"--output_dir={self.directory}"],
            check=True, capture_output=True, text=True).stdout
        self.open("tab=race&optimizers=sgd+adam&iterations=60&adam=0.002")
        self.assertEqual(self.find("race-command").text,
                         "bazel run //chapter6:optimizer_compare_mnist -- --iterations=60 --optimizers=sgd,adam "
                         "--learning_rate=adam=0.002")
        self.assertEqual(self.pixels("race-canvas", ADAM), [])
        self.find("race-start").click()
        self.assertEqual(self.find("race-start").text, "Stop")
        self.wait("return document.getElementById('race-start').textContent === 'Start'")
        for name, color in [("sgd", SGD), ("adam", ADAM)]:
            at_end, accuracy = re.search(rf"^{name} +- +([\d.]+) +([\d.]+)", printed, re.M).groups()
            self.assertEqual(self.find(f"race-end-{name}").text, f"60/60, loss {at_end}, test accuracy {accuracy}")
            self.assertGreater(len(self.pixels("race-canvas", color)), 100)
        self.assertEqual(self.badge("race")[0], "badge unrecorded")

    def test_race_of_the_link_has_the_recorded_checksum(self):
        self.open("tab=race")
        self.assertEqual(self.badge("race")[0], "badge unfinished")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-start').textContent === 'Start'")
        self.assertEqual(self.badge("race")[0], "badge equal")

    def test_race_ends_with_its_tab(self):
        self.open("tab=race&optimizers=adam&iterations=5000")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-end-adam').textContent !== ''")
        self.find("tab-paths").click()
        self.find("tab-race").click()
        self.assertEqual(self.find("race-start").text, "Start")

    def test_race_stops_and_forgets_what_is_no_longer_so(self):
        self.open("tab=race&optimizers=adam&iterations=5000")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-end-adam').textContent !== ''")
        self.find("race-start").click()
        self.assertEqual(self.find("race-start").text, "Start")
        stopped = self.find("race-end-adam").text
        time.sleep(0.5)
        self.assertEqual(self.find("race-end-adam").text, stopped)
        self.assertGreater(len(self.pixels("race-canvas", ADAM)), 0)
        self.set("race-adam", "0.01")
        self.assertEqual(self.find("race-end-adam").text, "")
        self.assertEqual(self.pixels("race-canvas", ADAM), [])

    def test_link_begins_a_new_race(self):
        self.open("tab=race&optimizers=adam&iterations=5000")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-end-adam').textContent !== ''")
        self.browser.execute_script("location.hash = 'lang=en&tab=race&optimizers=adam&iterations=70'")
        self.wait("return document.getElementById('race-iterations').value === '70'")
        self.assertEqual(self.find("race-end-adam").text, "")
        self.assertEqual(self.find("race-start").text, "Start")

    def test_race_says_what_is_broken(self):
        self.open("tab=race", page=self.broken(lambda text: text.replace('t10k-labels-idx1-ubyte">', 't10k-labels-idx1-ubyte">A')))
        self.find("race-start").click()
        self.wait("return document.getElementById('race-failure').textContent !== ''")
        self.assertEqual(self.find("race-start").text, "Start")
        self.browser.get_log("browser")  # which has the error, too

    def test_says_when_the_first_picture_is_there(self):
        self.open()
        milliseconds = self.browser.execute_script("return performance.getEntriesByName('first picture')[0].startTime")
        print(f"page_test.py: the first picture is there after {milliseconds:.0f} ms")  # it is not held to a limit here


if __name__ == "__main__":
    unittest.main()
