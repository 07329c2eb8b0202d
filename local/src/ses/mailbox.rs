//! Mails in a folder: a file of JSON each, named by an id that sorts by time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// The most mails that are kept: the oldest go first.
const MOST: usize = 10_000;

/// The reason for which mails cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("mails in {}: {cause}", folder.display())]
pub struct Error {
    folder: PathBuf,
    cause: std::io::Error,
}

/// A mail as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptMail {
    /// Its id, SES's `MessageId`.
    pub id: Uuid,
    /// The moment at which it was taken, in RFC 3339.
    pub sent_at: String,
    /// The address that it came from, as the request has it.
    pub from: String,
    /// The addresses that it went to.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Its page.
    pub html: String,
    /// Its further headers, name and value.
    pub headers: Vec<(String, String)>,
    /// Its tags, name and value, which events of it have.
    #[serde(default)]
    pub tags: Vec<(String, String)>,
}

impl KeptMail {
    /// Returns a mail without content, taken now.
    pub(super) fn taken_now() -> Self {
        let now = OffsetDateTime::now_utc();
        Self {
            id: Uuid::now_v7(),
            sent_at: now.format(&Rfc3339).unwrap_or_default(),
            from: String::new(),
            to: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            headers: Vec::new(),
            tags: Vec::new(),
        }
    }
}

/// The folder of the mails.
pub(super) struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let mailbox = Self { folder: folder.to_owned() };
        fs::create_dir_all(folder).map_err(|cause| mailbox.failed(cause))?;
        Ok(mailbox)
    }

    /// Keeps a mail.
    pub fn keep(&self, mail: &KeptMail) -> Result<(), Error> {
        let text = serde_json::to_vec(mail).map_err(|cause| self.failed(cause.into()))?;
        // Under another name until it is whole, so that nobody reads half of it.
        let unfinished = self.folder.join(format!("{}.part", mail.id));
        fs::write(&unfinished, text).map_err(|cause| self.failed(cause))?;
        fs::rename(&unfinished, self.path(mail.id)).map_err(|cause| self.failed(cause))?;
        self.forget_oldest()
    }

    /// Returns a mail; `None` when there is none with this id.
    pub fn find(&self, id: Uuid) -> Option<KeptMail> {
        read(&self.path(id))
    }

    /// Returns the mails to an address, or all, the newest first.
    pub fn list(&self, to: Option<&str>) -> Result<Vec<KeptMail>, Error> {
        let mut mails = Vec::new();
        for path in self.paths()?.iter().rev() {
            // One that another request has just removed is gone.
            let Some(mail) = read(path) else { continue };
            if to.is_none_or(|to| mail.to.iter().any(|each| each == to)) {
                mails.push(mail);
            }
        }
        Ok(mails)
    }

    fn forget_oldest(&self) -> Result<(), Error> {
        let paths = self.paths()?;
        let surplus = paths.len().saturating_sub(MOST);
        for path in &paths[..surplus] {
            // Somebody else may have removed it.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// Returns the files, the oldest first.
    fn paths(&self) -> Result<Vec<PathBuf>, Error> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(|cause| self.failed(cause))? {
            let path = entry.map_err(|cause| self.failed(cause))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn failed(&self, cause: std::io::Error) -> Error {
        Error { folder: self.folder.clone(), cause }
    }
}

fn read(path: &Path) -> Option<KeptMail> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_kept_and_found_by_address_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::open(&folder.path().join("mails")).unwrap();
        for (to, subject) in [("a@x.example", "1"), ("b@x.example", "2"), ("a@x.example", "3")] {
            let mut mail = KeptMail::taken_now();
            mail.to.push(to.to_owned());
            subject.clone_into(&mut mail.subject);
            mailbox.keep(&mail).unwrap();
        }
        let subjects = |to| {
            let mails = mailbox.list(to).unwrap();
            mails
                .into_iter()
                .map(|mail| mail.subject)
                .collect::<Vec<_>>()
        };
        assert_eq!(subjects(Some("a@x.example")), ["3", "1"]);
        assert_eq!(subjects(None), ["3", "2", "1"]);
        let newest = mailbox.list(None).unwrap().remove(0);
        assert_eq!(mailbox.find(newest.id).unwrap().subject, "3");
        assert!(mailbox.find(Uuid::now_v7()).is_none());
    }
}
