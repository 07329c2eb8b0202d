"""What CloudFormation says that it will change: what of it people are asked about, and what is
refused.
"""

from stack.diff import HOLDS_DATA

# What happens to a resource that leaves the stack, or is replaced, and outlives that: the
# "PolicyAction" of
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
OUTLIVES = {"Retain", "Snapshot"}


def is_certain(change):
    """Whether a replacement is one.

    Of a nested stack CloudFormation does not know what the outputs of its neighbours will be, and
    takes what depends on them for changed: such a replacement has no cause that it has compared,
    only some that it would have to evaluate.
    """
    causes = [
        each
        for each in change.get("Details", [])
        if each.get("Target", {}).get("RequiresRecreation", "Never") != "Never"
    ]
    return not causes or any(each.get("Evaluation", "Static") == "Static" for each in causes)


def is_replaced(change):
    """Whether a resource is made anew for certain."""
    return change.get("Replacement") == "True" and is_certain(change)


def lost(changes):
    """Resources that hold data, and would be without it."""
    for change in changes:
        if change["ResourceType"] not in HOLDS_DATA:
            continue
        # One that is kept beside its replacement is kept by nobody: the service asks the new one,
        # which is empty.
        removed = change["Action"] == "Remove" and change.get("PolicyAction") not in OUTLIVES
        if removed or is_replaced(change):
            yield change["LogicalResourceId"]


def line(change):
    """A change in a line."""
    remark = ""
    if is_replaced(change):
        remark = " (made anew)"
    elif change.get("Replacement") == "True":
        remark = " (made anew if a value changes that is known only then)"
    elif change["Action"] == "Remove" and change.get("PolicyAction") in OUTLIVES:
        remark = " (leaves the stack, and stays)"
    return f"  {change['Action']:8} {change['LogicalResourceId']} {change['ResourceType']}{remark}"
