"""Holds the stages of the cost model against the templates."""

import tomllib

from . import template

STAGES = template.ROOT / "bench" / "capacity" / "stages.toml"


def of_kind(stage, kind):
    """The properties of every resource of a kind in a stage."""
    for rendered in template.stage(stage).values():
        for resource in rendered["Resources"].values():
            if resource["Type"] == kind:
                yield resource.get("Properties", {})


def is_anomaly(alarm):
    return "ThresholdMetricId" in alarm


def made(stage):
    """What a stage has, in the words of stages.toml."""
    clusters = list(of_kind(stage, "AWS::RDS::DBCluster"))
    capacity = clusters[0]["ServerlessV2ScalingConfiguration"]
    alarms = list(of_kind(stage, "AWS::CloudWatch::Alarm"))
    distributions = list(of_kind(stage, "AWS::CloudFront::Distribution"))
    workgroups = list(of_kind(stage, "AWS::RedshiftServerless::Workgroup"))
    tables = list(of_kind(stage, "AWS::DynamoDB::Table"))
    return {
        "acu": [float(capacity["MinCapacity"]), float(capacity["MaxCapacity"])],
        "readers": len(list(of_kind(stage, "AWS::RDS::DBInstance"))) - 1,
        "provisioned": any(table.get("BillingMode") == "PROVISIONED" for table in tables),
        "rpu": float(workgroups[0]["BaseCapacity"]) if workgroups else 0,
        "waf_rules": sum(len(acl["Rules"]) for acl in of_kind(stage, "AWS::WAFv2::WebACL")),
        "waf_writes_only": len(distributions) > 1,
        "io_optimized": clusters[0].get("StorageType") == "aurora-iopt1",
        "distributions": len(distributions),
        "alarms": sum(not is_anomaly(alarm) for alarm in alarms),
        "anomaly_alarms": sum(is_anomaly(alarm) for alarm in alarms),
        "composite_alarms": len(list(of_kind(stage, "AWS::CloudWatch::CompositeAlarm"))),
        "health_checks": len(list(of_kind(stage, "AWS::Route53::HealthCheck"))),
        "polled_queues": len(list(of_kind(stage, "AWS::Lambda::EventSourceMapping"))),
    }


def costs():
    """The stages that ./dev capacity reckons with are those that the templates make."""
    stages = tomllib.loads(STAGES.read_text())["stage"]
    if [stage["name"] for stage in stages] != template.STAGES:
        yield f"{STAGES.name} has other stages than the parameter Scale"
        return
    for stage in stages:
        for name, value in made(stage["name"]).items():
            if stage[name] != value:
                yield (
                    f"{STAGES.name} says {name} = {stage[name]} of {stage['name']}, the templates "
                    f"make {value}"
                )
