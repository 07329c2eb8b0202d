"""Whether the checks find anything: each is given stages that break its rule."""

import contextlib
import copy
import unittest.mock

from deployment import changes, clusters, files

from . import calls, checks, roles, template
from .keys import leading_keys
from .roles import several

DAMAGE = {}


def damage(check):
    """Registers a way to break the rule of a check."""

    def register(function):
        DAMAGE.setdefault(check, []).append(function)
        return function

    return register


@damage(checks.sizes)
def too_many(stages, _):
    resources = stages["users-3"][""]["Resources"]
    resources.update({f"More{number}": {"Type": "AWS::SNS::Topic"} for number in range(490)})


@damage(checks.names)
def a_named_bucket(stages, _):
    stages["users"][""]["Resources"]["Originals"]["Properties"]["BucketName"] = "photos"


@damage(checks.retention)
def a_database_that_goes_with_its_stack(stages, _):
    stages["users-2"]["Data.Cluster"]["Resources"]["Cluster"]["DeletionPolicy"] = "Delete"


@damage(checks.steps)
def another_key(stages, _):
    stages["users-4"][""]["Resources"]["Hot"]["Properties"]["KeySchema"][0]["AttributeName"] = "id"


@damage(checks.steps)
def a_bucket_that_ends(stages, _):
    del stages["users-1"][""]["Resources"]["Renditions"]
    stages["users"][""]["Resources"]["Renditions"]["DeletionPolicy"] = "Delete"


@damage(checks.dangling)
def an_alarm_of_no_queue(stages, _):
    stages["users"]["Monitoring"]["Resources"]["ServerErrors"]["Properties"]["AlarmActions"] = [
        {"Ref": "Nobody"}
    ]


@damage(checks.dangling)
def an_output_that_is_none(stages, _):
    del stages["users-3"]["Data"]["Outputs"]["LibraryShards"]


@damage(checks.routes)
def a_route_that_nobody_knows(_, root):
    root["GetAlbum"]["Properties"]["Events"]["Request"]["Properties"]["Path"] = "/v1/album"


@damage(checks.routes)
def a_patient_function(_, root):
    root["GetAlbum"]["Properties"]["Timeout"] = 60


@damage(checks.own_roles)
def a_role_for_two(stages, _):
    resources = stages["users"][""]["Resources"]
    resources["GetAlbum"]["Properties"]["Role"] = resources["GetPhoto"]["Properties"]["Role"]


@damage(checks.queues)
def a_hasty_queue(stages, _):
    stages["users-5"][""]["Resources"]["PhotoUploads"]["Properties"]["VisibilityTimeout"] = 30


@damage(checks.queues)
def a_worker_that_people_can_crowd_out(stages, _):
    del stages["users-5"][""]["Resources"]["Project"]["Properties"]["ReservedConcurrentExecutions"]


@damage(checks.queues)
def a_queue_that_nobody_watches(stages, _):
    del stages["users-5"][""]["Resources"]["Monitoring"]["Properties"]["Parameters"]["UploadsDead"]


@damage(checks.runbooks)
def an_alarm_without_help(stages, _):
    stages["users"]["Monitoring"]["Resources"]["ServerErrors"]["Properties"]["AlarmDescription"] = (
        "Ouch."
    )


@damage(checks.dangling)
def an_alarm_of_what_is_optional(stages, _):
    stages[template.PLAIN][""]["Resources"]["Monitoring"]["Properties"]["Parameters"][
        "Reporter"
    ] = {"Ref": "ReportErrors"}


@damage(checks.reporting)
def errors_that_go_round(stages, _):
    stages["users-3"][""]["Resources"]["ReportErrors"]["Properties"]["LoggingConfig"][
        "LogGroup"
    ] = {"Ref": "Logs"}


@damage(checks.reporting)
def a_function_that_fails_in_silence(stages, _):
    stages["users"][""]["Resources"]["GetAlbum"]["Properties"]["LoggingConfig"]["LogGroup"] = {
        "Ref": "ReporterLogs"
    }


@damage(checks.reporting)
def a_reporter_that_nobody_asked_for(stages, _):
    stages[template.PLAIN][""]["Resources"]["ReportErrors"] = stages["users"][""]["Resources"][
        "ReportErrors"
    ]


@damage(checks.reporting)
def a_reporter_without_a_way_out(stages, _):
    stages["users-1"][""]["Resources"]["ReportErrors"]["Properties"]["VpcConfig"] = {
        "SubnetIds": []
    }


@damage(checks.wiring)
def a_function_that_may_not_sign_in(stages, _):
    detach(stages["users-5"][""]["Resources"], "CreateUser", "WriteAccounts")


