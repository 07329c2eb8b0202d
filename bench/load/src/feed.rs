//! A client's place in the feed of changes, and the writes of its own that have to be in it.

use std::collections::HashSet;

/// The state of a client that keeps a copy up to date.
#[derive(Debug, Default)]
pub struct Feed {
    cursor: Option<String>,
    /// Photos that were acknowledged and have not come.
    awaited: HashSet<String>,
    /// Photos that have come before they were acknowledged to whoever sent them.
    early: HashSet<String>,
}

/// A question for what has changed, and what the answer must hold.
#[derive(Debug)]
pub struct Question {
    /// The cursor to go on from.
    pub cursor: Option<String>,
    awaited: HashSet<String>,
}

impl Feed {
    /// Creates the state of a client that has read everything up to a cursor.
    pub fn at(cursor: String) -> Self {
        Self { cursor: Some(cursor), ..Self::default() }
    }

    /// Notes a photo whose announcement was acknowledged: an answer that is asked for from now on
    /// has it, or one before had it.
    pub fn acknowledged(&mut self, photo: &str) {
        if !self.early.remove(photo) {
            self.awaited.insert(photo.to_owned());
        }
    }

    /// Returns the next question.
    pub fn question(&self) -> Question {
        Question { cursor: self.cursor.clone(), awaited: self.awaited.clone() }
    }

    /// Takes an answer; returns false if a photo is missing that it must have. Where there is more,
    /// nothing is missing yet.
    pub fn take(&mut self, question: &Question, photos: &[String], next: &str, more: bool) -> bool {
        let come: HashSet<&String> = photos.iter().collect();
        for photo in photos {
            if !self.awaited.remove(photo) && !question.awaited.contains(photo) {
                self.early.insert(photo.clone());
            }
        }
        self.cursor = Some(next.to_owned());
        more || question.awaited.iter().all(|photo| come.contains(photo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photos(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_was_acknowledged_before_the_question_must_come() {
        let mut feed = Feed::at("c0".to_owned());
        feed.acknowledged("a");
        let question = feed.question();
        assert_eq!(question.cursor.as_deref(), Some("c0"));
        assert!(!feed.take(&question, &photos(&["b"]), "c1", false));
        let question = feed.question();
        assert!(feed.take(&question, &photos(&["a"]), "c2", false));
        assert_eq!(feed.question().cursor.as_deref(), Some("c2"));
        assert!(feed.question().awaited.is_empty());
    }

    #[test]
    fn what_comes_on_the_next_page_is_not_missing() {
        let mut feed = Feed::at("c0".to_owned());
        feed.acknowledged("a");
        let question = feed.question();
        assert!(feed.take(&question, &photos(&["b"]), "c1", true));
    }

    #[test]
    fn what_came_before_its_acknowledgement_is_not_awaited_again() {
        let mut feed = Feed::at("c0".to_owned());
        let question = feed.question();
        assert!(feed.take(&question, &photos(&["a"]), "c1", false));
        feed.acknowledged("a");
        let question = feed.question();
        assert!(feed.take(&question, &[], "c1", false));
    }

    #[test]
    fn two_questions_at_the_same_time_may_both_have_it() {
        let mut feed = Feed::at("c0".to_owned());
        feed.acknowledged("a");
        let first = feed.question();
        let second = feed.question();
        assert!(feed.take(&first, &photos(&["a"]), "c1", false));
        assert!(feed.take(&second, &photos(&["a"]), "c1", false));
        let question = feed.question();
        assert!(feed.take(&question, &[], "c1", false));
    }
}
