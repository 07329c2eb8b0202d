"""Which items of the hot table a function may read and write: those whose keys begin as its roles
say.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html. One
statement says what a function reads, another what it writes, because a transaction is one request
with the keys of all its items.
"""

from . import roles, template
from .roles import several
from .template import STAGES

# Reads of items; all else that is granted on a table writes.
READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"}

LEADING_KEYS = "dynamodb:LeadingKeys"

# Functions by which administrators end sessions of others.
ADMINISTRATORS = {"UpdateAccount", "EndAccountSessions", "CloseAccount"}

# Keys of what signs people in, of who has an address, and of what a link opens, with those who may
# write them.
SECRETS = {
    "SESSION#": {
        "CreateSession",
        "CreatePasskeySession",
        "CompleteSingleSignOn",
        "DeleteSession",
        "ResetPassword",
        "UpdateMe",
        "DeleteMe",
        "DeleteAccounts",
        *ADMINISTRATORS,
    },
    "USER#": {
        "CreateUser",
        "CompleteSingleSignOn",
        "CreateSession",
        "CreatePasskeySession",
        "DeleteSession",
        "ResetPassword",
        "UpdateMe",
        "DeleteMe",
        "DeleteAccounts",
        *ADMINISTRATORS,
    },
    "TOKEN#": {"SendMail", "ResetPassword", "VerifyAddress", "DeleteAccounts"},
    "CHALLENGE#": {
        "CreatePasskey",
        "CreatePasskeySession",
        "BeginPasskey",
        "BeginSecondFactor",
        "CreateRecoveryCodes",
        "DeleteSecondFactor",
        "DeleteMe",
        "UpdateMe",
    },
    "HANDED#": {
        "CreateInvitation",
        "ResendInvitation",
        "CreateSignUpInvitation",
        "DeleteAccounts",
    },
    "INVITED#": {"CreateInvitation", "ResendInvitation", "ListMyInvitations", "DeleteAccounts"},
    "EMAIL#": {
        "CreateUser",
        "CompleteSingleSignOn",
        "UpdateMe",
        "VerifyAddress",
        "DeleteAccounts",
    },
    "IDENTITY#": {"CompleteSingleSignOn", "UpdateMe", "DeleteAccounts"},
    "SIGNON#": {"ReceiveSingleSignOn", "CompleteSingleSignOn"},
    "SHARE#": {
        "CreateShare",
        "DeleteShare",
        "DeleteMe",
        "DeleteAccounts",
        "UpdateAccount",
        "CloseAccount",
        "Project",
        "PurgeTrash",
        "RebuildProjection",
    },
}


def leading_keys(statement):
    """How keys of items must begin that a statement allows: patterns of IAM's, none if every key
    will do.
    """
    return several(
        statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get(LEADING_KEYS, [])
    )


def keys():
    """No function reaches items that are none of its business."""
    for stage in STAGES:
        resources = template.stage(stage)[""]["Resources"]
        for id in roles.functions(resources):
            yield from (
                f"{stage}: {id} {problem}"
                for problem in problems(id, roles.statements(id, resources))
            )


def problems(id, statements):
    """What is wrong with the grants on items of one function."""
    for statement in statements:
        actions = {each for each in several(statement["Action"]) if each.startswith("dynamodb:")}
        if statement["Effect"] != "Allow" or not actions:
            continue
        patterns = leading_keys(statement)
        if not patterns:
            yield f"may reach every item by {', '.join(sorted(actions))}"
        if actions & READS and actions - READS:
            yield "reads and writes the same items by one statement"
        for secret, writers in SECRETS.items():
            if (
                actions - READS
                and id not in writers
                and any(each.startswith(secret) for each in patterns)
            ):
                yield f"may write {secret}"