@damage(checks.wiring)
def a_function_outside_the_network(stages, _):
    del stages["users-5"][""]["Resources"]["CreateUser"]["Properties"]["VpcConfig"]


@damage(checks.policies)
def all_of_dynamodb(stages, _):
    statement_of_policy(stages["users"][""]["Resources"], "ReadAlbums")["Action"] = "dynamodb:*"


@damage(checks.policies)
def every_table(stages, _):
    own_statements(stages["users"][""]["Resources"], "MakeRenditions")[0]["Resource"] = "*"


@damage(checks.policies_of_roles)
def more_policies_than_a_role_takes(stages, _):
    attached = stages["users"][""]["Resources"]["CreateCommentRole"]["Properties"][
        "ManagedPolicyArns"
    ]
    attached += [{"Ref": "ReadAlbums"}, {"Ref": "ReadShares"}]


@damage(checks.policies_of_roles)
def a_policy_that_is_too_long(stages, _):
    statement_of_policy(stages["users"][""]["Resources"], "ReadAlbums")["Action"] = [
        "dynamodb:Query"
    ] * 400


@damage(checks.policies_of_roles)
def a_policy_with_a_name(stages, _):
    stages["users"][""]["Resources"]["ReadAlbums"]["Properties"]["ManagedPolicyName"] = (
        "read-albums"
    )


@damage(checks.policies_of_roles)
def a_policy_that_nobody_has(stages, _):
    for function in ("GetAlbum", "GetSharedAlbum"):
        detach(stages["users"][""]["Resources"], function, "CountViews")


@damage(checks.policies_of_roles)
def a_statement_in_two_places(stages, _):
    resources = stages["users"][""]["Resources"]
    own_statements(resources, "MakeRenditions").append(statement_of_policy(resources, "ReadAlbums"))


@damage(checks.costs)
def a_database_that_costs_more(stages, _):
    cluster = stages["users-2"]["Data.Cluster"]["Resources"]["Cluster"]["Properties"]
    cluster["ServerlessV2ScalingConfiguration"]["MinCapacity"] = 4


@damage(checks.costs)
def an_alarm_more(stages, _):
    alarms = stages["users"]["Monitoring"]["Resources"]
    alarms["More"] = alarms["ServerErrors"]


@damage(checks.linted)
def a_property_that_is_none(stages, _):
    only = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Loud": True}}}
    for stage in stages:
        stages[stage] = {"": {"Resources": only, "Outputs": {}}}


@damage(checks.loops)
def a_worker_that_lambda_stops(stages, _):
    del stages["users"][""]["Resources"]["BuildExport"]["Properties"]["RecursiveLoop"]


@damage(checks.loops)
def a_loop_that_is_none(stages, _):
    stages["users"][""]["Resources"]["Project"]["Properties"]["RecursiveLoop"] = "Allow"


