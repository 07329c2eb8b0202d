//! Events of API Gateway, from the samples of the functions.

use reqwest::Url;
use serde_json::{Value, json};
use shared::error::Cause;

/// A function's sample event with these parameters in its path and query, from this caller.
pub fn sample_event(
    sample: &str,
    parameters: &[(&str, &str)],
    query: &[(&str, &str)],
    token: &str,
) -> Result<String, Cause> {
    let mut event: Value = serde_json::from_str(sample)?;
    let route = event["routeKey"]
        .as_str()
        .ok_or("a sample without a route")?;
    let path = route
        .split_once(' ')
        .map_or(route, |(_, path)| path)
        .to_owned();
    let path = parameters
        .iter()
        .fold(path, |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let object = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    };
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["path"] = json!(path);
    // API Gateway passes the query on as it was sent, and its parameters decoded.
    let url = Url::parse_with_params("http://localhost/", query)?;
    event["rawQueryString"] = json!(url.query().unwrap_or_default());
    event["queryStringParameters"] = Value::Object(object(query));
    event["pathParameters"] = Value::Object(object(parameters));
    event["headers"]["authorization"] = json!(format!("Bearer {token}"));
    Ok(event.to_string())
}

/// Returns the event with what the edge asks for whoever takes it: an answer that is compressed.
pub fn asking_for_gzip(event: &str) -> Result<String, Cause> {
    let mut event: Value = serde_json::from_str(event)?;
    event["headers"]["accept-encoding"] = json!("gzip");
    Ok(event.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_where_api_gateway_puts_them() {
        let sample = include_str!("../../events/get-album.json");
        let event =
            sample_event(sample, &[("album", "album_1")], &[("limit", "7"), ("x", "y z")], "t")
                .expect("an event");
        let event: Value = serde_json::from_str(&event).expect("JSON");
        assert_eq!(event["rawPath"], "/v1/albums/album_1");
        assert_eq!(event["requestContext"]["http"]["path"], "/v1/albums/album_1");
        assert_eq!(event["rawQueryString"], "limit=7&x=y+z");
        assert_eq!(event["pathParameters"], json!({"album": "album_1"}));
        assert_eq!(event["queryStringParameters"], json!({"limit": "7", "x": "y z"}));
        assert_eq!(event["headers"]["authorization"], "Bearer t");
    }
}
