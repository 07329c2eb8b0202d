"""Whose errors are told to Sentry: those of every function but one."""

from . import template
from .template import STAGES

REPORTER = "ReportErrors"


def reporting():
    """Errors of every other function call the one that reports them; its own do not; without a DSN
    there is none.
    """
    for stage in STAGES:
        yield from (
            f"{stage}: {problem}" for problem in problems(template.stage(stage)[""]["Resources"])
        )
    plain = template.stage(template.PLAIN)[""]["Resources"]
    if REPORTER in plain or subscriptions(plain):
        yield "without a DSN there is something that reports errors"


def subscriptions(resources):
    """Subscriptions of log groups."""
    return [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Logs::SubscriptionFilter"
    ]


def problems(resources):
    """What is wrong in one stage."""
    functions = {
        id: each["Properties"]
        for id, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function"
    }
    if REPORTER not in functions:
        yield "nobody reports errors"
        return
    told = [
        each["LogGroupName"]
        for each in subscriptions(resources)
        if each["DestinationArn"] == {"Fn::GetAtt": [REPORTER, "Arn"]}
    ]
    for id, properties in functions.items():
        heard = properties["LoggingConfig"]["LogGroup"] in told
        if id == REPORTER and heard:
            yield f"{REPORTER} is called by errors of its own"
        if id != REPORTER and not heard:
            yield f"errors of {id} are not reported"
    if "VpcConfig" in functions[REPORTER]:
        yield f"{REPORTER} is in a network that has no way to Sentry"
