"""What is on the slides of a chapter, and what the presenter says to it: read from its page.

Nothing is written twice. What a chapter shows becomes slides: drawings, figures that move,
formulas, short code and what it prints, tables, lists, tasks and the quiz. What a chapter tells
becomes the presenter's notes, together with its page of the instructor's guide; of a paragraph only
one sentence stands on a slide, before what is shown or, as a step of its own, after it. Solutions
are left out.
"""

import itertools
import math
import re
from dataclasses import dataclass
from html import escape

import book
from bs4 import BeautifulSoup

GUIDE = {  # on which slide the presenter is told which part
    "aims": 0,
    "minutes": 0,
    "two-ideas-that-must-land": 0,
    "board-plan": 0,
    "misconceptions-and-the-question-that-exposes-each": -1,
    "discussion-prompts-with-answers-people-give": -1,
}
LONGEST = 13  # lines of code or output on a slide
WIDEST = 77  # letters of two such, side by side
ROOM = 9  # lines of text on a slide
LETTERS = 66  # in such a line
END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!]</span>))\s+(?=[“(]?[A-Z0-9<])")  # of a sentence
WHOLE = re.compile(r"\.\)?(</\w+>)?\Z")  # not: "Two things differ:"
ANNOUNCES = re.compile(  # a paragraph that tells what comes, not what was seen
    r"(We|Now|Let|Take|Next|First|Then|To|The next) |.*(folded|next cell)|.*[^.?!)]$", re.DOTALL
)


def read(name):
    """The text of one page of the site, without what a slide has no use for."""
    soup = BeautifulSoup((book.SITE / name).read_text("utf-8"), "html.parser")
    for useless in soup.select("a.headerlink, .bd-article script, annotation"):
        useless.decompose()
    for link in soup.select(".bd-article a:not(.card-of-chapter a)"):
        link.unwrap()
    for image in soup.select("img"):
        image["src"] = f"_images/{image['src'].rpartition('/')[2]}"
        del image["loading"]
    return soup


def inner(element):
    """What an element holds, as HTML."""
    return element.decode_contents().strip()


def lines(pre):
    """The lines of code or output."""
    return pre.get_text().strip("\n").splitlines()


def width(text):
    """How long the longest line is."""
    return max(map(len, text), default=0)


def letters(html):
    """How many letters a text has."""
    return len(BeautifulSoup(html, "html.parser").get_text())


def sentences(paragraph):
    """The sentences of a paragraph, as HTML; a title in bold belongs to the first one."""
    return END.split(inner(paragraph))


def brief(paragraph, most=0):
    """The first sentence of a paragraph, and more of them up to so many letters."""
    told, *more = [part for part in sentences(paragraph) if "folded" not in part] or [""]
    for sentence in more:
        if not WHOLE.search(sentence) or letters(f"{told} {sentence}") > most:
            break
        told += f" {sentence}"
    return told


def size(*html):
    """About how many lines of a slide a text takes; a formula of its own has room around it."""
    soup = BeautifulSoup("".join(html), "html.parser")
    blocks = soup.select("p, li:not(:has(p)), div.math") or [soup]
    return sum(-(-letters(str(block)) // LETTERS) + 1.5 * (block.name == "div") for block in blocks)


def parted(out):
    """Output in as many parts as it needs, cut where something new begins."""
    begins = [
        place
        for place in range(1, len(out))
        if out[place][:1].strip() and (out[place][0] == "-" or not out[place - 1][:1].strip())
    ]
    count = math.ceil(len(out) / (LONGEST - 2)) if len(out) > LONGEST else 1
    aims = (len(out) * part / count for part in range(1, count))
    cuts = sorted({min(begins, key=lambda place: abs(place - aim)) for aim in aims})
    return [out[a:b] for a, b in itertools.pairwise([0, *cuts, len(out)])]


def shared(whole, items, total):
    """A list or a table of so many lines as HTML, its items shared among as many as it needs."""
    each = -(-len(items) // math.ceil(total / ROOM))
    for first in range(0, len(items), each):
        part = BeautifulSoup(str(whole), "html.parser")
        copies = part.select(f"{items[0].name}:not(thead *)")
        for item in copies[:first] + copies[first + each :]:
            item.decompose()
        if whole.name == "ol":
            part.ol["start"] = first + 1
        yield str(part)


@dataclass
class Slide:
    """One slide: its heading, a layout of the style sheet, what it shows, what is said (HTML)."""

    heading: str
    kind: str
    shown: list
    notes: list

    def html(self):
        """The slide as reveal.js wants it."""
        return (
            f'<section class="{self.kind}">{self.heading}'
            f'<div class="main">{"".join(self.shown)}</div>'
            f'<aside class="notes">{"".join(self.notes)}</aside></section>'
        )


class Deck:
    """The slides of one chapter."""

    def __init__(self, name, picture):
        """Make the slides of a chapter; ``picture`` is what its card on the first page shows."""
        soup = read(f"chapters/{name}.html")
        self.head, self.slides, self.told, self.heading = soup.head, [], [], ""
        chapter = soup.select_one(".bd-article > section")
        self.title = chapter.h1.get_text()
        self.open(chapter, picture)
        for section in chapter.find_all("section", recursive=False):
            self.section(section)
        for before, slide in itertools.pairwise(self.slides):
            slide.notes = slide.notes or list(before.notes)
        if (book.SITE / (guide := f"chapters/guide/{name}.html")).exists():
            for section in read(guide).find_all("section", id=list(GUIDE)):
                section.h2.name = "h3"
                self.slides[GUIDE[section["id"]]].notes.append(inner(section))

    def add(self, kind, *shown):
        """Add a slide; what was told since the one before is said here."""
        self.slides.append(Slide(self.heading, kind, list(shown), [*map(str, self.told)]))
        self.told = []

    def open(self, chapter, picture):
        """Begin with the title, the aim and the minutes, then the question before reading."""
        aim, needs, *more = chapter.find_all(True, recursive=False)[1:]
        minutes = re.search(r"\d+ minutes to read", needs.get_text())[0]
        self.add("title", f"<div><h1>{inner(chapter.h1)}</h1>{aim}<p class='minutes'>{minutes}</p>"
                 f"</div>{picture}")  # fmt: skip
        self.slides[-1].notes.append(str(needs))
        for block in more:
            if block.name == "details":
                block.summary.decompose()
                self.slides[-1].shown.append(f'<div class="fragment finding">{inner(block)}</div>')
                self.slides[-1].notes.append(inner(block))
            elif block.name == "p" and block.contents[0].name == "strong":
                self.heading = f"<h2>{inner(block.strong.extract()).rstrip('.')}</h2>"
                self.add("words", str(block))
            elif block.name in ("p", "ul", "ol"):
                self.slides[-1].shown.append(str(block))

    def section(self, section, above=""):
        """Make slides of a section, in the order in which it stands in the chapter."""
        title = section.find(["h2", "h3"], recursive=False)
        blocks = title.find_next_siblings(True)
        self.heading = f"{above}<h2>{inner(title)}</h2>"
        first = len(self.slides)
        if section.get("id") == "quiz":
            self.quiz(blocks)
        elif title.get_text().startswith("Exercise "):
            task = section.select(":scope > :is(p, ul, ol, .math, :has(> table))")
            self.add("words", *map(str, task))
        elif section.get("id") == "further-reading":
            self.slides[-1].notes += map(str, [title, *blocks])
        else:
            for block in blocks:
                if block.name == "section":  # what was told so far introduces it
                    self.section(block, f'<p class="above">{inner(title)}</p>')
                else:
                    self.block(block)
            self.close(first)

    def close(self, first):
        """What was told last belongs to the last slide; words alone are a slide of their own."""
        if self.told and len(self.slides) == first:
            self.add("words", *map(str, self.told))
        elif self.told:
            self.conclude()
            self.slides[-1].notes += map(str, self.told)
            self.told = []

    def conclude(self):
        """Let a result be followed, as a step, by what the next paragraph says of it.

        Gives the last sentence of that paragraph, if it is left for what comes next.
        """
        slide = self.slides[-1]
        if (
            slide.heading != self.heading
            or slide.kind not in ("result", "picture")
            or ANNOUNCES.match(self.told[0].get_text())
        ):
            return ""
        first = self.told.pop(0)
        slide.notes.append(str(first))
        point, last = brief(first, 130), sentences(first)[-1]
        slide.shown.append(f'<p class="fragment finding">{point}</p>' if point else "")
        return last if last not in point else ""

    def lead(self):
        """The sentence that stands before what is shown next."""
        text = self.conclude() if self.told and self.slides else ""
        if self.told:
            last = sentences(self.told[-1])[-1]
            text = brief(self.told[-1]) if last.endswith("?") or WHOLE.search(last) else last
        return f"<p class='lead'>{text}</p>" if text else ""

    def block(self, block):
        """One block of a section: something to say, or something to show."""
        kinds = set(block.get("class", []))
        if block.name == "details":  # an aside
            block.name, block.summary.name = "div", "h4"
            self.slides[-1].notes.append(str(block))
        elif block.name == "p" and block.contents[0].name != "strong":
            self.told.append(block)
        elif block.name == "p":
            self.words(f"<p>{brief(block, 150)}</p>", block)
        elif block.name in ("ul", "ol"):
            self.list(block)
        elif "math" in kinds:
            self.words(str(block))
        elif block.name == "figure" or block.name.startswith("rnn-"):
            self.figure(block)
        elif block.table:
            self.table(block.table)
        elif "cell" in kinds and "tag_hide-cell" not in kinds:
            self.cell(block)

    def words(self, shown, *told):
        """Show words or formulas, on the same slide as those before if there is room."""
        shown = self.lead() + shown
        self.told += told
        slide = self.slides[-1]
        goes_on = (slide.heading, slide.kind) == (self.heading, "words")
        if goes_on and size(*slide.shown, shown) <= ROOM + 1:
            slide.shown.append(shown)
            slide.notes += map(str, self.told)
            self.told = []
        else:
            if goes_on and shown.startswith("<div") and len(slide.shown) > 1:
                shown = slide.shown.pop() + shown  # a formula stays with the words before it
            self.add("words", shown)

    def list(self, block):
        """Show a list; of long points only what they begin with."""
        whole = BeautifulSoup(str(block), "html.parser")
        if size(str(block)) > ROOM:
            for point in block.select("li > p"):
                point.replace_with(BeautifulSoup(f"<p>{brief(point)}</p>", "html.parser"))
        for part in shared(block, block.select("li"), size(str(block))):
            self.words(part, whole)

    def table(self, table):
        """Show a table, on as many slides as it needs."""
        total = sum(1 + letters(str(row)) // 50 for row in table.select("tr"))
        for part in shared(table, table.select("tbody > tr"), total):
            self.add("result", self.lead(), part)

    def figure(self, block):
        """Show a picture as large as there is room, or a figure that moves."""
        self.lead()
        self.told.append(f"<p>{block.img['alt']}</p>")
        block.figcaption.name, kind = "div", "picture"
        if block.name.startswith("rnn-"):
            block["data-prevent-swipe"] = ""  # for a finger on a slider
            kind = "picture live"
        self.add(kind, str(block))

    def cell(self, cell):
        """Show short code with what it prints; of long code only the output."""
        code = cell.select_one(".cell_input:not(details *) .highlight")
        if code and (
            len(lines(code)) > LONGEST
            or all(re.match(r"import|from|$|%", line) for line in lines(code))
        ):
            code = None
        printed = cell.select_one(".cell_output pre")
        text, out = lines(code) if code else [], lines(printed) if printed else []
        beside = width(text) + width(out) <= WIDEST and max(len(text), len(out)) <= LONGEST
        if text and out and (beside or len(text) + len(out) < LONGEST):
            self.add("result", self.lead(), f"<div>{code}{printed}</div>")
        else:
            if text:
                self.add("code", self.lead(), f"<div>{code}</div>")
            for part in parted(out) if out else ():
                self.add(
                    "result", self.lead(), f"<div><pre>{escape(chr(10).join(part))}</pre></div>"
                )
        for figure in cell.select(".cell_output figure"):
            self.figure(figure)

    def quiz(self, blocks):
        """Show a question with its options; the right one is a step, the replies are notes."""
        for block in blocks:
            if block.name == "p":
                self.add("words quiz", f"<p>{inner(block)}</p>")
                continue
            slide, reply = self.slides[-1], block.find_all("p")
            option = inner(block.summary)
            slide.shown.insert(len(slide.notes) + 1, f"<p>{option}</p>")
            slide.notes.append(f"<p>{option} – {inner(reply[0])}</p>")
            if reply[0].get_text().startswith("Right."):
                letter = option.partition(" ")[0]
                slide.shown.append(f"<p class='fragment finding'>{letter} {inner(reply[0])}</p>")
