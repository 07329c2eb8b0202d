"""What a change of the templates changes: `python -m stack compare FOLDER`.

FOLDER holds template.yaml and infra/ as they were. Both are rendered by this code. Roles are
compared by what they allow, wherever it is said; all else resource for resource. What is the same
of many, or at many stages, is one line.
"""

import json
import pathlib
import re
from typing import NamedTuple

from . import diff, template
from .keys import leading_keys
from .roles import functions, role, several, statements


class Grant(NamedTuple):
    """One action on one resource, with the keys of items that a request may name together; None is
    all.
    """

    effect: str
    action: str
    resource: str
    condition: str
    keys: frozenset | None

    def covers(self, other):
        return self[:4] == other[:4] and (
            self.keys is None or (other.keys is not None and other.keys <= self.keys)
        )

    def __str__(self):
        keys = (
            ""
            if not self.action.startswith("dynamodb:")
            else f" {', '.join(sorted(self.keys)) if self.keys else 'every item'}"
        )
        denied = "all but " if self.effect == "Deny" else ""
        return f"{'no ' if denied else ''}{self.action}{keys} on {denied}{self.resource}"


def grants(function, resources):
    """What a function's role says, statement by statement."""
    for each in statements(function, resources):
        keys = leading_keys(each)
        condition = "" if keys else json.dumps(each.get("Condition", ""), sort_keys=True).strip('"')
        for action in several(each["Action"]):
            for resource in several(each.get("Resource") or each["NotResource"]):
                yield Grant(
                    each["Effect"],
                    action,
                    spelled(resource),
                    condition,
                    frozenset(keys) if keys else None,
                )


def spelled(resource):
    """A resource in a word."""
    if isinstance(resource, str):
        return resource
    (value,) = resource.values()
    return ".".join(value) if isinstance(value, list) else value


def changed_roles(old, new):
    """Grants that functions have gained, and what has become of those that they have lost."""
    for function in sorted({*functions(old), *functions(new)}):
        if function not in functions(old) or function not in functions(new):
            continue
        before, after = set(grants(function, old)), set(grants(function, new))
        for each in sorted(after, key=str):
            if not any(other.covers(each) for other in before):
                yield f"allowed more: {each}", function
        for each in sorted(before, key=str):
            if not any(other.covers(each) for other in after):
                left = [str(other) for other in sorted(after, key=str) if each.covers(other)]
                yield f"allowed less: {each} → {'; '.join(left) or 'nothing'}", function


def changed_resources(place, old, new):
    """Resources that differ, without the roles of functions and their policies: what of them, and
    which.
    """
    hidden = {role(function, each) for each in (old, new) for function in functions(each)}
    for id in sorted({*old, *new} - hidden):
        before, after = old.get(id), new.get(id)
        name = f"{place}.{id}".lstrip(".")
        if before is None or after is None:
            yield f"{'new' if before is None else 'gone'}: {(before or after)['Type']}", name
            continue
        for path, left, right in diff.changed(before, after):
            yield f"{before['Type']} {path}: {json.dumps(left)} → {json.dumps(right)}", name


def unversioned(rendered):
    """A stage in which published versions are named without the sum of their function that SAM
    gives them.
    """
    return json.loads(re.sub(r'(Version)[0-9a-f]{10}"', r'\1"', json.dumps(rendered, default=str)))


def differences(before, after):
    """Everything that differs in a stage: what, and of which resource or function."""
    for place in sorted({*before, *after}):
        old, new = (each.get(place, {"Resources": {}, "Outputs": {}}) for each in (before, after))
        yield from changed_resources(place, old["Resources"], new["Resources"])
        if old["Outputs"] != new["Outputs"]:
            yield "other outputs", place or "root"
    yield from changed_roles(before[""]["Resources"], after[""]["Resources"])


def show(folder):
    """The differences of all stages as text."""
    alike = {}
    for stage in template.STAGES:
        before = unversioned(template.stage_of(pathlib.Path(folder).resolve(), stage))
        for what, name in differences(before, unversioned(template.stage(stage))):
            alike.setdefault(what, {}).setdefault(name, []).append(stage)
    lines = []
    for what, names in alike.items():
        stages = {stage for each in names.values() for stage in each}
        at = "" if len(stages) == len(template.STAGES) else f" at {', '.join(sorted(stages))}"
        lines.append(f"{what}{at}: {len(names)}: {', '.join(names)}")
    return "\n".join(lines or ["Nothing differs."])
