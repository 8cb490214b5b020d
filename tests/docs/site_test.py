"""The site (docs/site): its files, and its pages in Chromium without a window. Run by site.sh; SITE is its folder."""
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, "tests/lab")
import browser

SITE = pathlib.Path(os.environ["SITE"]).resolve()
ENGLISH = ["README.md"] + sorted(str(path) for path in pathlib.Path("docs/en").glob("*.md"))


def korean(path):
    return path.replace("/en/", "/ko/").replace("README.md", "README.ko.md" if path == "README.md" else "README.md")


VOID = {"br", "col", "hr", "img", "input", "link", "meta"}  # elements without an end
PAGES = ENGLISH + [korean(path) for path in ENGLISH]


def html_of(path):
    return path.replace("README", "index").replace(".md", ".html")


class Page(html.parser.HTMLParser):
    """What a file of the site has in it."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.ids, self.links, self.loaded, self.formulas, self.sections = set(), [], [], [], []
        self.quotes = []  # of (link to lines, language, code)
        self.lines = {}  # of a whole file: id -> text
        self.prose = ""  # text that is neither code nor formula
        self.open = []
        self.source = self.line = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        classes = (attrs.get("class") or "").split()
        if "id" in attrs:
            assert attrs["id"] not in self.ids, f"{self.path}: two of {attrs['id']}"
            self.ids.add(attrs["id"])
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
            if any("source" in outer for _, outer in self.open):
                self.source = attrs["href"]
            if "section" in classes:
                self.sections.append(attrs["href"])
        if tag in ("img", "script") and "src" in attrs:
            self.loaded.append(attrs["src"])
        if tag == "link" and attrs["rel"] == "stylesheet":
            self.loaded.append(attrs["href"])
        if tag == "math":
            shared = self.formulas and any("formula" in outer for _, outer in self.open) and not self.is_new
            if not shared:
                self.formulas.append("")
            self.is_new = False
        if tag == "pre":
            self.quotes.append((self.source, classes[-1] if classes else "", ""))
            self.source = None
        if "formula" in classes:
            self.is_new = True
        if tag == "span" and re.fullmatch(r"L\d+", attrs.get("id", "")):
            self.line = attrs["id"]
            self.lines[self.line] = ""
        if tag not in VOID:
            self.open.append((tag, classes))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"{self.path}: {tag} ends in another element"

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if "annotation" in tags:
            self.formulas[-1] += (r"\qquad" if self.formulas[-1] else "") + data
        elif "pre" in tags:
            source, language, code = self.quotes[-1]
            self.quotes[-1] = (source, language, code + data)
            if self.line:
                self.lines[self.line] += data.rstrip("\n")  # which follows the line
        elif not {"code", "math", "script", "style"} & set(tags):
            self.prose += data


def plain(formula):
    return re.sub(r"\s+", "", formula.replace(r"\mathrm", r"\text"))


def without_code(path):
    return re.sub(r"^ *```.*?^ *```$", "", pathlib.Path(path).read_text(encoding="utf-8"), flags=re.S | re.M)


def formulas_of(path):
    """Those of a page in Markdown, in their order."""
    text = re.sub(r"`[^`]*`", "", without_code(path))
    return [plain(block or inline) for block, inline in re.findall(r"^\$\$$(.*?)^\$\$$|\$([^$]+)\$", text, re.S | re.M)]


class FilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = {path: Page(path) for path in SITE.rglob("*.html")}

    def of(self, path):
        return self.pages[SITE / html_of(path)]

    def test_links_lead_somewhere(self):
        self.assertGreater(len(self.pages), 100)
        for path, page in self.pages.items():
            for link in page.links + page.loaded:
                with self.subTest(page=str(path.relative_to(SITE)), link=link):
                    if link.startswith(("https://", "http://")) and link in page.links:
                        continue  # for the reader to follow; nothing is loaded from there
                    name, _, anchor = urllib.parse.unquote(link).partition("#")
                    target = (path.parent / name).resolve() if name else path
                    self.assertTrue(target.is_file() and SITE in target.parents, "there is no such file")
                    lines = re.fullmatch(r"(L\d+)-(L\d+)", anchor)
                    anchors = lines.groups() if lines else [anchor] if anchor else []
                    self.assertLessEqual(set(anchors), self.pages[target].ids if anchors else set())

    def test_every_page_is_there(self):
        for path in PAGES:
            self.assertIn(SITE / html_of(path), self.pages)

    def test_sections_are_the_same_in_both_languages(self):
        for path in ENGLISH:
            self.assertEqual(len(self.of(path).sections), len(re.findall("^##", without_code(path), re.M)), path)
            self.assertEqual(self.of(path).sections, self.of(korean(path)).sections, path)

    def test_formulas_are_all_there(self):
        count = 0
        for path in PAGES:
            self.assertEqual([plain(formula) for formula in self.of(path).formulas], formulas_of(path), path)
            self.assertNotIn("$", self.of(path).prose, path)
            count += len(self.of(path).formulas)
        self.assertGreater(count, 100)

    def test_quotes_are_the_lines_that_they_link_to(self):
        count = 0
        for path in PAGES:
            for source, language, code in self.of(path).quotes:
                lines = re.search(r"(.*)#L(\d+)(?:-L(\d+))?$", source or "")
                if not lines or language == "diff":
                    continue
                target = self.pages[(SITE / html_of(path)).parent.joinpath(lines[1]).resolve()]
                first, last = int(lines[2]), int(lines[3] or lines[2])
                found = "\n".join(target.lines[f"L{i}"] for i in range(first, last + 1))
                self.assertEqual(textwrap.dedent(found).strip(), code.strip(), f"{path}: {source}")
                count += 1
        self.assertGreater(count, 50)

    def test_files_are_whole(self):
        whole = {path: page for path, page in self.pages.items() if page.lines}
        self.assertGreater(len(whole), 50)
        for path, page in whole.items():
            source = pathlib.Path(str(path.relative_to(SITE))[:-len(".html")])
            self.assertEqual("\n".join(page.lines.values()).rstrip(), source.read_text(encoding="utf-8").rstrip())

    def test_formula_that_pandoc_does_not_know_is_named_and_nothing_written(self):
        with tempfile.TemporaryDirectory() as copy:
            for name in ["README.md", "README.ko.md", "docs"]:
                (shutil.copytree if pathlib.Path(name).is_dir() else shutil.copy)(name, f"{copy}/{name}")
            with open(f"{copy}/docs/ko/lab.md", "a", encoding="utf-8") as page:
                page.write("\n$\\frac{1}$\n")
            run = subprocess.run(["docs/site/site.sh"], env=dict(os.environ, BUILD_WORKSPACE_DIRECTORY=copy),
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, 1)
            self.assertIn("docs/ko/lab.md", run.stderr)
            self.assertEqual(os.listdir(f"{copy}/out"), [])

    def test_files_link_to_what_they_include(self):
        page = self.pages[SITE / "chapter6/optimizers.cc.html"]
        for name in re.findall('^#include "(.*)"', pathlib.Path("chapter6/optimizers.cc").read_text(), re.M):
            self.assertIn(f"../{name}.html", page.links)

    def test_folder_of_something_else_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/site")
            run = subprocess.run(["docs/site/site.sh", f"--output_dir={folder}"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 1)
            self.assertIn(f"{folder}/site is there", run.stderr)


class SiteTest(browser.BrowserTest):
    def open(self, page):
        self.browser.get("about:blank")
        self.browser.get(f"file://{SITE}/{page}")

    def window(self, width, scheme="light", media="screen"):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def setUp(self):
        self.window(1400)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def place(self):
        """(page, anchor) of where the browser is."""
        page, _, anchor = urllib.parse.unquote(self.browser.current_url).partition("#")
        return page[len(f"file://{SITE}/"):], anchor

    def box(self, selector):
        return self.browser.execute_script(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [box.left, box.top, box.right, box.bottom]", selector)

    def background(self, selector):
        return self.browser.execute_script(
            "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor", selector)

    def test_no_page_scrolls_sideways_on_a_phone(self):
        self.window(360)
        for page in [html_of(path) for path in PAGES] + ["chapter6/optimizers.cc.html", "tests/golden/files.html"]:
            self.open(page)
            self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 360, page)
            self.assertTrue(self.browser.execute_script(
                "return [...document.images].every((image) => image.complete && image.naturalWidth > 0)"), page)
            self.assertEqual(self.browser.get_log("browser"), [], page)

    def test_code_is_beside_its_prose_where_there_is_room(self):
        row = "#sgd-equation-61 + .row"
        for width, is_beside in [(1400, True), (1200, True), (1000, False)]:
            self.window(width)
            self.open("docs/en/6.1-optimizers.html")
            prose, code = self.box(f"{row} > .prose"), self.box(f"{row} > .beside")
            self.assertEqual(code[0] > prose[2] and abs(code[1] - prose[1]) < 1, is_beside, width)
            self.assertEqual(code[1] >= prose[3], not is_beside, width)

    def test_language_keeps_the_section(self):
        for section in ["", "s5.4", "s4"]:
            self.open("docs/en/6.1-optimizers.html" + (section and "#" + section))
            self.browser.execute_script(f"scrollBy(0, {40 if section else 0})")
            for language in ["ko", "en"]:
                self.wait(f"return document.querySelector('.language').hash === '{section and '#' + section}'")
                self.one(".language").click()
                self.wait(f"return document.documentElement.lang === '{language}'")
                self.wait("return document.readyState === 'complete'")
                self.assertEqual(self.place(), (f"docs/{language}/6.1-optimizers.html", section))
                top = self.box(f"[id='{section}']")[1] if section else 0
                self.assertTrue(0 <= top < 200, top)
        self.open("tests/golden/index.html#s1")  # in no language
        self.assertEqual(self.browser.execute_script("return document.querySelector('.language').hash"), "")

    def search(self, text):
        self.one("body").send_keys("/")
        self.browser.switch_to.active_element.send_keys(text)
        self.wait("return document.querySelector('#site-results :is(a, p)') !== null")

    def test_search_goes_to_what_it_finds(self):
        for language in ["en", "ko"]:
            self.open(f"docs/{language}/quirks.html")
            path = pathlib.Path(f"docs/{language}/6.1-optimizers.md")
            heading = re.findall("^###? (.*)", path.read_text(encoding="utf-8"), re.M)[8]
            self.search(heading.upper())
            self.browser.switch_to.active_element.send_keys(Keys.ENTER)
            self.wait("return location.pathname.includes('6.1')")
            self.assertEqual(self.place(), (f"docs/{language}/6.1-optimizers.html", "s5.4"))

    def test_search_finds_parts_of_words_in_the_text(self):
        for page, word in [("docs/en/README.html", "MultiplyTransp"), ("docs/ko/README.html", "역전")]:
            self.open(page.replace("README", "index"))
            self.search(word)
            self.assertIn(word, self.one("#site-results mark").text)
            self.browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
            link = self.browser.switch_to.active_element
            self.assertEqual(link.get_attribute("lang"), page.split("/")[1])
            link.send_keys(Keys.ENTER)
            self.wait("return !location.pathname.includes('index')")
            self.assertIn(word, self.one("main").text)

    def test_search_says_that_there_is_nothing(self):
        self.open("index.html")
        self.search("zyxwv")
        self.assertEqual(self.one("#site-results").text, "Nothing found")
        self.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        self.assertFalse(self.one("#site-results").is_displayed())

    def test_dark_and_light(self):
        light, dark = "rgb(253, 253, 252)", "rgb(22, 24, 28)"
        self.open("docs/en/6.1-optimizers.html")
        self.assertEqual(self.background("body"), light)
        self.window(1400, "dark")
        self.assertEqual(self.background("body"), dark)
        self.assertEqual(self.background("main img"), "rgb(255, 255, 255)")
        self.one("#site-theme").click()
        self.assertEqual(self.background("body"), light)
        self.open("docs/ko/matrix.html")
        self.assertEqual(self.background("body"), light)  # as chosen
        self.one("#site-theme").click()
        self.assertEqual(self.background("body"), dark)

    def test_link_to_lines_marks_them(self):
        self.open("docs/en/6.1-optimizers.html#s5.2")
        row = "#momentum-equations-63-and-64 + .row"
        link, code = self.one(f"{row} .source a"), self.one(f"{row} pre").text
        first, last = map(int, re.search(r"#L(\d+)-L(\d+)", link.get_attribute("href")).groups())
        link.click()
        self.wait("return document.querySelector('.meant') !== null")
        marked = self.browser.execute_script(
            "return [...document.querySelectorAll('.meant')].map((line) => [line.id, line.textContent])")
        self.assertEqual([name for name, _ in marked], [f"L{i}" for i in range(first, last + 1)])
        self.assertEqual(textwrap.dedent("\n".join(text for _, text in marked)), code)
        self.assertTrue(0 < self.box(".meant")[1] < 800)

    def test_contents_open_and_close_by_keys(self):
        self.open("docs/ko/6.3-batch-normalization.html")
        self.one("#site-contents summary").send_keys(Keys.ENTER)
        self.assertEqual(self.one("#site-contents [aria-current]").text, self.one("h1").text)
        self.one("#site-contents summary").send_keys(Keys.ESCAPE)
        self.assertFalse(self.one("#site-contents nav").is_displayed())

    def test_pages_follow_each_other(self):
        self.open("index.html")
        seen = []
        while True:
            seen.append(self.place()[0])
            following = self.browser.find_elements(By.CSS_SELECTOR, "[rel=next]")
            if not following:
                break
            self.open(os.path.relpath(urllib.parse.urlparse(following[0].get_attribute("href")).path, SITE))
        self.assertEqual(sorted(seen), sorted(html_of(path) for path in ENGLISH))

    def test_print_is_one_column_in_black_and_white(self):
        self.window(1400, "dark", "print")
        self.open("docs/en/6.1-optimizers.html")
        self.assertFalse(self.one("header").is_displayed())
        self.assertFalse(self.one(".onward").is_displayed())
        row = "#sgd-equation-61 + .row"
        self.assertGreaterEqual(self.box(f"{row} > .beside")[1], self.box(f"{row} > .prose")[3])
        self.assertEqual(self.background("body"), "rgb(253, 253, 252)")


if __name__ == "__main__":
    unittest.main()
