//! Reads what a provider says of a person.

use serde_json::{Map, Value};

/// The most characters of a text that is taken over.
const LONGEST: usize = 320;

/// The claim that makes administrators, and the value that it must have or hold.
pub struct AdministratorClaim {
    /// The claim's name; empty where no claim makes administrators.
    pub name: String,
    /// The value.
    pub value: String,
}

impl AdministratorClaim {
    /// Returns true if the claim makes the person an administrator.
    pub fn is_in(&self, claims: &Map<String, Value>) -> bool {
        if self.name.is_empty() || self.value.is_empty() {
            return false;
        }
        match claims.get(&self.name) {
            Some(Value::String(text)) => *text == self.value,
            Some(Value::Bool(is_true)) => *is_true && self.value == "true",
            Some(Value::Array(values)) => values.iter().any(|value| *value == self.value.as_str()),
            _ => false,
        }
    }

    /// Returns true if the claim is there, or none is looked for.
    pub fn is_told_in(&self, claims: &Map<String, Value>) -> bool {
        self.name.is_empty() || claims.contains_key(&self.name)
    }
}

/// Returns the text of this claim, if it is one of a length that people have.
pub fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    if text.chars().count() <= LONGEST { Some(text.to_owned()) } else { None }
}

/// Returns true if this claim is: some providers say so in letters.
pub fn is_true(claims: &Map<String, Value>, name: &str) -> bool {
    match claims.get(name) {
        Some(Value::Bool(is_true)) => *is_true,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Map<String, Value> {
        Map::from_iter([("claim".to_owned(), value)])
    }

    #[test]
    fn a_claim_makes_administrators_by_its_whole_value() {
        let claim =
            |value: &str| AdministratorClaim { name: "claim".to_owned(), value: value.to_owned() };
        for (told, value, makes) in [
            (json!("admins"), "admins", true),
            (json!(["users", "admins"]), "admins", true),
            (json!(true), "true", true),
            (json!("admins-not"), "admins", false),
            (json!(["users"]), "admins", false),
            (json!([["admins"]]), "admins", false),
            (json!(null), "admins", false),
            (json!(""), "", false),
        ] {
            assert_eq!(claim(value).is_in(&claims(told.clone())), makes, "{told}");
        }
        let none = AdministratorClaim { name: String::new(), value: "admins".to_owned() };
        assert!(!none.is_in(&claims(json!("admins"))));
    }

    #[test]
    fn an_address_is_verified_only_if_that_is_said() {
        for (told, is) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            assert_eq!(is_true(&claims(told.clone()), "claim"), is, "{told}");
        }
        assert!(!is_true(&Map::new(), "claim"));
    }

    #[test]
    fn a_text_that_is_too_long_is_none() {
        assert!(text(&claims(json!("a".repeat(320))), "claim").is_some());
        assert!(text(&claims(json!("a".repeat(321))), "claim").is_none());
    }
}
