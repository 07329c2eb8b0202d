"""Whether roles allow what functions call of AWS, and nothing else: `python -m stack calls FILE
[--all]`.

FILE is what local systems noted while tests ran (local/src/calls): a function, an action and a
resource in each line; of an item of a table the table and, after a `|`, how its key begins, of a
transaction those of all its items. With --all every test has run, and what a role allows must have
been called.
"""

import fnmatch
import re

from . import roles, template
from .checks import kebab
from .keys import leading_keys
from .roles import several

STAGE = "users-5"

# What is granted though no function of the local system can call it, each with the reason.
ELSEWHERE = {
    "kms:Decrypt": "Secrets Manager calls it in the name of Migrate",
    "rds-db:connect": (
        "the database here takes people by their socket; checks.wiring compares these with the "
        "variables"
    ),
    "redshift-serverless:GetCredentials": (
        "the Data API calls it in the name of whoever executes a statement"
    ),
    "secretsmanager:GetSecretValue": "the local system migrates by itself, so nobody calls Migrate",
}

# What Lambda calls with the role of the function whose queue it reads.
POLLING = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}

# What no test makes a function call, or none for certain: when it does, and actions and functions.
SELDOM = {
    "a request comes again a day later, and its record is still there": {
        "dynamodb:DeleteItem REPLAY#*": (
            "CreateUser CreateSession RestoreMe CreateAlbum RestoreAlbum CreatePhoto CreateComment "
            "RestorePhoto CheckPhotos ReprocessPhoto SignUploadParts CompleteUpload CreateShare "
            "CreateSharedPhoto UnlockShare CreateExport RequestVerification VerifyAddress "
            "RequestPasswordReset ResetPassword BeginSecondFactor ConfirmSecondFactor "
            "CreateRecoveryCodes CreateInvitation ResendInvitation AcceptInvitation "
            "DeclineInvitation ClaimAdministration BeginSingleSignOn CompleteSingleSignOn "
            "BeginPasskey CreatePasskey CreatePasskeySession CreateSignUpInvitation"
        ),
    },
    "every POST takes an Idempotency-Key by the same code, and tests send one to some": {
        "dynamodb:UpdateItem REPLAY#*": (
            "CreateUser RestoreMe RestoreAlbum RestorePhoto CheckPhotos ReprocessPhoto "
            "SignUploadParts CompleteUpload CreateSharedPhoto UnlockShare CreateExport "
            "RequestVerification VerifyAddress RequestPasswordReset ResetPassword ResendInvitation "
            "AcceptInvitation DeclineInvitation ClaimAdministration BeginSingleSignOn "
            "CompleteSingleSignOn BeginPasskey"
        ),
    },
    "an international address that waits was taken in another of its forms": {
        "dynamodb:GetItem EMAIL#*": "VerifyAddress",
    },
    "a guest turns the page": {"dynamodb:GetItem ALBUM#*": "ListSharedPhotos"},
    "a session begins while its account is ended, or somebody has seen its albums": {
        "dynamodb:DeleteItem SESSION#*,USER#*": "DeleteAccounts",
        "dynamodb:DeleteItem OWNER#*": "DeleteAccounts",
    },
    "a view stands where its photo does not any more": {
        "dynamodb:DeleteItem ALBUM#*,PHOTO#*": (
            "GetPhoto GetOriginal DeleteComment PutFavourite DeleteFavourite PutTag DeleteTag "
            "AddTag RemoveTag AddPhotoToAlbum Project SweepUploads SweepObjects RebuildProjection "
            "CreateComment CreatePhoto CreateSharedPhoto ReprocessPhoto RestorePhoto"
        ),
    },
    "a reader finds no projection, and makes it": {
        "dynamodb:UpdateItem ALBUM#*": (
            "GetAlbum ListSharedAlbums ListPhotos GetSharedAlbum ListSharedPhotos GetPhoto "
            "GetOriginal"
        ),
        "dynamodb:PutItem ALBUM#*,PHOTO#*": "GetPhoto GetOriginal",
    },
    "code of before puts heads whole, and runs beside this while it is deployed": {
        "dynamodb:PutItem ALBUM#*": (
            "CreateAlbum UpdateAlbum DeleteAlbum RestoreAlbum PutMember DeleteMember GetAlbum "
            "ListSharedAlbums ListPhotos GetSharedAlbum ListSharedPhotos AcceptInvitation"
        ),
    },
    "an album's end waits for the relay": {"dynamodb:DeleteItem PAGE#*": "Project"},
    "a photo's projection waits for the relay": {"dynamodb:GetItem PHOTO#*": "Project"},
    "a share's projection waits for the relay": {"dynamodb:PutItem SHARE#*": "Project"},
    "bytes come late, and their own worker is too late, too": {"s3:DeleteObject": "SweepObjects"},
    "password, passkey or account change or end while somebody logs in": {
        "dynamodb:DeleteItem SESSION#*,USER#*": (
            "CreateSession CreatePasskeySession CompleteSingleSignOn"
        ),
    },
    "another request begins the same upload first": {
        "s3:AbortMultipartUpload": "CreatePhoto GetUpload SignUploadParts CompleteUpload",
    },
    "S3 keeps a version of what nobody keeps; the local store keeps none": {
        "s3:DeleteObjectVersion": "MakeRenditions"
    },
    "S3 knows the upload no more": {
        "s3:GetObject": "SignUploadParts",
        "s3:ListBucket": "SignUploadParts",
    },
    "an upload in parts was never ended": {
        "s3:AbortMultipartUpload": "PurgeTrash SweepUploads DeleteAccounts"
    },
    "it is deployed; tests/it/warehouse.rs has the code migrate another warehouse": {
        "redshift-data:BatchExecuteStatement": "Migrate",
        "redshift-data:DescribeStatement": "Migrate",
        "redshift-data:ExecuteStatement": "Migrate",
        "redshift-data:GetStatementResult": "Migrate",
    },
}
RARELY = {
    (function, action)
    for each in SELDOM.values()
    for action, those in each.items()
    for function in those.split()
}


