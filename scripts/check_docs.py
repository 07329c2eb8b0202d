"""Fails when a Markdown file points at something that is not there.

Checked: relative links `[text](path#heading)`, with their headings, and
paths in backticks: `shared/src/lib.rs`, `docs/architecture.md`. In a fenced
block only commands of `./dev` are checked, as they are everywhere: it shows
commands and output. A page in another language, such as README.zh-TW.md, has
the same commands as the English one, in the same order. What the pages about
security name beside that, scripts/named.py knows.
"""

import re
import subprocess
import sys
from pathlib import Path

import named

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"`([^`\n]+)`")
# A word that reads as a path: no placeholder, glob, scheme, flag or space.
PATH = re.compile(r"\.{0,2}/?[\w.-]+(?:/[\w.-]+)*/?")
COMMAND = re.compile(r"\./dev ([a-z][\w-]*)")
FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# `README.zh-TW.md`: the page, and the language that it is translated into.
TRANSLATION = re.compile(r"(.+)\.[a-z]{2}(?:-[A-Z]{2})?\.md")


def without_fences(text):
    """The text with fenced blocks blanked, so that line numbers stay."""
    return FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)


def anchors(text):
    """The anchors that GitHub gives to the headings of a page."""
    found, seen = set(), {}
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", without_fences(text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def link_problem(page, target):
    """What is wrong with a link on `page`, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None  # another site; the network is not asked
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return f"link to {target}: no such file"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
        return f"link to {target}: no such heading"
    return None


def repository_path(code, tops):
    """The path that a word in backticks names, or None when it names none."""
    if not PATH.fullmatch(code):
        return None
    parts = code.removeprefix("./").rstrip("/").split("/")
    if parts[0] not in tops:
        return None  # somebody else's path, a route, a type, a file in the reader's own folder
    return "/".join(parts)


def command_problem(command):
    """What is wrong with a command of ./dev, or None."""
    if (ROOT / f"scripts/dev/{command}.sh").exists():
        return None
    return f"`./dev {command}`: no such command"


def check(page, tops, files):
    """Yields (line, problem or None) for everything checked on the page."""
    whole = page.read_text("utf-8")
    for match in COMMAND.finditer(whole):
        yield whole.count("\n", 0, match.start()) + 1, command_problem(match[1])
    text = without_fences(whole)
    plain = CODE.sub(lambda code: " " * len(code[0]), text)
    for match in LINK.finditer(plain):
        yield plain.count("\n", 0, match.start()) + 1, link_problem(page, match[1])
    for match in CODE.finditer(text):
        path = repository_path(match[1].strip(), tops)
        if path is not None:
            problem = None if (ROOT / path).exists() else f"`{match[1]}`: no such path"
            yield text.count("\n", 0, match.start()) + 1, problem
    yield from named.check(page, text, files)


def commands(page):
    """The lines of a page's shell blocks, without the comments behind them."""
    lines = [
        line for block in SHELL.findall(page.read_text("utf-8")) for line in block.splitlines()
    ]
    return [re.sub(r"\s+# .*$", "", line) for line in lines if line.strip()]


def translation_problem(page):
    """How the commands of a translated page differ from the English one's, or None."""
    original = page.with_name(TRANSLATION.fullmatch(page.name)[1] + ".md")
    if not original.exists():
        return f"there is no {original.name}"
    expected, there = commands(original), commands(page)
    for line in expected:
        if line not in there:
            return f"lacks a command of {original.name}: {line}"
    for line in there:
        if line not in expected:
            return f"has a command that {original.name} has not: {line}"
    return None if expected == there else f"has the commands of {original.name} in another order"


def tracked():
    """Every file of the repository, also the ones not committed yet."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def main():
    files = tracked()
    # Folders, and also top-level files: `dev`, `template.yaml`. Any other first word is not ours.
    tops = {name.split("/")[0] for name in files} | {"bench", "docs", "infra", "scripts"}
    pages = sorted(ROOT / name for name in files if name.endswith(".md"))
    checked = failed = 0
    for page in pages:
        for line, problem in check(page, tops, files):
            checked += 1
            if problem:
                failed += 1
                print(f"{page.relative_to(ROOT)}:{line}: {problem}", file=sys.stderr)
    for page in pages:
        if not TRANSLATION.fullmatch(page.name):
            continue
        checked += 1
        if problem := translation_problem(page):
            failed += 1
            print(f"{page.relative_to(ROOT)}: {problem}", file=sys.stderr)
    if not checked:
        print("found no link and no path to check: the check itself is broken", file=sys.stderr)
        return 1
    print(f"{checked} links, paths, commands and names in {len(pages)} pages, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
