//! `GET /s/{token}`: the page behind a link. Messengers, which run no script, find a card of the
//! album in it; people are led on to the gallery. With `.jpg` behind the token it is the card's
//! picture.
//!
//! A card tells what the link shows to everybody who has it, and no more: where that takes a
//! password, and where it opens nothing, the card names nothing, and nobody sees which it was.
//! Two round trips to the hot table, and never a query: the gallery has projected what is not there.

use async_trait::async_trait;
use http::header;
use shared::{
    Result,
    domain::{Moment, sharing::Share},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Hot, Renditions},
};

use crate::{
    card::{Card, SharedAlbum},
    card_picture, guest, share_page,
};

/// Seconds for which the edge keeps a card's picture: as long as images of a link that was revoked
/// may open anyway.
const PICTURE_STAYS: i64 = 15 * 60;

/// The route and what it needs.
pub struct GetSharePage {
    /// Shares and albums.
    pub hot: Hot,
    /// The covers of albums.
    pub renditions: Renditions,
}

#[async_trait]
impl Route for GetSharePage {
    fn spec() -> Spec {
        Spec::get("/s/{token}").open()
    }

    fn doc() -> Doc {
        Doc::new("The page behind a link")
            .about(
                "HTML, for messengers and browsers: a card of the album (Open Graph), and the way on to the gallery. \
                    The same for a link that takes a password and for one that opens nothing. With `.jpg` behind \
                    the token: the card's picture, a JPEG of the cover.",
            )
            .gives_nothing(200)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let asked = call.segment("token");
        match asked.strip_suffix(share_page::PICTURE) {
            Some(token) => self.picture(token).await,
            None => self.page(call.origin(), asked).await,
        }
    }
}

impl GetSharePage {
    async fn page(&self, origin: &str, token: &str) -> Result<Reply> {
        if !share_page::is_token(token) {
            return Err(guest::NONE);
        }
        match self.album(token).await {
            Ok(album) => {
                let card = album.map_or_else(Card::unnamed, |(_, album)| Card::of(&album));
                Ok(kept(share_page::reply(origin, token, &card)?, 1))
            }
            // People are led on all the same: the gallery tells them, and asks again.
            Err(error) => {
                tracing::error!(error = error.chain(), "a card without its album");
                Ok(share_page::reply(origin, token, &Card::unnamed())?.uncached())
            }
        }
    }

    async fn picture(&self, token: &str) -> Result<Reply> {
        let (share, album) = self.album(token).await?.ok_or(guest::NONE)?;
        let cover = album.picture().ok_or(guest::NONE)?;
        let rendition = self.renditions.read(&cover.url).await?;
        let jpeg = card_picture::jpeg(&rendition)?;
        Ok(kept(Reply::ok_of_type("image/jpeg", jpeg), stays(&share)))
    }

    /// Returns the album that this link shows to everybody who has it.
    async fn album(&self, token: &str) -> Result<Option<(Share, SharedAlbum)>> {
        let Some(share) = guest::open_to_all(token, &self.hot).await? else { return Ok(None) };
        let Some(head) = self.hot.head(share.album).await? else { return Ok(None) };
        let Some(view) = head.for_guests() else { return Ok(None) };
        let album = serde_json::from_str(&view).map_err(Error::internal)?;
        Ok(Some((share, album)))
    }
}

/// Returns the seconds for which the picture of this share's card may be kept: never longer than
/// the share lasts.
fn stays(share: &Share) -> i64 {
    let Some(end) = share.expires_at else { return PICTURE_STAYS };
    let left = end.epoch() - Moment::now().epoch();
    left.clamp(0, PICTURE_STAYS)
}

/// The answer, to be kept by the edge for so many seconds, and by nobody found who searches.
fn kept(reply: Reply, seconds: i64) -> Reply {
    reply.with(header::CACHE_CONTROL, &format!("public, max-age=0, s-maxage={seconds}"))
}
