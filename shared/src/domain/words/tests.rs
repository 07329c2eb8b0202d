use proptest::prelude::*;

use super::{
    split::{Kind, kind},
    *,
};

fn words(text: &str) -> Result<Vec<String>, String> {
    Words::try_from(text.to_owned()).map(|words| words.iter().map(str::to_owned).collect())
}

#[test]
fn words_are_letters_and_digits() {
    let of = |text: &str| words(text).expect("words");
    assert_eq!(of("  Sea-side, (2026)! sea Sea "), ["Sea", "side", "2026", "sea"]);
    assert_eq!(of("Cafe\u{301} 東京タワー क्षमा"), ["Café", "東京タワー", "क्षमा"]);
    assert!(
        words("+-*\"()~<>@ %_").is_err()
            && words("").is_err()
            && words("\u{301}\u{200d}\u{fe0f}").is_err()
    );
    assert!(words("a b c d e f g h i").is_err() && words(&"x".repeat(201)).is_err());
}

#[test]
fn each_emoji_is_a_word() {
    let of = |text: &str| words(text).expect("words");
    assert_eq!(of("🎉"), ["🎉"]);
    assert_eq!(of("party🎉🎂 !"), ["party", "🎉", "🎂"]);
    assert_eq!(of("👨\u{200d}👩\u{200d}👧👍🏽"), ["👨\u{200d}👩\u{200d}👧", "👍🏽"]);
    assert_eq!(of("🇨🇭🇯🇵"), ["🇨🇭", "🇯🇵"]);
    assert_eq!(
        of("❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3}"),
        ["❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}"]
    );
    assert_eq!(of("می\u{200c}خواهم ක්\u{200d}ෂ"), ["می", "خواهم", "ක්\u{200d}ෂ"]);
}

proptest! {
    #[test]
    fn no_word_has_anything_that_a_query_could_take_for_an_operator(text in ".{0,80}") {
        for word in words(&text).unwrap_or_default() {
            prop_assert!(word.chars().all(|c| kind(c) != Kind::Gap), "{}", word);
            let is_sign = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
                prop_assert!(!word.contains(is_sign), "{}", word);
        }
    }
}
