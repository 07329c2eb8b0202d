//! The route of a request, by API Gateway's rules.
//!
//! An HTTP API decodes the whole path before it looks for the route, and cuts it at a `?` that
//! appears by that. So a slash parts segments even when it was sent as `%2F`: no parameter but a
//! greedy one can hold it, here as on AWS.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>

use std::collections::BTreeMap;

use crate::template::{Function, Route, Trigger};

/// The routes of the template.
#[derive(Debug, Default)]
pub(super) struct Routes(Vec<RouteEntry>);

#[derive(Debug)]
struct RouteEntry {
    route: Route,
    segments: Vec<Segment>,
    /// Physical name of the function.
    function: String,
}

/// A segment of a route's path. They are ordered as API Gateway prefers them: a literal over a
/// parameter over the greedy rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
    Rest(String),
}

/// A request's route.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RouteMatch<'a> {
    pub route: &'a Route,
    /// Physical name of the function.
    pub function: &'a str,
    /// Values of the path's parameters, decoded.
    pub parameters: BTreeMap<String, String>,
}

impl Routes {
    /// Takes the routes of all functions.
    pub fn new<'a>(functions: impl IntoIterator<Item = &'a Function>) -> Self {
        let mut entries = Vec::new();
        for function in functions {
            for trigger in &function.triggers {
                if let Trigger::Http(route) = trigger {
                    entries.push(RouteEntry {
                        route: route.clone(),
                        segments: segments(&route.path),
                        function: function.name.clone(),
                    });
                }
            }
        }
        Self(entries)
    }

    /// Returns the best route for a method and a path as it was sent, without its query.
    pub fn find(&self, method: &str, path: &str) -> Option<RouteMatch<'_>> {
        let path = path_of(path);
        let mut matches = Vec::new();
        for entry in &self.0 {
            if let Some(parameters) = entry.matches(method, &path) {
                matches.push((entry, parameters));
            }
        }
        matches.sort_by_key(|(entry, _)| entry.rank());
        let (entry, parameters) = matches.into_iter().next()?;
        Some(RouteMatch { route: &entry.route, function: &entry.function, parameters })
    }

    /// Returns whether the path has a route for any method: then it is the API's.
    pub fn has(&self, path: &str) -> bool {
        let path = path_of(path);
        self.0
            .iter()
            .any(|entry| entry.matches(&entry.route.method, &path).is_some())
    }
}

impl RouteEntry {
    /// Returns the entry's place among those that match: `$default` last; then the more specific
    /// path; then the method that is named.
    fn rank(&self) -> (bool, Vec<u8>, bool) {
        let mut kinds = Vec::new();
        for segment in &self.segments {
            kinds.push(match segment {
                Segment::Literal(_) => 0,
                Segment::Parameter(_) => 1,
                Segment::Rest(_) => 2,
            });
        }
        (self.route.path == "$default", kinds, self.route.method == "ANY")
    }

    /// Returns the values of the parameters if the route matches.
    fn matches(&self, method: &str, path: &str) -> Option<BTreeMap<String, String>> {
        if self.route.path == "$default" {
            return Some(BTreeMap::new());
        }
        if self.route.method != "ANY" && self.route.method != method {
            return None;
        }
        let mut parameters = BTreeMap::new();
        let mut parts = path.strip_prefix('/')?.split('/');
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) => {
                    if parts.next()? != text {
                        return None;
                    }
                }
                Segment::Parameter(name) => {
                    let value = parts.next()?;
                    if value.is_empty() {
                        return None;
                    }
                    parameters.insert(name.clone(), value.to_owned());
                }
                Segment::Rest(name) => {
                    let rest: Vec<_> = parts.by_ref().collect();
                    if rest.iter().all(|part| part.is_empty()) {
                        return None;
                    }
                    parameters.insert(name.clone(), rest.join("/"));
                }
            }
        }
        if parts.next().is_none() { Some(parameters) } else { None }
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let parts = path.trim_start_matches('/').split('/');
    parts.map(segment).collect()
}

/// Reads a segment: `{name}`, `{name+}`, or a literal.
fn segment(part: &str) -> Segment {
    let in_braces = part
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'));
    let Some(parameter) = in_braces else {
        return Segment::Literal(part.into());
    };
    match parameter.strip_suffix('+') {
        Some(name) => Segment::Rest(name.into()),
        None => Segment::Parameter(parameter.into()),
    }
}

/// Returns the path that API Gateway sees.
pub(super) fn path_of(sent: &str) -> String {
    let mut path = decode(sent);
    if let Some(cut) = path.find('?') {
        path.truncate(cut);
    }
    path
}

