//! Words of captions: as many as people use, and as unevenly.

/// Number of different words.
const WORDS: f64 = 20_000.0;

/// Words of a caption.
pub const IN_CAPTION: u64 = 4;

/// Ranks of words that many photos have, and hardly a photo all of.
pub const COMMON: [u32; 4] = [1, 2, 3, 9];

/// A photo that has all of them, somewhere in the middle.
const WITH_ALL_COMMON: u32 = 500;

const CONSONANTS: [char; 16] =
    ['b', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'z'];
/// Characters that one caption in sixteen has, written without blanks between others.
pub const CHINESE: &str = "南京";

/// A market in Beijing, a bridge in Nanjing, a tower in Tokyo, a garden in Suzhou.
const PLACES: [&str; 4] = ["北京夜市", "在南京大橋上", "東京塔", "蘇州園林"];

const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// Returns the word of this rank: the most common has rank 1. Those of near ranks do not begin
/// alike.
pub fn word(rank: u32) -> String {
    let mut word = String::new();
    let mut rest = u64::from(rank);
    for _ in 0..3 {
        let consonant = rest % CONSONANTS.len() as u64;
        rest /= CONSONANTS.len() as u64;
        let vowel = rest % VOWELS.len() as u64;
        rest /= VOWELS.len() as u64;
        word.push(CONSONANTS[usize::try_from(consonant).unwrap_or(0)]);
        word.push(VOWELS[usize::try_from(vowel).unwrap_or(0)]);
    }
    word
}

/// Returns the caption of this photo, the same in each run. Each second photo says `left`, and the
/// others say `right`: two common words that never meet. Each fourth names a place in Chinese.
pub fn caption(photo: u32) -> String {
    let side = if photo.is_multiple_of(2) { "left" } else { "right" };
    let mut caption = side.to_owned();
    for place in 0..IN_CAPTION {
        caption.push(' ');
        caption.push_str(&word(rank(u64::from(photo) * IN_CAPTION + place)));
    }
    if photo.is_multiple_of(4) {
        caption.push(' ');
        caption.push_str(PLACES[(photo / 4 % 4) as usize]);
    }
    if photo == WITH_ALL_COMMON {
        for rank in COMMON {
            caption.push(' ');
            caption.push_str(&word(rank));
        }
    }
    caption
}

/// Returns a rank by Zipf's law with exponent 1: each is as likely as its inverse.
fn rank(number: u64) -> u32 {
    let even = f64::from(scattered(number)) / f64::from(u32::MAX);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 20,000")]
    let rank = WORDS.powf(even) as u32;
    rank
}

/// Returns a number that looks random (the finaliser of `SplitMix64`).
fn scattered(number: u64) -> u32 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_and_the_common_ones_are_common() {
        let words: std::collections::BTreeSet<_> = (1..=20_000).map(word).collect();
        assert_eq!(words.len(), 20_000);
        let common = word(1);
        let has = |photo: &u32| caption(*photo).split(' ').any(|word| word == common);
        let photos = (0..10_000).filter(has).count();
        assert!((2000..3500).contains(&photos), "{photos} of 10,000");
    }
}
