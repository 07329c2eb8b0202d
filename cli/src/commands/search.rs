//! `albumen search`.

use clap::Args;
use client::types::{Photo, SearchQuery};

use crate::{
    failure::{Failure, Result},
    output::{Output, bytes_in_words},
    session::Session,
};

/// The photos that are asked for at once.
const PAGE: u16 = 100;

/// Options of `search`.
#[derive(Args, Debug)]
#[command(after_help = "\
A photo has to meet all conditions.

Examples:
  albumen search lighthouse
  albumen search --tag beach --from 2026-06-01 --to 2026-08-31
  albumen search --favourites --json | jq -r .id")]
pub struct SearchArgs {
    /// Words of captions and names
    pub words: Vec<String>,
    /// A tag
    #[arg(long)]
    pub tag: Option<String>,
    /// A camera
    #[arg(long)]
    pub camera: Option<String>,
    /// The first day, such as 2026-06-01
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Favourites only
    #[arg(long)]
    pub favourites: bool,
    /// The most photos to show
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub most: usize,
}

/// Finds photos.
pub async fn run(arguments: &SearchArgs, session: &Session, output: Output) -> Result<()> {
    let words = arguments.words.join(" ");
    let mut query = SearchQuery {
        q: (!words.is_empty()).then_some(words.as_str()),
        tag: arguments.tag.as_deref(),
        camera: arguments.camera.as_deref(),
        from: arguments.from.as_deref(),
        to: arguments.to.as_deref(),
        favourite: arguments.favourites.then_some(true),
        ..SearchQuery::default()
    };
    if is_empty(&query) {
        return Err(Failure::Usage(
            "Search for something: `albumen search --help` has examples.".to_owned(),
        ));
    }
    query.limit = Some(PAGE);
    let mut photos = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let of_page = SearchQuery { cursor: cursor.as_deref(), ..query.clone() };
        let page = session.outcome(session.client.search(&of_page).await)?;
        photos.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || photos.len() >= arguments.most {
            break;
        }
    }
    photos.truncate(arguments.most);
    output.list(&photos, &["PHOTO", "TAKEN", "SIZE", "NAME", "CAPTION"], row);
    Ok(())
}

fn is_empty(query: &SearchQuery<'_>) -> bool {
    let texts = [query.q, query.tag, query.camera, query.from, query.to];
    texts.iter().all(Option::is_none) && query.favourite.is_none()
}

fn row(photo: &Photo) -> Vec<String> {
    vec![
        photo.id.to_string(),
        photo.taken_at.clone(),
        bytes_in_words(photo.bytes),
        photo.name.clone(),
        photo.caption.clone(),
    ]
}
