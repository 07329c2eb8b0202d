//! Which route a request belongs to, by API Gateway's rules.
//!
//! An HTTP API decodes the whole path before it looks for the route, and cuts it at a `?` that
//! appears by that. So a slash parts segments even when it was sent as `%2F`: no parameter but a
//! greedy one can hold it, here as on AWS.

use std::collections::BTreeMap;

use crate::template::{Function, Route, Trigger};

/// The routes of the template.
#[derive(Debug, Default)]
pub(super) struct Routes(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    route: Route,
    segments: Vec<Segment>,
    /// Physical name of the function.
    function: String,
}

/// Ordered as API Gateway prefers them: a literal over a parameter over the greedy rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
    Rest(String),
}

/// A request's route.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    pub route: &'a Route,
    pub function: &'a str,
    /// Values of the path's parameters, decoded.
    pub parameters: BTreeMap<String, String>,
}

impl Routes {
    pub fn new<'a>(functions: impl IntoIterator<Item = &'a Function>) -> Self {
        let mut entries = Vec::new();
        for function in functions {
            for trigger in &function.triggers {
                if let Trigger::Http(route) = trigger {
                    let segments = segments(&route.path);
                    entries.push(Entry {
                        route: route.clone(),
                        segments,
                        function: function.name.clone(),
                    });
                }
            }
        }
        Self(entries)
    }

    /// The best route for a method and a path as it was sent, without its query.
    pub fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let path = &path_of(path);
        let mut found: Vec<_> = self
            .0
            .iter()
            .filter_map(|entry| Some((entry, entry.matches(method, path)?)))
            .collect();
        found.sort_by_key(|(entry, _)| entry.rank());
        let (entry, parameters) = found.into_iter().next()?;
        Some(Match { route: &entry.route, function: &entry.function, parameters })
    }

    /// Whether the path has a route for any method: then it is the API's.
    pub fn has(&self, path: &str) -> bool {
        let path = &path_of(path);
        self.0
            .iter()
            .any(|entry| entry.matches(&entry.route.method, path).is_some())
    }
}

impl Entry {
    /// `$default` last; then the more specific path; then the method that is named.
    fn rank(&self) -> (bool, Vec<u8>, bool) {
        let kinds = self.segments.iter().map(|segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Parameter(_) => 1,
            Segment::Rest(_) => 2,
        });
        (self.route.path == "$default", kinds.collect(), self.route.method == "ANY")
    }

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
                Segment::Literal(text) => (parts.next()? == text).then_some(())?,
                Segment::Parameter(name) => {
                    let value = parts.next().filter(|value| !value.is_empty())?;
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
        parts.next().is_none().then_some(parameters)
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let parts = path.trim_start_matches('/').split('/');
    let parse = |part: &str| match part
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
    {
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Rest(name.into()),
            None => Segment::Parameter(name.into()),
        },
        None => Segment::Literal(part.into()),
    };
    parts.map(parse).collect()
}

/// The path that API Gateway sees.
pub(super) fn path_of(sent: &str) -> String {
    let path = decode(sent);
    path.split('?').next().unwrap_or_default().to_owned()
}

/// Percent-decodes; bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.get(..2)).flatten();
        let value = escaped
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let functions = keys.iter().map(|key| {
            let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
            let route = Route { method: method.into(), path: path.into() };
            Function {
                id: (*key).into(),
                name: (*key).into(),
                binary: String::new(),
                environment: BTreeMap::new(),
                memory: 128,
                timeout: Duration::from_secs(3),
                reserved: None,
                log_group: "Logs".into(),
                triggers: vec![Trigger::Http(route)],
            }
        });
        Routes::new(&functions.collect::<Vec<_>>())
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
