use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use super::*;

const TEMPLATE: &str = r#"
Parameters:
  PublicOrigin: {Type: String, Default: "https://albumen.example"}
  Level: {Type: String, Default: info, AllowedValues: [info, debug]}
  Secret: {Type: String, NoEcho: true}
  Photos: {Type: Number, Default: 50}
Conditions:
  Quiet: !Equals [!Ref Level, info]
  Loud: !Not [{Condition: Quiet}]
  Never: !And [{Condition: Quiet}, {Condition: Loud}]
Mappings:
  Sizes: {info: {memory: 256}, debug: {memory: 512}}
Globals:
  Function:
    Timeout: 10
    Environment: {Variables: {LOG_LEVEL: !Ref Level}}
    LoggingConfig: {LogGroup: !Ref Logs, LogFormat: JSON}
  HttpApi:
    DefaultRouteSettings: {ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: [!Ref PublicOrigin], AllowMethods: [GET], MaxAge: 600}
      RouteSettings: {"POST /v1/users": {ThrottlingRateLimit: 2, ThrottlingBurstLimit: 5}}
  Originals:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - {AllowedOrigins: [!Ref PublicOrigin], AllowedMethods: [PUT], AllowedHeaders: ["*"], MaxAge: 60}
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Uploads.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: originals/}]}}
  Uploads:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead: {Type: AWS::SQS::Queue}
  Logs: {Type: AWS::Logs::LogGroup}
  OwnLogs: {Type: AWS::Logs::LogGroup}
  Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}
  Gone: {Type: AWS::SQS::Queue, Condition: Never}
  Hot:
    Type: AWS::DynamoDB::Table
    Properties: {BillingMode: PAY_PER_REQUEST, TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}}
  CreateUser:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: !FindInMap [Sizes, !Ref Level, memory]
      Timeout: 29
      ReservedConcurrentExecutions: 2
      Environment:
        Variables:
          HOT_TABLE: !Ref Hot
          QUEUE: !Ref Uploads
          BUCKET: !Ref Originals
          SECRET: !Ref Secret
          EXTRA: !If [Loud, yes, !Ref "AWS::NoValue"]
          WHERE: !Sub "${AWS::Region}/${Originals.RegionalDomainName}/${!literal}"
          LIST: !Join [",", [a, !Ref Photos]]
          SHARDS: !GetAtt Data.Outputs.Shards
      Events:
        Route: {Type: HttpApi, Properties: {Path: /v1/users, Method: post, ApiId: !Ref Api}}
  MakeRenditions:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: renditions}}
    Properties:
      Events:
        Photos:
          Type: SQS
          Properties:
            Queue: !GetAtt Uploads.Arn
            BatchSize: 1
            MaximumBatchingWindowInSeconds: 0
            ScalingConfig: {MaximumConcurrency: !Ref Photos}
            FunctionResponseTypes: [ReportBatchItemFailures]
        Off: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
        Tick: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), Input: '{"a":1}'}}
  Report:
    Type: AWS::Serverless::Function
    Properties:
      LoggingConfig: {LogGroup: !Ref OwnLogs}
      Events:
        Errors: {Type: CloudWatchLogs, Properties: {LogGroupName: !Ref Logs, FilterPattern: '{ $.level = "ERROR" }'}}
  WebHeaders:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        Name: x
        SecurityHeadersConfig:
          ContentSecurityPolicy:
            Override: true
            ContentSecurityPolicy: !Sub "connect-src 'self' https://${Originals.RegionalDomainName}"
          ContentTypeOptions: {Override: true}
          StrictTransportSecurity: {AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true}
        CustomHeadersConfig: {Items: [{Header: Permissions-Policy, Value: "camera=()", Override: true}]}
  Distribution: {Type: AWS::CloudFront::Distribution, Properties: {Anything: !GetAtt Nothing.Here}}
"#;

