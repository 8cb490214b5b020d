"""A rule that is typed into docs/lab's page, in Chromium. Run by lab.sh."""
from selenium.webdriver.common.keys import Keys

import browser

RULE = (0x52, 0x54, 0xA3)  # behind those of the optimizers in chapter6/style.gp


class RuleTest(browser.BrowserTest):
    def type_rule(self, widget, rule):
        self.find(f"{widget}-formula").clear()
        self.find(f"{widget}-formula").send_keys(rule)

    def test_what_is_typed_walks(self):
        self.open("optimizers=momentum")
        self.type_rule("paths", "v = 0.9*v - eta*g; W += v")
        self.set("paths-rule", "0.1")
        self.assertTrue(self.find("paths-optimizers-rule").is_selected())
        for step in ["29", "7", "8"]:
            self.set("paths-step", step)
            self.assertIn("f(x, y) = ", self.find("paths-end-rule").text)
            self.assertEqual(self.find("paths-end-rule").text, self.find("paths-end-momentum").text)
        self.assertEqual(self.badge()[0], "badge unrecorded")
        self.assertIn("--optimizers=momentum", self.find("paths-command").text)
        self.set("paths-rules", "momentum")  # a rule to start from, with the learning rate of its optimizer
        self.assertEqual(self.find("paths-formula").get_attribute("value"), "v = 0.9*v - eta*g\nW += v")
        self.assertEqual(self.find("paths-end-rule").text, self.find("paths-end-momentum").text)
        self.find("paths-optimizers-momentum").click()
        self.set("paths-function", "beale")
        self.assertGreater(len(self.pixels("paths-canvas", RULE)), 100)
        self.assertNotIn("bazel", self.find("paths-command").text)
        # In the link, and in the other tab, too.
        link = self.link()
        self.find("tab-race").click()
        self.assertEqual(self.find("race-formula").get_attribute("value"), "v = 0.9*v - eta*g\nW += v")
        self.browser.get("about:blank")
        self.browser.get(link)
        self.assertEqual(self.find("paths-formula").get_attribute("value"), "v = 0.9*v - eta*g\nW += v")
        self.assertGreater(len(self.pixels("paths-canvas", RULE)), 100)

    def test_what_is_wrong_has_a_mark(self):
        self.open("tab=race")
        self.type_rule("race", "W -= eta*gg")
        marked, words = self.browser.execute_script(
            "return [...document.getElementById('race-formula-error').children].map((part) => part.textContent)")
        self.assertEqual(marked, "W -= eta*gg\n         ^")
        self.assertTrue(words.startswith("Line 1, character 10: gg is read, but never assigned;"), words)
        self.assertEqual(self.find("race-formula").get_attribute("aria-invalid"), "true")
        self.assertFalse(self.find("race-start").is_enabled())
        self.find("lang").click()
        self.assertIn("1행 10번째 글자: gg:", self.find("race-formula-error").text)
        self.find("race-formula").send_keys(Keys.BACKSPACE)
        self.assertEqual(self.find("race-formula-error").text, "")
        self.assertTrue(self.find("race-start").is_enabled())

    def test_what_diverges_says_so(self):
        self.open("optimizers=rule&formula=W+-%3D+9*g&function=rosenbrock")
        self.assertEqual(self.find("paths-end-rule").text, "f(x, y) = diverged")
        self.open("tab=race&optimizers=rule&formula=W+-%3D+exp(g)%2F0&iterations=20")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-start').textContent === 'Start'")
        self.assertTrue(self.find("race-end-rule").text.startswith("20/20, diverged"))

    def test_races_as_its_optimizer(self):
        self.open("tab=race&optimizers=momentum&iterations=60")
        self.set("race-rules", "momentum")
        self.find("race-start").click()
        self.wait("return document.getElementById('race-start').textContent === 'Start'")
        self.assertRegex(self.find("race-end-rule").text, r"^60/60, loss [\d.]+, test accuracy [\d.]+$")
        self.assertEqual(self.find("race-end-rule").text, self.find("race-end-momentum").text)
        self.assertGreater(len(self.pixels("race-canvas", RULE)), 100)