/// Percent-decodes; bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%'
            && let Some(byte) = escaped_byte(after)
        {
            decoded.push(byte);
            rest = &after[2..];
        } else {
            decoded.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Reads the two hexadecimal digits behind a `%`.
fn escaped_byte(after_percent: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(after_percent.get(..2)?).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let functions: Vec<_> = keys.iter().map(|key| function(key)).collect();
        Routes::new(&functions)
    }

    fn function(key: &str) -> Function {
        let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
        let route = Route { method: method.into(), path: path.into() };
        Function {
            id: key.into(),
            name: key.into(),
            binary: String::new(),
            environment: BTreeMap::new(),
            memory: 128,
            timeout: Duration::from_secs(3),
            reserved: None,
            log_group: "Logs".into(),
            triggers: vec![Trigger::Http(route)],
        }
    }

    fn find<'a>(routes: &'a Routes, method: &str, path: &str) -> Option<&'a str> {
        routes.find(method, path).map(|found| found.function)
    }

    #[test]
    fn literals_beat_parameters_and_methods_tell_apart() {
        let routes = routes(&[
            "GET /v1/albums/{album}",
            "GET /v1/albums/shared",
            "POST /v1/albums",
            "ANY /v1/{rest+}",
        ]);
        assert_eq!(find(&routes, "GET", "/v1/albums/shared"), Some("GET /v1/albums/shared"));
        assert_eq!(find(&routes, "GET", "/v1/albums/album_1"), Some("GET /v1/albums/{album}"));
        assert_eq!(find(&routes, "POST", "/v1/albums"), Some("POST /v1/albums"));
        assert_eq!(find(&routes, "DELETE", "/v1/albums/a/b"), Some("ANY /v1/{rest+}"));
        assert_eq!(find(&routes, "GET", "/v2/albums"), None);
    }

    #[test]
    fn what_is_not_there_matches_nothing() {
        let routes = routes(&["GET /v1/albums/{album}"]);
        for path in ["/v1/albums", "/v1/albums/", "/v1/albums/a/", "/v1/albums/a/b", "v1/albums/a"]
        {
            assert_eq!(find(&routes, "GET", path), None, "{path}");
        }
        assert_eq!(find(&routes, "HEAD", "/v1/albums/a"), None);
    }

    #[test]
    fn parameters_are_decoded_once() {
        let routes = routes(&["GET /v1/{a}/x/{b+}"]);
        for (sent, a) in [
            ("%C3%A9t%C3%A9", "été"),
            ("ana%40example.org", "ana@example.org"),
            ("ana@example.org", "ana@example.org"),
            ("one+two%20three", "one+two three"),
            ("100%25", "100%"),
            ("a%2520b", "a%20b"),
        ] {
            let path = format!("/v1/{sent}/x/one/two%20");
            let found = routes.find("GET", &path).unwrap();
            assert_eq!(
                (found.parameters["a"].as_str(), found.parameters["b"].as_str()),
                (a, "one/two ")
            );
        }
    }

    #[test]
    fn a_slash_parts_segments_though_it_was_encoded() {
        let routes = routes(&["DELETE /v1/photos/{photo}/tags/{tag}", "GET /v1/files/{path+}"]);
        assert_eq!(find(&routes, "DELETE", "/v1/photos/p/tags/a%2Fb"), None);
        assert_eq!(routes.find("GET", "/v1/files/a%2Fb").unwrap().parameters["path"], "a/b");
        let cut = routes
            .find("DELETE", "/v1/photos/p/tags/what%3Fnow")
            .unwrap();
        assert_eq!(cut.parameters["tag"], "what");
    }

    #[test]
    fn a_path_is_the_apis_whatever_the_method() {
        let routes = routes(&["GET /openapi.json", "POST /v1/albums/{album}/photos"]);
        assert!(routes.has("/openapi.json") && routes.has("/v1/albums/a/photos"));
        assert!(!routes.has("/index.html") && !routes.has("/openapi.json/x"));
    }

    #[test]
    fn the_default_route_takes_the_rest() {
        let routes = routes(&["$default", "GET /v1/me"]);
        assert_eq!(find(&routes, "GET", "/v1/me"), Some("GET /v1/me"));
        assert_eq!(find(&routes, "PUT", "/x"), Some("$default"));
    }

    #[test]
    fn decoding_leaves_what_is_no_escape() {
        assert_eq!(decode("a%20b%zz%4"), "a b%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }
}