fn parameters(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

fn load_with(text: &str, overrides: &[(&str, &str)]) -> Result<Template, TemplateError> {
    let parameters = Parameters {
        overrides: parameters(overrides),
        local: parameters(&[
            ("PublicOrigin", "http://localhost:8080"),
            ("Secret", "s"),
            ("Unused", "x"),
            ("Data.Outputs.Shards", "[]"),
        ]),
    };
    load(text, &parameters, Endpoints { s3: "127.0.0.1:8081".into(), sqs: "127.0.0.1:8082".into() })
}

fn loaded() -> Template {
    load_with(TEMPLATE, &[]).unwrap()
}

fn function(id: &str) -> Function {
    loaded()
        .functions
        .into_iter()
        .find(|function| function.id == id)
        .unwrap()
}

#[test]
fn a_function_has_its_globals_and_resolved_environment() {
    let function = function("CreateUser");
    assert_eq!(
        (function.binary.as_str(), function.memory, function.reserved),
        ("create-user", 256, Some(2))
    );
    assert_eq!(function.timeout, Duration::from_secs(29));
    let expected = parameters(&[
        ("LOG_LEVEL", "info"),
        ("HOT_TABLE", "albumen-Hot"),
        ("QUEUE", "http://127.0.0.1:8082/000000000000/albumen-Uploads"),
        ("BUCKET", "albumen-originals"),
        ("SECRET", "s"),
        ("WHERE", "us-east-1/127.0.0.1:8081/${literal}"),
        ("LIST", "a,50"),
        ("SHARDS", "[]"),
    ]);
    assert_eq!(function.environment, expected);
    assert_eq!(
        function.triggers,
        [Trigger::Http(Route { method: "POST".into(), path: "/v1/users".into() })]
    );
}

#[test]
fn a_function_s_own_wins_over_a_global_and_what_it_ignores_is_not_there() {
    let globals = "    Timeout: !FindInMap [Sizes, !Ref Level, memory]\n    MemorySize: 1024\n";
    let text = TEMPLATE
        .replace("    Timeout: 10\n", globals)
        .replace("      Timeout: 29\n", "      Timeout: !FindInMap [Sizes, debug, memory]\n")
        .replace("  Report:\n", "  Report:\n    IgnoreGlobals: [MemorySize, Environment]\n");
    let template = load_with(&text, &[]).unwrap();
    let function = |id: &str| {
        template
            .functions
            .iter()
            .find(|function| function.id == id)
            .unwrap()
    };
    assert_eq!(function("CreateUser").timeout, Duration::from_secs(512));
    assert_eq!(function("MakeRenditions").timeout, Duration::from_secs(256));
    assert_eq!(function("MakeRenditions").memory, 1024);
    let report = function("Report");
    assert_eq!((report.memory, report.environment.len()), (128, 0));
    assert_eq!(report.timeout, Duration::from_secs(256));
    let text = text.replace("IgnoreGlobals: [MemorySize, Environment]", "IgnoreGlobals: '*'");
    let template = load_with(&text, &[]).unwrap();
    let report = template
        .functions
        .iter()
        .find(|function| function.id == "Report")
        .unwrap();
    assert_eq!((report.memory, report.timeout), (128, Duration::from_secs(3)));
}

#[test]
fn conditions_follow_the_parameters() {
    let template = load_with(TEMPLATE, &[("Level", "debug")]).unwrap();
    let function = template
        .functions
        .iter()
        .find(|function| function.id == "CreateUser")
        .unwrap();
    assert_eq!((function.environment["EXTRA"].as_str(), function.memory), ("yes", 512));
}

#[test]
fn event_sources_keep_their_settings_and_disabled_ones_are_left_out() {
    let function = function("MakeRenditions");
    assert_eq!(
        (function.binary.as_str(), function.timeout),
        ("renditions", Duration::from_secs(10))
    );
    let queue = QueueSource {
        queue_arn: "arn:aws:sqs:us-east-1:000000000000:albumen-Uploads".into(),
        batch_size: 1,
        window: Duration::ZERO,
        maximum_concurrency: Some(50),
        partial_failures: true,
    };
    assert_eq!(function.triggers.len(), 2);
    assert!(function.triggers.contains(&Trigger::Queue(queue)));
    let tick =
        Trigger::Schedule { expression: "rate(1 minute)".into(), input: Some(json!({"a": 1})) };
    assert!(function.triggers.contains(&tick));
}

#[test]
fn a_function_writes_to_its_log_group_and_is_told_of_lines_of_another() {
    assert_eq!(function("CreateUser").log_group, "albumen-Logs");
    let report = function("Report");
    assert_eq!(report.log_group, "albumen-OwnLogs");
    let (name, pattern) = ("ReportErrors".to_owned(), "{ $.level = \"ERROR\" }".to_owned());
    assert_eq!(
        report.triggers,
        [Trigger::Logs(Subscription { name, group: "albumen-Logs".to_owned(), pattern })]
    );
}

#[test]
fn queues_tables_and_buckets_are_resolved() {
    let template = loaded();
    let queues: BTreeMap<_, _> = template
        .queues
        .iter()
        .map(|queue| (queue.name.as_str(), &queue.attributes))
        .collect();
    assert!(queues.len() == 2 && queues.contains_key("albumen-Dead"), "{queues:?}");
    let uploads = queues["albumen-Uploads"];
    assert_eq!(uploads["VisibilityTimeout"], "60");
    let redrive: serde_json::Value = serde_json::from_str(&uploads["RedrivePolicy"]).unwrap();
    let dead = "arn:aws:sqs:us-east-1:000000000000:albumen-Dead";
    assert_eq!(redrive, json!({"deadLetterTargetArn": dead, "maxReceiveCount": 3}));
    assert_eq!(template.tables[0].properties["TableName"], "albumen-Hot");
    let bucket = &template.buckets[0];
    assert_eq!(bucket.cors[0].allowed_origins, ["http://localhost:8080"]);
    assert_eq!(bucket.cors[0].max_age, Some(60));
    assert_eq!(bucket.notifications[0].prefix, "originals/");
    assert_eq!(
        bucket.notifications[0].queue_arn,
        "arn:aws:sqs:us-east-1:000000000000:albumen-Uploads"
    );
}

#[test]
fn the_api_has_cors_and_throttles() {
    let api = loaded().api;
    assert_eq!(api.throttle, Some(Throttle { rate: 100.0, burst: 200.0 }));
    assert_eq!(api.route_throttles["POST /v1/users"], Throttle { rate: 2.0, burst: 5.0 });
    assert_eq!(api.cors.unwrap().allow_origins, ["http://localhost:8080"]);
}

#[test]
fn web_headers_point_at_local_endpoints() {
    let headers: BTreeMap<_, _> = loaded().web_headers.into_iter().collect();
    let expected = parameters(&[
        ("content-security-policy", "connect-src 'self' http://127.0.0.1:8081"),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=60; includeSubDomains"),
        ("permissions-policy", "camera=()"),
    ]);
    assert_eq!(headers, expected);
}

#[test]
fn what_cannot_be_resolved_is_named_with_its_path() {
    let broken = TEMPLATE.replace("HOT_TABLE: !Ref Hot", "HOT_TABLE: !Ref Cold");
    let error = load_with(&broken, &[]).unwrap_err().to_string();
    assert_eq!(
        error,
        "template.yaml: Resources.CreateUser.Properties.Environment.Variables.HOT_TABLE.Ref Cold is neither a parameter nor a resource"
    );
    let broken =
        TEMPLATE.replace("BUCKET: !Ref Originals", "BUCKET: !GetAtt Distribution.DomainName");
    let error = load_with(&broken, &[]).unwrap_err().to_string();
    assert!(
        error.contains("BUCKET.Fn::GetAtt Distribution (AWS::CloudFront::Distribution)"),
        "{error}"
    );
    let broken = TEMPLATE.replace("Data.Outputs.Shards", "Data.Outputs.Shard");
    let error = load_with(&broken, &[]).unwrap_err().to_string();
    assert!(error.contains("SHARDS.Fn::GetAtt Data (AWS::CloudFormation::Stack)"), "{error}");
}

#[test]
fn parameters_are_checked() {
    let unknown = load_with(TEMPLATE, &[("Lovel", "x")])
        .unwrap_err()
        .to_string();
    assert!(unknown.contains("no parameter Lovel; it has "), "{unknown}");
    assert!(
        ["Level", "Photos", "PublicOrigin", "Secret"]
            .iter()
            .all(|name| unknown.contains(name)),
        "{unknown}"
    );
    let value = load_with(TEMPLATE, &[("Level", "loud")])
        .unwrap_err()
        .to_string();
    assert!(value.contains("Parameters.Level must be one of info, debug"), "{value}");
    let endpoints = Endpoints { s3: "s".into(), sqs: "q".into() };
    let missing = load(TEMPLATE, &Parameters::default(), endpoints)
        .unwrap_err()
        .to_string();
    assert!(missing.contains("Parameters.Secret has no value"), "{missing}");
}
