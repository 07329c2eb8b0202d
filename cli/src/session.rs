//! The session of this run: the client of whoever is signed in.

use client::{Client, Error, types::Page};

use crate::{
    credentials,
    failure::{Failure, Result},
    settings::{Folders, Settings},
};

/// The most items that are read of a list which is shown whole.
const MOST_ITEMS: usize = 100_000;

/// A client that is signed in.
#[derive(Clone)]
pub struct Session {
    /// The client.
    pub client: Client,
    /// The one who is signed in.
    pub settings: Settings,
}

impl Session {
    /// Opens the session that `login` has kept.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn open() -> Result<Self> {
        let folders = Folders::find()?;
        let settings = Settings::read(&folders)?;
        let token = credentials::find(&folders, &settings.origin, settings.token_in)?;
        let client = Client::new(&settings.origin)?.with_token(token);
        Ok(Self { client, settings })
    }

    /// Returns an outcome with failures as this session sees them: one that has ended is named.
    pub fn outcome<T>(&self, outcome: client::Result<T>) -> Result<T> {
        outcome.map_err(|error| match &error {
            Error::Problem(problem) if problem.name() == "not-signed-in" => {
                Failure::SessionEnded { origin: self.settings.origin.clone() }
            }
            _ => error.into(),
        })
    }
}

/// Reads all pages of a list, each by the cursor of the one before.
pub async fn all_pages<T>(
    mut read_page: impl AsyncFnMut(Option<String>) -> client::Result<Page<T>>,
) -> client::Result<Vec<T>> {
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page = read_page(cursor).await?;
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || items.len() >= MOST_ITEMS {
            return Ok(items);
        }
    }
}