# Pseudo parameters, as the local system has them.
PSEUDO = {"AWS::AccountId": "000000000000", "AWS::Region": "us-east-1"}


def arn(id, resources):
    """The ARN that a resource has on the local system; see local/src/template/stack.rs."""
    patterns = {
        "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:000000000000:table/albumen-{id}",
        "AWS::S3::Bucket": "arn:aws:s3:::albumen-{kebab}",
        "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:000000000000:albumen-{id}",
    }
    return patterns[resources[id]["Type"]].format(id=id, kebab=kebab(id))


def local(resource, resources):
    """A policy's resource, as it is called on the local system."""
    if isinstance(resource, str):
        return resource
    ((name, argument),) = resource.items()
    if name == "Fn::Sub":
        for pseudo, value in PSEUDO.items():
            argument = argument.replace(f"${{{pseudo}}}", value)
        return re.sub(
            r"\$\{([A-Za-z0-9]+)\.Arn\}", lambda found: arn(found[1], resources), argument
        )
    if argument == ["Data", "Outputs.WorkgroupArn"]:
        return "arn:aws:redshift-serverless:us-east-1:000000000000:workgroup/local"
    return arn(argument[0], resources) if argument[1] == "Arn" else ".".join(argument)


def on(action, statement, resources):
    """What a statement allows an action on; items by their keys, of which one request may name
    several.
    """
    patterns = ",".join(leading_keys(statement) or ["*"])
    for resource in several(statement["Resource"]):
        named = local(resource, resources)
        yield f"{named}|{patterns}" if action.startswith("dynamodb:") else named


class Role:
    """What the policies of a function's role say."""

    def __init__(self, function, resources):
        statements = roles.statements(function, resources)
        self.granted = {
            (action, resource)
            for each in statements
            if each["Effect"] == "Allow"
            for action in several(each["Action"])
            for resource in on(action, each, resources)
        }
        self.kept_to = [
            (action, {local(only, resources) for only in several(each["NotResource"])})
            for each in statements
            if each["Effect"] == "Deny"
            for action in several(each["Action"])
        ]

    def allows(self, action, resource):
        denied = any(
            fnmatch.fnmatchcase(action, what) and resource not in only
            for what, only in self.kept_to
        )
        return not denied and any(covers(grant, (action, resource)) for grant in self.granted)


def covers(grant, call):
    """Whether a grant is for a call: of items every key of the request must begin as one of the
    grant's patterns.
    """
    if grant[0] != call[0]:
        return False
    on, patterns = split(grant[1])
    called, keys = split(call[1])
    return fnmatch.fnmatchcase(called, on) and all(
        any(matches(key, each) for each in patterns) for key in keys
    )


def split(resource):
    """A resource, and the keys of its items or their patterns."""
    table, _, keys = resource.partition("|")
    return table, keys.split(",") if keys else []


def matches(key, pattern):
    return fnmatch.fnmatchcase(key, pattern)


def all_roles(resources):
    """Every function's role."""
    return {id: Role(id, resources) for id in roles.functions(resources)}


def used(function, grant, calls, resources):
    """Whether a grant is for something that was called, or cannot be called here."""
    action, resource = grant
    if action in ELSEWHERE or (function, seldom(action, resource)) in RARELY:
        return True
    if action in POLLING and arn_of_queue(function, resources) == resource:
        return True
    if action == "s3:ListBucket" and any(
        call == "s3:GetObject" and on.startswith(f"{resource}/") for call, on in calls
    ):
        # Without it S3 says 403 of an object that is not there, and functions tell that from 404.
        return True
    named = [key for call in calls if covers(grant, call) for key in split(call[1])[1]]
    return any(covers(grant, call) for call in calls) and all(
        any(matches(key, each) for key in named) for each in split(resource)[1]
    )


def seldom(action, resource):
    """A grant as SELDOM has it: the action and, of items, how their keys begin."""
    return " ".join([action, ",".join(split(resource)[1])]).strip()


def arn_of_queue(function, resources):
    """The queue that Lambda reads for a function."""
    source = resources.get(f"{function}Queue")
    return source and local(source["Properties"]["EventSourceArn"], resources)


def problems(lines, everything, resources=None):
    """Sentences about calls that are not allowed and, when everything was called, about what is
    allowed beside.
    """
    resources = resources or template.stage(STAGE)[""]["Resources"]
    known = all_roles(resources)
    calls = {}
    for line in lines:
        function, action, resource = line.split()
        calls.setdefault(function, set()).add((action, resource))
    for function in sorted(calls.keys() - known.keys()):
        yield f"{function} is no function, and calls {sorted(calls[function])}"
    for function, role in known.items():
        made = calls.get(function, set())
        for action, resource in sorted(made):
            if not role.allows(action, resource):
                yield f"{function} calls {action} on {resource}, and its role does not allow it"
        for grant in sorted(role.granted) if everything else []:
            if not used(function, grant, made, resources):
                yield f"{function} may call {grant[0]} on {grant[1]}, and no test saw it do so"
    for function, action in RARELY:
        if function not in known or all(
            action != seldom(*grant) for grant in known[function].granted
        ):
            yield f"{function} is listed for {action}, which its role does not allow"


def as_granted(resources):
    """Lines as they would be if every function called all that its role allows."""
    return [
        f"{function} {action} {on}"
        for function, role in all_roles(resources).items()
        for action, on in role.granted
    ]
