#include "tests/docs/markdown.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/docs/commands.h"

namespace dlfs {
namespace {

using Kind = Block::Kind;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(MarkdownTest, FindsBlocks) {
  const std::vector<Block> blocks = ParseMarkdown(
      "# Title\n\nA line\nand another.\n- one\n- two\n  goes on\n\n| a | b |\n|---|---|\n\n"
      "   ```sh\n   ls  # all\n   ```\n$$\nx # y\n$$\n### 1. End");
  std::vector<Kind> kinds;
  std::vector<int> lines;
  std::vector<std::string> texts;
  for (const Block& block : blocks) {
    kinds.push_back(block.kind);
    lines.push_back(block.line);
    texts.push_back(block.text);
  }
  EXPECT_THAT(kinds, ElementsAre(Kind::kHeading, Kind::kParagraph, Kind::kItem, Kind::kItem,
                                 Kind::kTable, Kind::kCode, Kind::kMath, Kind::kHeading));
  EXPECT_THAT(lines, ElementsAre(1, 3, 5, 6, 9, 12, 15, 18));
  EXPECT_THAT(texts, ElementsAre("Title", "A line\nand another.\n", "- one\n", "- two\ngoes on\n",
                                 "| a | b |\n|---|---|\n", "ls  # all\n", "x # y\n", "1. End"));
  EXPECT_EQ(blocks[5].mark, "sh");
  EXPECT_EQ(blocks[7].level, 3u);
}

TEST(MarkdownTest, ACodeBlockKeepsItsEmptyLines) {
  EXPECT_EQ(ParseMarkdown("```cpp\na\n\n  b\n```\n").front().text, "a\n\n  b\n");
}

TEST(MarkdownTest, FindsWhatIsInALine) {
  const char text[] =
      "See [`a.cc`, line 3](../a.cc#L3), ![a picture](b.svg) and $x_i$; `$HOME` is none.";
  const std::vector<Link> links = Links(text);
  EXPECT_THAT(links,
              ElementsAre(Field(&Link::target, "../a.cc#L3"), Field(&Link::target, "b.svg")));
  EXPECT_FALSE(links[0].is_image);
  EXPECT_TRUE(links[1].is_image);
  EXPECT_EQ(links[0].text, "`a.cc`, line 3");
  EXPECT_THAT(CodeSpans(text), ElementsAre("a.cc", "$HOME"));
  EXPECT_THAT(InlineMath(text), ElementsAre("x_i"));
  EXPECT_THAT(Links("[not a link] (at all)"), IsEmpty());
}

TEST(CommandsTest, AreTakenApart) {
  EXPECT_THAT(Commands("# all of it\nCC=clang bazel test \\\n    //a:b  # the tests\n"
                       "cd out && gnuplot 'x y.gp' | sort\n"),
              ElementsAre(ElementsAre("bazel", "test", "//a:b"), ElementsAre("cd", "out"),
                          ElementsAre("gnuplot", "x y.gp"), ElementsAre("sort")));
  EXPECT_EQ(WithoutComments("# all\nls  # some\n"), "ls\n");
}

}  // namespace
}  // namespace dlfs
