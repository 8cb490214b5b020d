"""docs/lab's page in Chromium without a window, opened as a file: what the tests of its tabs share."""
import pathlib
import shutil
import tempfile
import time
import unittest

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.utils import is_connectable

PAGE = pathlib.Path("bazel-bin/docs/lab/lab.html").resolve()
# The pipe, and the address below: a bare machine may know no localhost.
FLAGS = """--headless --remote-debugging-pipe --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync --window-size=1200,1000
    --lang=en""".split()


class Driver(Service):
    """ChromeDriver, by its address."""
    service_url = property(lambda self: f"http://127.0.0.1:{self.port}")

    def is_connectable(self):
        return is_connectable(self.port, "127.0.0.1")


class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp())
        options = webdriver.ChromeOptions()
        for flag in FLAGS + [f"--user-data-dir={cls.directory}/profile"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(options=options, service=Driver("/usr/bin/chromedriver"))

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        shutil.rmtree(cls.directory, ignore_errors=True)

    def open(self, fragment="", page=PAGE, settled="return performance.getEntriesByName('first picture').length"):
        self.browser.get("about:blank")
        self.browser.get(f"file://{page}#{fragment}" + ("" if "lang=" in fragment else "&lang=en"))
        self.wait(settled)

    def wait(self, script):
        end = time.monotonic() + 60
        while not self.browser.execute_script(script):
            self.assertLess(time.monotonic(), end, script)
            time.sleep(0.02)

    def tearDown(self):
        self.assertEqual(self.browser.get_log("browser"), [])  # no error, and nothing loaded that is not there

    def find(self, name):
        return self.browser.find_element(By.ID, name)

    def set(self, name, value):
        self.browser.execute_script(
            "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'));", name, value)

    def pixels(self, canvas, color, near=0):
        """Where the canvas has that colour, or one as near: [(x, y)]"""
        return [tuple(at) for at in self.browser.execute_script("""
            const [name, color, near] = arguments, canvas = document.getElementById(name);
            const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
            const context = copy.getContext("2d", { willReadFrequently: true });
            context.drawImage(canvas, 0, 0);
            const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
            const at = [];
            for (let i = 0; i < data.length; i += 4) {
              const same = color.every((c, k) => Math.abs(data[i + k] - c) <= near);
              if (same) at.push([i / 4 % width, Math.floor(i / 4 / width)]);
            }
            return at;""", canvas, color, near)]

    def link(self):
        time.sleep(0.4)  # it is written 0.2 s after the last change
        return self.browser.current_url

    def badge(self, widget="paths"):
        return self.find(f"{widget}-badge").get_attribute("class"), self.find(f"{widget}-badge").text

    def broken(self, change):
        page = self.directory / "broken.html"
        page.write_text(change(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return page
