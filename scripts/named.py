"""What the pages about security name beside paths: tests, checks of the stack, and requirements of
ASVS with a verdict each. scripts/check_docs.py asks.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Pages in which a word of three parts or more in backticks is the name of a test.
PAGES = ("docs/security.md", "docs/asvs.md", "docs/inventories.md")
ASVS = "docs/asvs.md"

# The tests that fail when a check of the stack finds something.
ASKING = ROOT / "tests/it/stack.rs"

CODE = re.compile(r"`([^`\n]+)`")
TEST = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+){2,}")
CHECK = re.compile(r"checks\.(\w+)")

# A function of Rust behind #[test] or its like, and attributes of its own.
RUST_TEST = re.compile(
    r"#\[(?:tokio::)?test(?:\([^)\n]*\))?\]\s*(?:#\[[^\n]*\]\s*)*(?:pub )?(?:async )?fn (\w+)"
)

# A requirement: id, level, verdict, and what is said of it.
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]*) \| (.+) \|$", re.MULTILINE)
# A chapter's line of the summary: met, not met, not applicable.
TOTAL = re.compile(
    r"^\| (?:\[(\d+)\.? [^|]*|all) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE
)
VERDICTS = ("met", "not met", "not applicable")

# Requirements of levels 1 and 2 in each chapter of ASVS 5.0, from the first chapter on.
REQUIREMENTS = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7]


def tests(files):
    """The names of all tests in Rust."""
    found = set()
    for name in files:
        if name.endswith(".rs"):
            found.update(RUST_TEST.findall((ROOT / name).read_text("utf-8")))
    return found


def checks_of_stack():
    """The names of the checks that `python -m stack check` runs, and that a test asks about."""
    text = (ROOT / "scripts/stack/checks.py").read_text("utf-8")
    listed = text.split("CHECKS = [", 1)[1].split("\n]\n", 1)[0]
    asked = re.findall(r'^    \w+: "(\w+)",$', ASKING.read_text("utf-8"), re.MULTILINE)
    return set(re.findall(r"\w+", listed)) & set(asked)


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def names(text, known_tests, known_checks):
    """Yields (line, problem or None) for every test and check that a page names."""
    for match in CODE.finditer(text):
        word = match[1].strip()
        check = CHECK.fullmatch(word)
        if check:
            problem = (
                None
                if check[1] in known_checks
                else f"`{word}`: no test asks for such a check of the stack"
            )
        elif TEST.fullmatch(word):
            problem = None if word in known_tests else f"`{word}`: no such test"
        else:
            continue
        yield line_of(text, match.start()), problem


def requirements(text):
    """Yields (line, problem or None) for every requirement, and for the summary."""
    counts, seen = {}, []
    for match in ROW.finditer(text):
        id, _, verdict, reason = match.groups()
        line = line_of(text, match.start())
        key = tuple(map(int, id.split(".")))
        if seen and key <= seen[-1]:
            yield line, f"{id} stands behind {'.'.join(map(str, seen[-1]))}"
        seen.append(key)
        counts.setdefault(key[0], dict.fromkeys(VERDICTS, 0))
        if verdict not in VERDICTS:
            yield line, f"{id} is {verdict!r}, which is none of {', '.join(VERDICTS)}"
            continue
        counts[key[0]][verdict] += 1
        says_where = "`" in reason or "](" in reason
        yield (
            line,
            None if says_where or verdict != "met" else f"{id} is met, and nothing says where",
        )
    yield from chapters(counts)
    yield from summary(text, counts)


def chapters(counts):
    """Chapters with other than all of their requirements."""
    for chapter, expected in enumerate(REQUIREMENTS, start=1):
        found = sum(counts.get(chapter, {}).values())
        problem = f"chapter {chapter} has {found} requirements of {expected}"
        yield 1, None if found == expected else problem


def summary(text, counts):
    """Lines of the summary that are not what is below, and chapters without one."""
    lines = {}
    for match in TOTAL.finditer(text):
        chapter, *numbers = match.groups()
        lines[int(chapter) if chapter else "all"] = (line_of(text, match.start()), numbers)
    totals = {chapter: [each[word] for word in VERDICTS] for chapter, each in counts.items()}
    totals["all"] = [sum(column) for column in zip(*totals.values(), strict=True)]
    for chapter, verdicts in totals.items():
        expected = [str(number) for number in [*verdicts, sum(verdicts)]]
        line, numbers = lines.get(chapter, (1, None))
        problem = f"the summary of {chapter} says {numbers}, and it is {expected}"
        yield line, None if numbers == expected else problem


def check(page, text, files):
    """Yields (line, problem or None) for what a page names; nothing of other pages."""
    name = page.relative_to(ROOT).as_posix()
    if name not in PAGES:
        return
    known_tests = tests(files)
    if not known_tests:
        yield 1, "no test is found anywhere: the check itself is broken"
    yield from names(text, known_tests, checks_of_stack())
    if name == ASVS:
        yield from requirements(text)
