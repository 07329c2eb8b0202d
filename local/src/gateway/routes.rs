//! Which route a request belongs to, by API Gateway's rules.

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
                    entries.push(Entry { route: route.clone(), segments, function: function.name.clone() });
                }
            }
        }
        Self(entries)
    }

    /// The best route for a method and a path without its query.
    pub fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let mut found: Vec<_> = self.0.iter().filter_map(|entry| Some((entry, entry.matches(method, path)?))).collect();
        found.sort_by_key(|(entry, _)| entry.rank());
        let (entry, parameters) = found.into_iter().next()?;
        Some(Match { route: &entry.route, function: &entry.function, parameters })
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
                    parameters.insert(name.clone(), decode(value));
                }
                Segment::Rest(name) => {
                    let rest: Vec<_> = parts.by_ref().collect();
                    if rest.iter().all(|part| part.is_empty()) {
                        return None;
                    }
                    parameters.insert(name.clone(), decode(&rest.join("/")));
                }
            }
        }
        parts.next().is_none().then_some(parameters)
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let parts = path.trim_start_matches('/').split('/');
    let parse = |part: &str| match part.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Rest(name.into()),
            None => Segment::Parameter(name.into()),
        },
        None => Segment::Literal(part.into()),
    };
    parts.map(parse).collect()
}

/// Percent-decodes; bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.get(..2)).flatten();
        let value = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
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
        let routes = routes(&["GET /v1/albums/{album}", "GET /v1/albums/shared", "POST /v1/albums", "ANY /v1/{rest+}"]);
        assert_eq!(find(&routes, "GET", "/v1/albums/shared"), Some("GET /v1/albums/shared"));
        assert_eq!(find(&routes, "GET", "/v1/albums/album_1"), Some("GET /v1/albums/{album}"));
        assert_eq!(find(&routes, "POST", "/v1/albums"), Some("POST /v1/albums"));
        assert_eq!(find(&routes, "DELETE", "/v1/albums/a/b"), Some("ANY /v1/{rest+}"));
        assert_eq!(find(&routes, "GET", "/v2/albums"), None);
    }

    #[test]
    fn what_is_not_there_matches_nothing() {
        let routes = routes(&["GET /v1/albums/{album}"]);
        for path in ["/v1/albums", "/v1/albums/", "/v1/albums/a/", "/v1/albums/a/b", "v1/albums/a"] {
            assert_eq!(find(&routes, "GET", path), None, "{path}");
        }
        assert_eq!(find(&routes, "HEAD", "/v1/albums/a"), None);
    }

    #[test]
    fn parameters_are_decoded() {
        let routes = routes(&["GET /v1/{a}/x/{b+}"]);
        let found = routes.find("GET", "/v1/%C3%A4%2F/x/one/two%20").unwrap();
        assert_eq!(found.parameters["a"], "ä/");
        assert_eq!(found.parameters["b"], "one/two ");
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
