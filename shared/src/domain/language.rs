//! Languages in which people are written to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language in which mails are written: its tag of BCP 47.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese in traditional characters.
    #[serde(rename = "zh-Hant")]
    TraditionalChinese,
}

impl Language {
    /// The language's tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-Hant",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_everywhere() {
        for language in [Language::English, Language::TraditionalChinese] {
            let json = serde_json::to_value(language).expect("JSON");
            assert_eq!(json, language.tag());
        }
    }
}
