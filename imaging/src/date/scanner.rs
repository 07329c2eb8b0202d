//! Reading a date from its front.

/// Characters between two numbers of a date or a time, with blanks around them.
const SEPARATORS: &[char] = &[':', '-', '/', '.', ',', '_', 'T', 't'];

/// The part of a date that was not read yet.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Takes a character.
    pub(super) fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        Some(next)
    }

    /// Passes over this character, if it comes next, and returns whether it did.
    pub(super) fn skip(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a number of at most so many digits.
    pub(super) fn number(&mut self, max_digits: usize) -> Option<u16> {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let count = self
            .rest
            .bytes()
            .take(max_digits)
            .take_while(is_digit)
            .count();
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number = digits.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    /// Takes a number of four digits.
    pub(super) fn year(&mut self) -> Option<u16> {
        let length = self.rest.len();
        let year = self.number(4)?;
        let digits = length - self.rest.len();
        if digits == 4 { Some(year) } else { None }
    }

    /// Takes the separator that comes next, if one does, with the blanks around it.
    pub(super) fn separator(&mut self) -> Option<char> {
        self.skip_blanks();
        let next = self.rest.chars().next()?;
        if !SEPARATORS.contains(&next) {
            return None;
        }
        self.rest = &self.rest[next.len_utf8()..];
        self.skip_blanks();
        Some(next)
    }

    pub(super) fn skip_separator(&mut self) {
        self.separator();
    }

    /// Passes over this separator, if it comes next, and returns whether it did. None is between
    /// digits.
    pub(super) fn separator_is(&mut self, wanted: Option<char>) -> bool {
        let mut ahead = *self;
        let is_same = ahead.separator() == wanted;
        let is_next = is_same && ahead.rest.starts_with(|c: char| c.is_ascii_digit());
        if is_next {
            *self = ahead;
        }
        is_next
    }

    /// Takes the digits after a decimal point.
    pub(super) fn fraction(&mut self) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(['.', ','])?;
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        self.rest = after;
        Some(digits)
    }
}
