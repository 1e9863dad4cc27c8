"""The report as one page for the browser, and pictures of what is taken for what."""

import io
from collections import Counter
from html import escape
from typing import Any, Dict, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nlu.measure import Answer, confusions

# More would be too small to read on a phone.
_MOST_DRAWN = 24
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>How well messages are understood</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem;
  color: #1c2b26; }
h1, h2 { line-height: 1.2; }
table { display: block; overflow-x: auto; border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #d5ddd9; text-align: left;
  vertical-align: top; }
th { background: #eef3f1; }
figure { margin: 1rem 0; overflow-x: auto; }
svg { width: 100%; min-width: 32rem; height: auto; }
li { overflow-wrap: anywhere; }
</style></head><body>
"""


def page(markdown: str, pictures: Dict[str, str]) -> str:
    """One self-contained HTML page of the report in `markdown`; where it shows a picture of one of
    the names in `pictures`, the SVG itself stands. What people wrote cannot become HTML."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def image(tokens: Sequence[Token], at: int, *_: Any) -> str:
        svg = pictures.get(str(tokens[at].attrs.get("src")), "")
        words = escape(tokens[at].content)
        return f"<figure>{svg[svg.find('<svg') :]}<figcaption>{words}</figcaption></figure>"

    parser.renderer.rules["image"] = image
    shown = parser.render(markdown).replace(" %<", "\N{NO-BREAK SPACE}%<")
    return f"{_HEAD}{shown}</body></html>\n"


def picture(answers: Sequence[Answer], title: str) -> str:
    """An SVG of the intents that are confused most: meant downwards, understood across, each cell
    the number of messages; what is right is grey. Empty when nothing is confused."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    times: Counter[str] = Counter()
    for (meant, understood), wrong in confusions(answers).items():
        times.update({name: len(wrong) for name in {meant, understood} if name})
    names = sorted(name for name, _ in times.most_common(_MOST_DRAWN))
    if not names:
        return ""
    cells = Counter((a.case.intent, a.intent) for a in answers)
    wrong = [[0 if m == u else cells[m, u] for u in names] for m in names]
    # Letters stay letters, and the same result is the same file.
    settings = {"svg.fonttype": "none", "svg.hashsalt": title, "font.size": 9}
    with matplotlib.rc_context(settings):
        side = 3 + 0.32 * len(names)
        figure, axes = pyplot.subplots(figsize=(side, side))
        axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(map(max, wrong)) * 1.4)
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("understood as")
        axes.set_ylabel("meant")
        axes.set_title(title)
        for down, meant in enumerate(names):
            for across, understood in enumerate(names):
                number = cells[meant, understood]
                if number:
                    colour = "#9aa5a0" if down == across else "black"
                    axes.text(across, down, number, ha="center", va="center", color=colour)
        written = io.StringIO()
        figure.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
        pyplot.close(figure)
    return written.getvalue()
