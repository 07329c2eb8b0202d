"""Why CloudFormation failed: the first cause before what followed from it, wherever it
is nested.
"""

# What is not done because something else failed.
FOLLOWS = ("cancelled", "The following resource(s) failed", "Embedded stack")


def of_last_operation(events):
    """Events of the operation that was begun last, oldest first; they come newest first."""
    operation = []
    for event in events:
        operation.append(event)
        of_stack = event.get("PhysicalResourceId") == event["StackId"]
        if of_stack and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            break
    return list(reversed(operation))


def causes(events_of, stack):
    """Names and reasons of what failed of its own in a stack and those that are nested in it, the
    first one first.

    `events_of` gives the events of a stack by its name or id, newest first.
    """
    found = []
    for event in of_last_operation(events_of(stack)):
        if (
            not event["ResourceStatus"].endswith("FAILED")
            or event.get("PhysicalResourceId") == event["StackId"]
        ):
            continue
        reason = event.get("ResourceStatusReason", "")
        nested = (
            event.get("PhysicalResourceId")
            if event["ResourceType"] == "AWS::CloudFormation::Stack"
            else None
        )
        deeper = causes(events_of, nested) if nested else []
        if deeper:
            found += [(f"{event['LogicalResourceId']}.{name}", why) for name, why in deeper]
        elif not any(sign in reason for sign in FOLLOWS):
            found.append((event["LogicalResourceId"], reason))
    return found


def told(events_of, stack):
    """The causes in words."""
    found = causes(events_of, stack)
    lines = [f"  {name}: {reason}" for name, reason in found[:20]]
    return "\n".join(
        lines or ["  CloudFormation does not say what failed: look at the events of the stack."]
    )
