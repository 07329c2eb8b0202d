//! The AWS stack, every stage of it, as CloudFormation would see it: rendered by SAM's own
//! transform, and held against the rules of `scripts/stack/checks.py`. They run once, for all tests
//! here. checkov looks at it beside them, and CloudFormation makes the largest stage in one
//! emulator, and every stage in another.

use std::{path::Path, process::Command, sync::OnceLock};

use serde_json::Value;

const STAGES: usize = 6;

/// Resources that ministack's CloudFormation does not have. They are left out there, and looked at
/// by cfn-lint alone.
const UNKNOWN: [&str; 23] = [
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudFront::KeyGroup",
    "AWS::CloudFront::PublicKey",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::Alarm of several metrics",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::VPC.Ipv6CidrBlocks",
    "AWS::EC2::VPCCidrBlock",
    "AWS::Logs::QueryDefinition",
    "AWS::RDS::DBCluster.MasterUserSecret.SecretArn",
    "AWS::RedshiftServerless::Namespace",
    "AWS::RedshiftServerless::Workgroup",
    "AWS::Route53::HealthCheck",
    "AWS::Route53::RecordSetGroup",
    "AWS::S3::Bucket.DualStackDomainName",
    "Custom::Migrations",
];

/// Kinds of resources of which moto's CloudFormation takes none, or not all: it has no such kind, or
/// misses in them what is of such a kind. `scripts/stack/accepted.py` has the reasons.
const REFUSED_BY_MOTO: [&str; 36] = [
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::KeyGroup",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::PublicKey",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::VPCCidrBlock",
    "AWS::Lambda::Alias",
    "AWS::Logs::QueryDefinition",
    "AWS::Logs::SubscriptionFilter",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RedshiftServerless::Namespace",
    "AWS::RedshiftServerless::Workgroup",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::WAFv2::WebACL",
    "Custom::Migrations",
];

fn python(arguments: &[&str]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository");
    let mut python = Command::new(root.join("target/venv/bin/python"));
    let ended = python
        .args(["-m", "stack"])
        .args(arguments)
        .env("PYTHONPATH", "scripts")
        .current_dir(root)
        .output();
    let ended = ended.expect("Python's tools: ./dev test installs them");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "it did not come to its end: {said}");
    serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn report() -> &'static Value {
    static REPORT: OnceLock<Value> = OnceLock::new();
    REPORT.get_or_init(|| python(&["check"]))
}

fn holds(check: &str) {
    let problems = report()[check]["problems"]
        .as_array()
        .unwrap_or_else(|| panic!("there is no check {check}"));
    let problems = problems
        .iter()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Returns the names that an object of a report has, in their order.
fn keys(object: &Value) -> Vec<&String> {
    object.as_object().expect("an object").keys().collect()
}

#[test]
fn every_stage_is_rendered_with_its_nested_stacks() {
    let seen = report()["seen"].as_object().expect("stages");
    assert_eq!(seen.len(), STAGES);
    for (stage, templates) in seen {
        for place in [
            "root",
            "Network",
            "Data",
            "Data.Cluster",
            "Keys",
            "Edge",
            "Monitoring",
            "Mail",
            "Trail",
        ] {
            assert!(templates[place].as_u64() >= Some(2), "{stage} has no {place}: {templates}");
        }
        assert!(
            templates["root"].as_u64() >= Some(200),
            "{stage} was hardly rendered: {templates}"
        );
    }
}

#[test]
fn cloudformation_makes_the_largest_stage_in_an_emulator() {
    let made = python(&["emulate", "target/ministack/bin/ministack"]);
    assert_eq!(made["problems"], serde_json::json!([]));
    assert_eq!(keys(&made["unknown"]), UNKNOWN, "what the emulator does not know");
}

#[test]
fn another_emulator_takes_what_it_has_kinds_for_of_every_stage() {
    let taken = python(&["accepted"]);
    assert_eq!(taken["problems"], serde_json::json!([]));
    assert_eq!(keys(&taken["refused"]), REFUSED_BY_MOTO, "what moto refuses");
    let accepted = taken["accepted"]
        .as_object()
        .expect("what moto takes, by kind")
        .values()
        .filter_map(Value::as_u64)
        .sum::<u64>();
    assert!(accepted >= 2000, "moto took hardly anything: {taken}");
}

#[test]
fn checkov_finds_nothing_that_is_not_explained() {
    let looked = python(&["security", "target/checkov/bin/checkov"]);
    let problems = looked["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .filter_map(Value::as_str);
    assert_eq!(problems.collect::<Vec<_>>().join("\n"), "");
    assert!(
        looked["resources"].as_u64() >= Some(400),
        "hardly any resource was looked at: {looked}"
    );
}

#[test]
fn what_an_account_lacks_is_said_before_anything_is_made() {
    let tried = python(&["accounts"]);
    assert_eq!(tried["problems"], serde_json::json!([]));
    assert!(tried["trials"].as_u64() >= Some(10), "hardly anything was tried: {tried}");
}

#[test]
fn commands_for_a_running_stack_are_tried_on_an_emulator() {
    let tried = python(&["operated"]);
    assert_eq!(tried["problems"], serde_json::json!([]));
    assert!(tried["trials"].as_u64() >= Some(11), "hardly anything was tried: {tried}");
}

macro_rules! checks {
    ($($sentence:ident: $check:literal),* $(,)?) => {
        $(#[test] fn $sentence() { holds($check) })*
    };
}

checks! {
    every_stack_has_room_left: "sizes",
    nothing_that_holds_data_has_a_name: "names",
    what_holds_data_outlives_its_stack: "retention",
    no_step_between_stages_loses_data: "steps",
    cfn_lint_finds_nothing: "linted",
    nothing_names_what_its_stage_does_not_have: "dangling",
    document_functions_events_and_times_agree: "routes",
    every_function_has_a_role_of_its_own: "own_roles",
    named_policies_are_within_the_limits_and_stand_once: "policies_of_roles",
    queues_wait_long_enough_and_are_watched: "queues",
    every_alarm_has_a_runbook: "runbooks",
    errors_of_all_functions_but_the_reporter_reach_it_if_it_is_wanted: "reporting",
    functions_reach_their_databases_and_no_other: "wiring",
    policies_name_actions_and_resources: "policies",
    the_cost_model_reckons_with_what_is_made: "costs",
    functions_wait_for_a_database_that_sleeps: "asleep",
    nobody_has_more_connections_than_there_are: "connections",
    the_deployment_refuses_losses_and_finds_the_first_cause: "deployed",
    no_distribution_keeps_errors_or_lets_strangers_in: "edges",
    functions_reach_the_items_that_are_their_business: "keys",
    no_statement_outlives_its_row_in_a_log: "logs",
    those_that_call_themselves_may_and_no_others: "loops",
    a_stack_can_be_made_and_taken_back: "made",
    the_operations_page_says_what_each_stage_takes_of_the_quota: "quotas",
    pages_for_operators_name_what_there_is: "pages",
    a_copy_of_the_database_can_serve_the_stack: "restored",
    each_check_finds_what_breaks_its_rule: "mutations",
}