@damage(checks.loops)
def a_loop_by_way_of_a_bucket(stages, _):
    grant = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": {"Fn::Sub": "${Originals.Arn}/originals/*"},
    }
    own_statements(stages["users"][""]["Resources"], "MakeRenditions").append(grant)


@damage(checks.edges)
def an_error_that_is_kept(stages, _):
    stages["users"]["Edge"]["Resources"]["Distribution"]["Properties"]["DistributionConfig"][
        "CustomErrorResponses"
    ].pop()


@damage(checks.edges)
def an_answer_without_security_headers(stages, _):
    first = stages["users"]["Edge"]["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    del first["CacheBehaviors"][-1]["ResponseHeadersPolicyId"]


@damage(checks.edges)
def a_path_that_a_caller_makes_up(stages, _):
    first = stages["users"]["Edge"]["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    for behaviour in first["CacheBehaviors"]:
        if behaviour["PathPattern"] == "/v1/shared/*":
            behaviour["TargetOriginId"] = "api-as-written"


@damage(checks.edges)
def a_path_that_nobody_says(stages, _):
    first = stages["users"]["Edge"]["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    for behaviour in first["CacheBehaviors"]:
        if behaviour["PathPattern"] == "/v1/photos/*/tags/*":
            del behaviour["FunctionAssociations"]


@damage(checks.edges)
def a_way_around_the_first_distribution(stages, _):
    writes = stages["users-5"]["Edge"]["Resources"]["Writes"]["Properties"]["DistributionConfig"]
    del writes["DefaultCacheBehavior"]["FunctionAssociations"]


@damage(checks.edges)
def a_web_acl_that_shows_nothing(stages, _):
    acl = stages["users"]["Edge"]["Resources"]["Acl"]["Properties"]
    acl["Rules"][0]["VisibilityConfig"]["SampledRequestsEnabled"] = False


@damage(checks.logs)
def statements_that_outlive_their_rows(stages, _):
    cluster = stages["users-3"]["Data.Cluster"]["Resources"]["Cluster"]["Properties"]
    cluster["EnableCloudwatchLogsExports"].append("slowquery")


@damage(checks.logs)
def statements_of_deadlocks(stages, _):
    group = stages["users"]["Data.Cluster"]["Resources"]["ClusterParameters"]["Properties"]
    group["Parameters"]["innodb_print_all_deadlocks"] = "1"


@damage(checks.logs)
def a_log_without_an_end(stages, _):
    del stages["users"]["Network"]["Resources"]["FlowLogs"]["Properties"]["RetentionInDays"]


@damage(checks.connections)
def more_connections_than_there_are(stages, _):
    stages["users-3"]["Data.Cluster"]["Resources"]["ClusterParameters"]["Properties"]["Parameters"][
        "max_user_connections"
    ] = 4000


@damage(checks.connections)
def a_user_without_a_limit(stages, _):
    del stages["users"]["Data.Cluster"]["Resources"]["ClusterParameters"]["Properties"][
        "Parameters"
    ]["max_user_connections"]


@damage(checks.connections)
def workers_that_leave_nothing(stages, _):
    stages["users-1"][""]["Resources"]["MakeRenditionsQueue"]["Properties"]["ScalingConfig"][
        "MaximumConcurrency"
    ] = 50


@damage(checks.deployed)
def a_deployment_that_takes_what_is_kept_for_lost(*_):
    return unittest.mock.patch.object(changes, "OUTLIVES", set())


@damage(checks.deployed)
def a_deployment_that_believes_every_replacement(*_):
    return unittest.mock.patch.object(changes, "is_certain", lambda _: True)


@damage(checks.deployed)
def a_page_without_a_charset(*_):
    return unittest.mock.patch.object(files, "KINDS", {".html": "application/xhtml+xml"})


@damage(checks.keys)
def a_worker_that_may_write_every_item(stages, _):
    for statement in roles.statements("MakeRenditions", stages["users"][""]["Resources"]):
        statement.pop("Condition", None)


@damage(checks.keys)
def a_route_that_may_write_sessions(stages, _):
    leading_keys(granted(stages["users"][""]["Resources"], "PutTag", "dynamodb:PutItem")).append(
        "SESSION#*"
    )


@damage(checks.keys)
def reads_and_writes_in_one(stages, _):
    granted(stages["users"][""]["Resources"], "PutTag", "dynamodb:PutItem")["Action"].append(
        "dynamodb:GetItem"
    )


@damage(checks.asleep)
def a_function_that_does_not_wait(stages, _):
    stages["users"][""]["Resources"]["CreateUser"]["Properties"]["Timeout"] = 10


@damage(checks.asleep)
def a_database_that_sleeps_unseen(stages, _):
    stages["users-1"]["Data.Cluster"]["Resources"]["Cluster"]["Properties"][
        "ServerlessV2ScalingConfiguration"
    ]["MinCapacity"] = 0


@damage(checks.made)
def a_bucket_that_stays_of_a_stack_that_was_not_made(stages, _):
    stages["users"][""]["Resources"]["Originals"]["DeletionPolicy"] = "Retain"


@damage(checks.made)
def a_zone_that_nobody_chose(stages, _):
    stages["users"]["Network"]["Resources"]["FunctionSubnetA"]["Properties"]["AvailabilityZone"] = (
        "us-east-1e"
    )


@damage(checks.made)
def an_instance_that_changes_its_version(stages, _):
    stages["users"]["Data.Cluster"]["Resources"]["Writer"]["Properties"][
        "AutoMinorVersionUpgrade"
    ] = True


@damage(checks.made)
def a_remark_that_ends_everything(stages, _):
    stages["users"][""]["Resources"]["Api"]["Properties"]["FailOnWarnings"] = True


@damage(checks.quotas)
def more_executions_than_anybody_was_told(stages, _):
    stages["users-3"][""]["Resources"]["Project"]["Properties"]["ReservedConcurrentExecutions"] = (
        1000
    )


@damage(checks.pages)
def a_function_that_a_page_calls_in_vain(_, root):
    del root["RollUpStatistics"]


@damage(checks.pages)
def backups_that_end_sooner(stages, _):
    rules = stages["users-5"][""]["Resources"]["Originals"]["Properties"]["LifecycleConfiguration"][
        "Rules"
    ]
    rules[:] = [{"NoncurrentVersionExpiration": {"NoncurrentDays": 7}}]


@damage(checks.restored)
def a_copy_that_nobody_asks(stages, _):
    rendered = stages[template.SERVED]["Data"]["Outputs"]
    rendered["Secret"] = stages[template.SERVED_STAGE]["Data"]["Outputs"]["Secret"]


@damage(checks.restored)
def a_copy_of_another_day(stages, _):
    del stages[template.SERVED][""]["Resources"]["Migrated"]["Properties"]["Database"]


@damage(checks.restored)
def a_copy_that_takes_the_place_of_the_cluster(stages, _):
    del stages[template.SERVED]["Data.Cluster"]["Resources"]["Cluster"]
    stages[template.SERVED_STAGE]["Data.Cluster"]["Resources"]["Cluster"]["DeletionPolicy"] = (
        "Delete"
    )


@damage(checks.restored)
def a_copy_that_takes_passwords(stages, _):
    stages["users"]["Data.Cluster"]["Resources"]["Cluster"]["Properties"][
        "EnableIAMDatabaseAuthentication"
    ] = False


@damage(checks.restored)
def a_cluster_that_is_exported_to_nobody(*_):
    return unittest.mock.patch.object(clusters, "OUTPUTS", {*clusters.OUTPUTS, "Port"})


def own_statements(resources, function):
    """Statements that stand in a function's role itself."""
    return resources[f"{function}Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def statement_of_policy(resources, policy):
    """The first statement of a named policy."""
    return resources[policy]["Properties"]["PolicyDocument"]["Statement"][0]


def granted(resources, function, action):
    """The statement that allows a function an action."""
    return next(
        each for each in roles.statements(function, resources) if action in several(each["Action"])
    )


def detach(resources, function, policy):
    """Takes a named policy from a function's role."""
    resources[f"{function}Role"]["Properties"]["ManagedPolicyArns"].remove({"Ref": policy})


def a_read_that_is_forbidden(resources, _):
    detach(resources, "GetAlbum", "ReadAlbums")


def a_folder_that_is_none(resources, _):
    granted(resources, "GetOriginal", "s3:GetObject")["Resource"] = {
        "Fn::Sub": "${Originals.Arn}/media/*"
    }


def keys_that_are_forbidden(resources, _):
    leading_keys(granted(resources, "PutTag", "dynamodb:PutItem")).remove("ALBUM#*")


def a_transaction_of_two_statements(_, lines):
    """Each key is allowed by a statement, and no statement allows both."""
    table = calls.arn("Hot", template.stage(calls.STAGE)[""]["Resources"])
    lines.append(f"PurgeTrash dynamodb:PutItem {table}|ALBUM#,SHARE#")


def a_grant_that_nobody_needs(resources, _):
    own_statements(resources, "ListSharedAlbums")[0]["Action"] = [
        "dynamodb:BatchGetItem",
        "dynamodb:Scan",
    ]


def a_policy_that_nobody_needs(resources, _):
    resources["GetAlbumRole"]["Properties"]["ManagedPolicyArns"].append({"Ref": "ReadShares"})


def a_queue_of_others(_, lines):
    lines.append(
        "BuildExport sqs:SendMessage "
        f"{calls.arn('PhotoUploads', template.stage(calls.STAGE)['']['Resources'])}"
    )


def a_request_that_cannot_be_read(_, lines):
    lines.append("? S3 ?")


CALLS = [
    *(
        a_read_that_is_forbidden,
        keys_that_are_forbidden,
        a_folder_that_is_none,
        a_transaction_of_two_statements,
    ),
    *(
        a_grant_that_nobody_needs,
        a_policy_that_nobody_needs,
        a_queue_of_others,
        a_request_that_cannot_be_read,
    ),
]


def unnoticed_calls():
    """The same for what functions call: as if each had called what its role allows, and no more."""
    whole = template.stage(calls.STAGE)[""]["Resources"]
    yield from (
        f"without damage: {problem}" for problem in calls.problems(calls.as_granted(whole), True)
    )
    for function in CALLS:
        resources, lines = copy.deepcopy(whole), calls.as_granted(whole)
        function(resources, lines)
        if len(list(calls.problems(lines, True, resources))) == 0:
            yield f"calls does not find {function.__name__}"


def unnoticed():
    """Damage that no check finds, and checks that nothing damages."""
    yield from unnoticed_calls()
    for check in checks.CHECKS:
        if check not in DAMAGE:
            yield f"nothing breaks the rule of {check.__name__}"
        for function in DAMAGE.get(check, []):
            stages = {
                stage: copy.deepcopy(template.stage(stage))
                for stage in [*template.STAGES, template.PLAIN, template.SERVED]
            }
            root = copy.deepcopy(template.root())
            # What is no template is damaged while the check runs.
            damaged = function(stages, root["Resources"]) or contextlib.nullcontext()
            with (
                damaged,
                unittest.mock.patch.object(template, "stage", stages.__getitem__),
                unittest.mock.patch.object(template, "root", return_value=root),
            ):
                if not list(check()):
                    yield f"{check.__name__} does not find {function.__name__}"
