//! Requests as events, and answers as responses.

use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderValue, Method},
};
use bytes::Bytes;
use serde_json::{Value, json};
use time::macros::datetime;

use super::{
    payload::{GatewayRequest, event, response},
    routes::RouteMatch,
};
use crate::template::Route;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

fn event_of(headers: &HeaderMap, body: &'static [u8]) -> Value {
    let route = Route { method: "POST".into(), path: "/v1/albums/{album}".into() };
    let found = RouteMatch {
        route: &route,
        function: "f",
        parameters: [("album".into(), "album 1".into())].into(),
    };
    let request = GatewayRequest {
        id: "id-1",
        method: &Method::POST,
        path: "/v1/albums/album%201",
        query: "a=1&b=x%20y&a=2+3&c",
        headers,
        body: &Bytes::from_static(body),
        source: [127, 0, 0, 1].into(),
        port: 8080,
        now: datetime!(2026-11-22 09:05:07.25 UTC),
    };
    event(&request, &found)
}

#[test]
fn a_request_becomes_an_event_of_format_two() {
    let request_headers = headers(&[
        ("host", "localhost:8080"),
        ("user-agent", "test"),
        ("accept", "a/b"),
        ("accept", "c/d"),
        ("cookie", "one=1; two=2"),
        ("content-type", "application/json; charset=utf-8"),
    ]);
    let expected = json!({
        "version": "2.0",
        "routeKey": "POST /v1/albums/{album}",
        "rawPath": "/v1/albums/album 1",
        "rawQueryString": "a=1&b=x%20y&a=2+3&c",
        "cookies": ["one=1", "two=2"],
        "headers": {
            "host": "localhost:8080",
            "user-agent": "test",
            "accept": "a/b,c/d",
            "content-type": "application/json; charset=utf-8",
            "content-length": "8",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-proto": "http",
            "x-forwarded-port": "8080",
            "albumen-path": "/v1/albums/album%201",
        },
        "queryStringParameters": {"a": "1,2 3", "b": "x y", "c": ""},
        "pathParameters": {"album": "album 1"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "localhost:8080",
            "domainPrefix": "localhost:8080",
            "http": {
                "method": "POST",
                "path": "/v1/albums/album 1",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "requestId": "id-1",
            "routeKey": "POST /v1/albums/{album}",
            "stage": "$default",
            "time": "22/Nov/2026:09:05:07 +0000",
            "timeEpoch": 1_795_338_307_250_i64,
        },
        "body": "{\"a\": 1}",
        "isBase64Encoded": false,
    });
    assert_eq!(event_of(&request_headers, b"{\"a\": 1}"), expected);
}

#[test]
fn only_text_travels_as_text() {
    let json = ("content-type", "application/json");
    for (pairs, body, encoded) in [
        (&[json][..], &b"{}"[..], false),
        (&[("content-type", "application/problem+json")], b"{}", false),
        (&[json, ("content-encoding", "gzip")], b"{}", true),
        (&[("content-type", "image/jpeg")], b"abc", true),
        (&[("content-type", "text/plain")], b"\xff", true),
        (&[], b"abc", false),
    ] {
        let event = event_of(&headers(pairs), body);
        assert_eq!(event["isBase64Encoded"], encoded, "{pairs:?}");
    }
    let event = event_of(&HeaderMap::new(), b"");
    assert!(event.get("body").is_none() && event.get("cookies").is_none());
}

async fn body(answer: Value) -> (u16, HeaderMap, Vec<u8>) {
    let response = response(answer.to_string().as_bytes()).unwrap();
    let (parts, body) = response.into_parts();
    (parts.status.as_u16(), parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

#[tokio::test]
async fn an_answer_becomes_a_response() {
    let (status, headers, text) = body(json!({
        "statusCode": 201,
        "headers": {"Location": "/v1/x", "content-length": "999", "age": 3},
        "multiValueHeaders": {"x-ignored": ["1"]},
        "cookies": ["a=1; Secure", "b=2"],
        "body": "aGk=",
        "isBase64Encoded": true,
    }))
    .await;
    assert_eq!((status, text.as_slice()), (201, &b"hi"[..]));
    assert_eq!(
        (&headers["location"], &headers["age"]),
        (&HeaderValue::from_static("/v1/x"), &"3".parse().unwrap())
    );
    assert_eq!(headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1; Secure", "b=2"]);
    assert_eq!(headers["content-type"], "text/plain;charset=UTF-8");
    assert!(!headers.contains_key("x-ignored") && !headers.contains_key("content-length"));
}

#[tokio::test]
async fn an_answer_without_a_status_is_the_body() {
    let (status, headers, text) = body(json!({"a": 1})).await;
    assert_eq!((status, text.as_slice()), (200, &br#"{"a":1}"#[..]));
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(body(json!("plain")).await.2, b"plain");
}

#[test]
fn what_is_no_response_is_refused() {
    let broken = [
        json!({"statusCode": 99}),
        json!({"statusCode": "many"}),
        json!({"statusCode": 200, "headers": {"a b": "c"}}),
        json!({"statusCode": 200, "headers": {"a": ["c"]}}),
        json!({"statusCode": 200, "headers": {"a": "c\nd"}}),
        json!({"statusCode": 200, "body": "%", "isBase64Encoded": true}),
        json!({"statusCode": 200, "cookies": [1]}),
    ];
    for answer in broken {
        assert!(response(answer.to_string().as_bytes()).is_none(), "{answer}");
    }
    assert!(response(b"not json").is_none());
}
