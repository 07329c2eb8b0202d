//! Numbers as people read them.

/// Returns a share in percent.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Returns whole dollars, with a comma after every three digits.
pub fn money(dollars: f64) -> String {
    let whole = format!("{dollars:.0}");
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number of users in short.
#[expect(clippy::cast_precision_loss, reason = "to be read")]
pub fn short_users(users: u64) -> String {
    short(users as f64)
}

/// Returns two or three digits, and their unit.
pub fn short(number: f64) -> String {
    if number >= 1e9 {
        format!("{:.1} billion", number / 1e9)
    } else if number >= 1e6 {
        format!("{:.3} million", number / 1e6).replace(".000", "")
    } else if number >= 100.0 {
        money(number)
    } else if number >= 1.0 {
        format!("{number:.1}").replace(".0", "")
    } else {
        format!("{number:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(money(1_234_567.4), "1,234,567");
        assert_eq!(money(999.0), "999");
        assert_eq!(short(10_000_000.0), "10 million");
        assert_eq!(short(12.0), "12");
    }
}
