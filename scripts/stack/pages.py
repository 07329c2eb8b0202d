"""Whether the pages for whoever operates the stack name what it has: parameters, functions,
figures.

That the commands are there, scripts/check_docs.py holds of every page.
"""

import re

from deployment import artefacts

from . import template
from .template import ROOT, STAGES

PAGES = ["docs/operations.md", "docs/first-deployment.md", "docs/recovery.md"]

# Commands that look at the system on this machine, unless they are told of a stack.
OF_A_STACK = ("archive status", "rebuild-projection", "invoke")


def read(page):
    return (ROOT / page).read_text()


def pages():
    """Each parameter, function and figure that a page names is one, and each command is
    of a stack.
    """
    for page in PAGES:
        yield from (f"{page} {problem}" for problem in problems(read(page)))
    yield from figures()


def problems(text):
    """What a page names that is not there."""
    resources, parameters = template.root()["Resources"], template.root()["Parameters"]
    for name in re.findall(r"--parameter ([A-Za-z]+)=", text):
        if name not in parameters:
            yield f"gives the parameter {name}, which the template does not have"
    for name in re.findall(r"\./dev invoke ([A-Z][A-Za-z]+)", text):
        if resources.get(name, {}).get("Type") != "AWS::Serverless::Function":
            yield f"calls {name}, which is no function"
    if "aws lambda invoke" in text:
        yield "calls a function by a name that nobody knows: ./dev invoke --stack finds it"
    for line in text.splitlines():
        for command in OF_A_STACK:
            # A command in full, such as has to be typed: of a stack, because the page is about one.
            for typed in re.findall(rf"(?:^|`)\./dev {command} [^`#]*", line):
                if "--stack" not in typed:
                    yield f"has {typed.strip('`').strip()!r}, which is about this machine"


def figures():
    """Figures of docs/recovery.md that the template decides."""
    text = read("docs/recovery.md")
    rendered = template.stage("users-5")
    resources = rendered[""]["Resources"]
    days = template.nested(ROOT / "infra/data.yaml")["Mappings"]["Aurora"]
    expected = [(rf"^\| `{stage}` \| (\d+) \|$", days[stage]["BackupDays"]) for stage in STAGES]
    versions = resources["Originals"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (kept,) = {
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in versions
        if "NoncurrentVersionExpiration" in rule
    }
    trail = rendered["Trail"]["Resources"]["Events"]["Properties"]["LifecycleConfiguration"][
        "Rules"
    ][0]
    expected += [
        (r"remove the marker within (\d+) days", kept),
        (
            r"wait in their queues for up to (\d+) days",
            resources["PhotoUploads"]["Properties"]["MessageRetentionPeriod"] // 86400,
        ),
        (r"\| (\d+) days of it \|", trail["ExpirationInDays"]),
        (r"whatever is younger than (\d+) days", artefacts.DAYS),
    ]
    for pattern, figure in expected:
        found = re.findall(pattern, text, re.MULTILINE)
        if found != [str(figure)]:
            yield f"docs/recovery.md has {found} where {figure} is right: {pattern}"
