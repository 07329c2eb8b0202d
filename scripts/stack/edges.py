"""What CloudFront must not keep, whom it must not let in, and what it must not pass on."""

import json

from . import template
from .template import STAGES

# What CloudFront keeps of errors, and takes a setting for; 416 it never keeps, and 412 and 415 it
# takes none for.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
KEPT_ERRORS = {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}

# The one that people come through.
FIRST = "Distribution"

# Headers by which functions know what only the edge can: shared/src/http/edge.rs, written.rs.
BELIEVED = ("albumen-origin", "albumen-hops", "albumen-path")


def edges():
    """No distribution keeps an error or answers without the security headers, the first one passes
    no header on that only it may say, and what stands behind it lets in nobody but that.
    """
    for stage in STAGES:
        resources = template.stage(stage)["Edge"]["Resources"]
        for id, resource in resources.items():
            if resource["Type"] == "AWS::CloudFront::Distribution":
                configuration = resource["Properties"]["DistributionConfig"]
                yield from (f"{stage}: {id} {problem}" for problem in errors(configuration))
                yield from (f"{stage}: {id} {problem}" for problem in bare(configuration))
                told = made_up if id == FIRST else strangers
                yield from (
                    f"{stage}: {id} {problem}" for problem in told(configuration, resources)
                )
            if resource[
                "Type"
            ] == "AWS::WAFv2::WebACL" and '"SampledRequestsEnabled": false' in json.dumps(resource):
                yield f"{stage}: {id} samples no requests, which runbooks look at"


def errors(configuration):
    """Errors that a distribution keeps."""
    told = {
        each["ErrorCode"]: each.get("ErrorCachingMinTTL")
        for each in configuration.get("CustomErrorResponses", [])
    }
    for code in sorted(KEPT_ERRORS):
        if told.get(code) != 0:
            yield f"keeps answers of {code}"


def behaviours(configuration):
    """Every behaviour of a distribution, the default one first."""
    return [configuration["DefaultCacheBehavior"], *configuration.get("CacheBehaviors", [])]


def bare(configuration):
    """Answers that browsers may take for something else, or show inside of another page."""
    for behaviour in behaviours(configuration):
        if behaviour.get("ResponseHeadersPolicyId") != {"Ref": "WebHeaders"}:
            yield f"answers without the security headers, at {place(behaviour)}"


def place(behaviour):
    return behaviour.get("PathPattern", "every path")


def made_up(configuration, resources):
    """Headers that functions believe, and that a caller can send: neither the behaviour's origin
    nor a function of it says what is in them.
    """
    origins = {
        each["Id"]: {header["HeaderName"] for header in each.get("OriginCustomHeaders", [])}
        for each in configuration["Origins"]
    }
    for behaviour in behaviours(configuration):
        said = origins[behaviour["TargetOriginId"]]
        if "albumen-origin" not in said:
            continue  # a bucket
        code = "".join(
            json.dumps(resources[function]["Properties"]["FunctionCode"])
            for function in viewer_functions(behaviour)
        )
        for header in BELIEVED:
            if header not in said and f"request.headers['{header}'] = " not in code:
                yield f"passes on whatever a caller says in {header}, at {place(behaviour)}"


def viewer_functions(behaviour):
    """The functions that see a request before anything is decided about it."""
    return [
        each["FunctionARN"]["Fn::GetAtt"][0]
        for each in behaviour.get("FunctionAssociations", [])
        if each["EventType"] == "viewer-request"
    ]


def strangers(configuration, resources):
    """Ways by which somebody comes in who was not sent by the first distribution."""
    for behaviour in behaviours(configuration):
        functions = viewer_functions(behaviour)
        if not any(asks_for_secret(resources[function]) for function in functions):
            yield f"lets in whoever calls it, at {place(behaviour)}"


def asks_for_secret(function):
    """Whether a function answers 403 unless it is shown what the first distribution shows."""
    code = function["Properties"]["FunctionCode"]
    return (
        template.GIVEN["OriginSecret"] in code
        and "albumen-origin" in code
        and "statusCode: 403" in code
    )
