//! Lists: how many, from where, and what comes after.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// How many items a caller wants: 1–500, 100 when unsaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The most that one page holds.
    pub const MOST: u16 = 500;

    /// The number of items.
    pub fn get(self) -> u16 {
        self.0
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

/// Where the next page starts: the sort key of the last item seen, opaque to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor at this sort key.
    pub fn at(key: &impl Serialize) -> Self {
        let json = serde_json::to_vec(key).unwrap_or_default();
        Self(URL_SAFE_NO_PAD.encode(json))
    }

    /// The sort key, if this is a cursor of such a list.
    pub fn key<K: DeserializeOwned>(&self) -> Option<K> {
        let json = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `null` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of at most `limit` of the rows, which were asked for with one more than that: the
    /// extra row says that there is a next page.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Self {
        let most = usize::from(limit.get());
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(|last| Cursor::at(&key(last)));
        Self { items: rows, next }
    }
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
        assert_eq!((page.items, page.next.and_then(|c| c.key())), (vec![1, 2], Some(2)));
        assert_eq!(Page::cut(vec![1, 2], limit, |n| *n).next, None);
    }

    #[test]
    fn a_cursor_that_is_none_has_no_key() {
        assert_eq!(Cursor::from("%%%".to_owned()).key::<(u64, String)>(), None);
    }
}
