//! Lists: how many, from where, and what comes after.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number of items that a caller wants: 1–500, 100 when unsaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub struct Limit(#[schemars(range(min = 1, max = 500))] u16);

impl Limit {
    /// The most that one page holds.
    pub const MOST: u16 = 500;

    /// The number of items.
    pub fn get(self) -> u16 {
        self.0
    }

    /// Returns the number to ask a store for: one more than the page holds shows that there is a
    /// next.
    pub fn one_more(self) -> u32 {
        u32::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(n @ 1..=Self::MOST) => Ok(Self(n)),
            _ => Err(format!("must be a whole number from 1 to {}", Self::MOST)),
        }
    }
}

/// The start of the next page: opaque to the caller, signed by whoever handed it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The text, safe in an URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// One page of a list, as a store has it.
#[derive(Clone, Debug)]
pub struct Page<T, K> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The sort key to go on from; `None` at the end.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// A page of at most `limit` of the rows, which were asked for with one more than that: the
    /// extra row says that there is a next page.
    pub fn cut(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Self {
        let most = usize::from(limit.get());
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }

    /// The page with each item made into something else.
    pub fn map<U>(self, to: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(to).collect(), next: self.next }
    }
}

/// One page of a list, as the API answers it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct List<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` at the end.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_outside_its_range_is_refused() {
        assert_eq!("1".parse(), Ok(Limit(1)));
        assert_eq!("500".parse(), Ok(Limit(500)));
        for bad in ["0", "501", "-1", "ten", ""] {
            assert!(bad.parse::<Limit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_page_is_cut_at_the_limit_and_says_where_the_next_starts() {
        let limit = "2".parse().expect("a limit");
        let page = Page::cut(vec![1, 2, 3], limit, |n| *n);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(2)));
        assert_eq!(Page::cut(vec![1, 2], limit, |n| *n).next, None);
    }
}
