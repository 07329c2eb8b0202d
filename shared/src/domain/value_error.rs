//! Says what `serde` could not read in a value, as a sentence about the field.
//!
//! Without the value: it may be a secret, or megabytes, and an answer that repeats it may be longer
//! than an answer can be.

/// The most characters of a sentence. What the domain says itself is shorter.
const MOST: usize = 300;

/// The sentence, to be read after the field's name.
pub fn sentence(why: &str) -> String {
    let sentence = match why.rsplit_once(", expected ") {
        // What stands after the last of these is the domain's, whatever the value before it has in
        // it.
        Some((got, wanted)) => without_value(got, wanted),
        None => why.to_owned(),
    };
    sentence.chars().take(MOST).collect()
}

fn without_value(got: &str, wanted: &str) -> String {
    if let Some(value) = got.strip_prefix("invalid type: ") {
        return format!("must be {}, not {}", article(wanted), kind(value));
    }
    if got.starts_with("unknown variant ") {
        return format!("must be {wanted}");
    }
    if got.starts_with("unknown field ") {
        return format!("has a field that is not known; it may have {wanted}");
    }
    format!("must be {}", article(wanted))
}

fn article(wanted: &str) -> String {
    let bare = wanted.starts_with("a ") || wanted.starts_with("an ");
    if bare { wanted.to_owned() } else { format!("a {wanted}") }
}

/// The kind of value that `serde` found, which names it before the value.
fn kind(value: &str) -> &'static str {
    let kinds = [
        ("string", "a string"),
        ("integer", "a number"),
        ("floating point", "a number"),
        ("number", "a number"),
        ("boolean", "a boolean"),
        ("null", "null"),
        ("unit value", "null"),
        ("sequence", "a list"),
        ("map", "an object"),
    ];
    let found = kinds.into_iter().find(|(name, _)| value.starts_with(name));
    found.map_or("what it is", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, de::DeserializeOwned};
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
        Blue,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Point {
        #[serde(rename = "x")]
        _x: u8,
    }

    fn said<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        sentence(
            &serde_json::from_value::<T>(value)
                .expect_err("a refusal")
                .to_string(),
        )
    }

    #[test]
    fn a_bad_value_is_not_repeated() {
        assert_eq!(said::<String>(json!(12_345_678)), "must be a string, not a number");
        assert_eq!(said::<String>(json!({"secret": 1})), "must be a string, not an object");
        assert_eq!(said::<String>(json!(null)), "must be a string, not null");
        assert_eq!(said::<bool>(json!("secret")), "must be a boolean, not a string");
        assert_eq!(said::<u8>(json!(4_000_000)), "must be a u8");
        assert_eq!(said::<Colour>(json!("secret")), "must be one of `red`, `green`, `blue`");
        assert_eq!(
            said::<Point>(json!({"secret": 1})),
            "has a field that is not known; it may have `x`"
        );
        assert_eq!(said::<Point>(json!({})), "missing field `x`");
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_repeated_whatever_stands_in_it(secret in "[A-Z]{12}", before in ".{0,9}") {
            for text in [format!("{before}{secret}"), format!("{secret}`, expected \"{secret}"), secret.repeat(50)] {
                let all = [said::<u8>(json!(text)), said::<Colour>(json!(text)), said::<Point>(json!({&text: 1}))];
                for sentence in all {
                    prop_assert!(!sentence.contains(&secret) && sentence.len() < 100, "{}", sentence);
                }
            }
        }
    }
}
