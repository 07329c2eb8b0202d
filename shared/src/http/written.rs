//! Reads what a caller wrote in a path.
//!
//! An HTTP API of AWS hands paths on decoded, and cut at what was `%3F`: `what%3F` arrives as
//! `what`, and of `a%20b` and `a b` nobody can tell which was sent. So the edge says beside a
//! request how its path was sent, where the path may hold what a person types: CloudFront by its
//! function in `infra/edge.yaml`, locally the gateway. Bytes that are no UTF-8 were no text, and
//! are taken for an empty one, which no value is.

use percent_encoding::percent_decode_str;

use super::Spec;

/// The header in which the edge says it; it wins over a caller's own.
pub(super) const HEADER: &str = "albumen-path";

/// Returns the last segment of the route's path, if that is a parameter: its name, and what `sent`
/// has in its place, slashes included. `None` when `sent` is not this request's path, of which the
/// gateway has told the other parameters.
pub(super) fn last_parameter<'a>(
    spec: &Spec,
    other: impl Fn(&str) -> Option<&'a str>,
    sent: &str,
) -> Option<(&'static str, String)> {
    let (before, last) = spec.path.rsplit_once('/')?;
    let name = parameter(last)?;
    let mut segments = sent.split('/');
    for segment in before.split('/') {
        let expected = match parameter(segment) {
            Some(earlier) => other(earlier)?,
            None => segment,
        };
        if decoded(segments.next()?)? != expected {
            return None;
        }
    }
    let rest: Vec<_> = segments.collect();
    if rest.is_empty() {
        return None;
    }
    Some((name, decoded(&rest.join("/")).unwrap_or_default()))
}

/// Returns whether a query, as it was sent, is text.
pub(super) fn is_text(query: &str) -> bool {
    decoded(query).is_some()
}

fn parameter(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn decoded(sent: &str) -> Option<String> {
    let text = percent_decode_str(sent).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(sent: &str) -> Option<String> {
        let spec = Spec::put("/v1/photos/{photo}/tags/{tag}");
        let photo = |name: &str| (name == "photo").then_some("photo_1");
        let (name, value) = last_parameter(&spec, photo, sent)?;
        assert_eq!(name, "tag");
        Some(value)
    }

    #[test]
    fn the_last_parameter_is_what_was_written() {
        for (sent, written) in [
            ("lake", "lake"),
            ("what%3F", "what?"),
            ("rock%2Fpop", "rock/pop"),
            ("rock/pop", "rock/pop"),
            ("a%2F%2Fb", "a//b"),
            ("a+b", "a+b"),
            ("100%25", "100%"),
            ("%252F", "%2F"),
            ("C%23", "C#"),
            ("%2E%2E", ".."),
            ("%F0%9F%8E%89", "🎉"),
            ("50%", "50%"),
            ("%FF", ""),
        ] {
            assert_eq!(
                tag(&format!("/v1/photos/photo_1/tags/{sent}")).as_deref(),
                Some(written),
                "{sent}"
            );
        }
    }

    #[test]
    fn another_path_says_nothing() {
        for sent in [
            "",
            "/",
            "/v1/photos/photo_2/tags/x",
            "/v1/photos/photo_1/tags",
            "/v1/photos/photo_1/x/y",
        ] {
            assert_eq!(tag(sent), None, "{sent}");
        }
        let albums = Spec::get("/v1/albums");
        assert_eq!(last_parameter(&albums, |_| None, "/v1/albums"), None);
    }
}
