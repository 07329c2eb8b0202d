"""What CloudFront must not keep, and whom it must not let in."""

import json

from . import template
from .template import STAGES

# What CloudFront keeps of errors, and takes a setting for; 416 it never keeps, and 412 and 415 it
# takes none for.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
KEPT_ERRORS = {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}

# The one that people come through.
FIRST = "Distribution"


def edges():
    """No distribution keeps an error, and what stands behind the first one lets in
    nobody but that.
    """
    for stage in STAGES:
        resources = template.stage(stage)["Edge"]["Resources"]
        for id, resource in resources.items():
            if resource["Type"] == "AWS::CloudFront::Distribution":
                configuration = resource["Properties"]["DistributionConfig"]
                yield from (f"{stage}: {id} {problem}" for problem in errors(configuration))
                if id != FIRST:
                    yield from (
                        f"{stage}: {id} {problem}"
                        for problem in strangers(configuration, resources)
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


def strangers(configuration, resources):
    """Ways by which somebody comes in who was not sent by the first distribution."""
    for behaviour in [
        configuration["DefaultCacheBehavior"],
        *configuration.get("CacheBehaviors", []),
    ]:
        functions = [
            each["FunctionARN"]["Fn::GetAtt"][0]
            for each in behaviour.get("FunctionAssociations", [])
            if each["EventType"] == "viewer-request"
        ]
        if not any(asks_for_secret(resources[function]) for function in functions):
            yield f"lets in whoever calls it, at {behaviour.get('PathPattern', 'every path')}"


def asks_for_secret(function):
    """Whether a function answers 403 unless it is shown what the first distribution shows."""
    code = function["Properties"]["FunctionCode"]
    return (
        template.GIVEN["OriginSecret"] in code
        and "albumen-origin" in code
        and "statusCode: 403" in code
    )
