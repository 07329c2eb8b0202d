"""Which items of the hot table a function may read and write: those whose keys begin as its roles say.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html. One statement says what a
function reads, another what it writes, because a transaction is one request with the keys of all its items.
"""

from . import template
from .template import STAGES

# Reads of items; all else that is granted on a table writes.
READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"}

LEADING_KEYS = "dynamodb:LeadingKeys"

# Functions that change accounts, sessions or shares, or open them. What each of them may reach is still the whole table.
WHOLE = {
    *("CreateUser", "CreateSession", "UpdateMe", "DeleteMe", "RestoreMe", "DeleteAccounts", "PutMember", "DeleteMember"),
    *("CreateShare", "DeleteShare", "CreateSharedPhoto", "UnlockShare", "GetSharedAlbum", "ListSharedPhotos"),
    "GetSharedOriginal",
}

# Keys of what signs people in, and of who has an address: read by those who admit, and written by none but WHOLE.
SECRETS = ("SESSION#", "USER#", "EMAIL#")
ENDS_SESSIONS = {"DeleteSession"}


def several(value):
    """A list of what may be one alone."""
    return value if isinstance(value, list) else [value]


def keys():
    """No function reaches items that are none of its business."""
    for stage in STAGES:
        resources = template.stage(stage)[""]["Resources"]
        for id, resource in resources.items():
            if resource["Type"] == "AWS::Lambda::Function" and id not in WHOLE:
                role = resources[resource["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
                yield from (f"{stage}: {id} {problem}" for problem in problems(id, role))


def problems(id, role):
    """What is wrong with the grants on items of one function."""
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = {each for each in several(statement["Action"]) if each.startswith("dynamodb:")}
            if statement["Effect"] != "Allow" or not actions:
                continue
            patterns = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get(LEADING_KEYS)
            if not patterns:
                yield f"may reach every item by {', '.join(sorted(actions))}"
                continue
            if actions & READS and actions - READS:
                yield "reads and writes the same items by one statement"
            secrets = [each for each in several(patterns) if each.startswith(SECRETS)]
            if secrets and actions - READS and id not in ENDS_SESSIONS:
                yield f"may write {', '.join(secrets)}"
