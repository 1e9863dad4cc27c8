"""What the model is taught: how many phrases, and what is new or gone since the last training.

`python -m nlu.taught LISTING` checks data/nlu/ and ends with 1 when something must be mended, else
says what will be taught and writes LISTING.new; `scripts/train` makes that LISTING when the model
is there.
"""

import json
import sys
from pathlib import Path
from typing import Dict, List, Sequence

from nlu.phrases import Phrase, check, known, phrase_files, phrases, told

Listing = Dict[str, List[str]]
_MOST_NAMED = 12


def listing(said: Sequence[Phrase]) -> Listing:
    """The phrases with their marks, by intent."""
    found: Listing = {}
    for phrase in said:
        found.setdefault(phrase.intent, []).append(phrase.marked)
    return found


def news(now: Listing, before: Listing) -> List[str]:
    """For each intent in which something changed: how many phrases are new, how many gone."""
    lines = []
    for intent in sorted({*now, *before}):
        mine, then = set(now.get(intent, ())), set(before.get(intent, ()))
        parts = [f"{len(mine - then)} new"] if mine - then else []
        parts += [f"{len(then - mine)} gone"] if then - mine else []
        if parts:
            lines.append(f"  {intent}: {', '.join(parts)}")
    return lines


def report(now: Listing, before: Listing) -> str:
    """What will be taught, in plain words; `before` is empty when nothing was taught yet."""
    number = sum(map(len, now.values()))
    head = f"{number} phrases of {len(now)} intents."
    if not before:
        return head
    changed = news(now, before)
    if not changed:
        return f"{head} No phrase is new or gone since the last training."
    more = len(changed) - _MOST_NAMED
    tail = [f"  and {more} more intents"] if more > 0 else []
    return "\n".join([f"{head} Since the last training:", *changed[:_MOST_NAMED], *tail])


def main(arguments: Sequence[str]) -> int:
    """See above; `arguments` is the path of the listing."""
    kept, folder = Path(arguments[0]), Path("data", "nlu")
    if told(check(phrase_files(folder), known(Path("domain.yml")))):
        return 1
    now = listing(phrases(folder))
    try:
        before = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    print(report(now, before))
    text = json.dumps(now, ensure_ascii=False, indent=0)
    kept.with_name(f"{kept.name}.new").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
