"""What a stage takes of the account's quota of concurrent executions before anybody asks for
anything.
"""

import re

from . import template
from .template import ROOT, STAGES

# Lambda keeps so many from being reserved:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100


def reserved(stage):
    """Executions that functions have for themselves, and those that are kept warm."""
    resources = template.stage(stage)[""]["Resources"]
    count = 0
    for resource in resources.values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::Function":
            count += int(properties.get("ReservedConcurrentExecutions", 0))
        if resource["Type"] == "AWS::Lambda::Alias":
            count += int(
                properties.get("ProvisionedConcurrencyConfig", {}).get(
                    "ProvisionedConcurrentExecutions", 0
                )
            )
        if properties.get("ScalableDimension") == "lambda:function:ProvisionedConcurrency":
            count += int(properties["MaxCapacity"]) - int(properties["MinCapacity"])
    return count


def needed(stage):
    """The least quota with which the stage can be made, and scaled as far as it may be."""
    count = reserved(stage)
    return count + UNRESERVED if count else 0


def quotas():
    """The operations page says of each stage what its quota must be."""
    text = (ROOT / "docs/operations.md").read_text()
    for stage in STAGES:
        if needed(stage) and not re.search(
            rf"^\| `{stage}` \|.*\b{needed(stage):,} concurrent executions", text, re.MULTILINE
        ):
            yield (
                f"{stage} needs {needed(stage):,} concurrent executions, and docs/operations.md "
                "does not say so"
            )
