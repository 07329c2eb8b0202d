//! The beginning of every route of guests: opens the share that the path's token names.

use http::header;
use shared::{
    Result,
    domain::{Folder, Moment, sharing::Share, token::Token},
    error::Error,
    http::{Call, Reply},
    stores::{Audience, Hot, MediaSigner},
};

/// The header that carries an unlocked share's key.
const HEADER: &str = "albumen-share-key";

/// The purpose that keys are signed for.
const PURPOSE: &str = "share key";

/// The answer to every token that opens nothing, whatever the reason.
pub const NONE: Error = Error::NotFound { what: "share" };

/// The share of the path's token, locked or not.
///
/// # Errors
/// [`Error::NotFound`] for a token that is wrong, expired or revoked: the same for each.
pub async fn find(call: &Call<'_>, hot: &Hot) -> Result<Share> {
    hot.share(&token(call)).await?.ok_or(NONE)
}

/// Returns the hash of the path's token.
fn token(call: &Call<'_>) -> String {
    Token::sent(call.segment("token")).hash()
}

/// The share of the path's token, to a guest who has its key if it takes a password.
///
/// # Errors
/// As [`find`]; [`Error::ShareLocked`] without the key.
pub async fn open(call: &Call<'_>, hot: &Hot) -> Result<Share> {
    unlocked(call, find(call, hot).await?)
}

/// As [`open`], to a guest who looks and does nothing else: a share that has just been revoked may
/// open for a moment more.
///
/// # Errors
/// As [`open`].
pub async fn open_lately(call: &Call<'_>, hot: &Hot) -> Result<Share> {
    let found = hot.share_lately(&token(call)).await?;
    unlocked(call, found.ok_or(NONE)?)
}

/// The share of this token, if it shows its album to whoever has the link: it lasts, and takes no
/// password.
///
/// # Errors
/// When the hot table does not answer.
pub async fn open_to_all(token: &str, hot: &Hot) -> Result<Option<Share>> {
    let found = hot.share_lately(&Token::sent(token).hash()).await?;
    Ok(found.filter(|share| share.password.is_none()))
}

/// The share, to a guest who has its key if it takes a password.
fn unlocked(call: &Call<'_>, share: Share) -> Result<Share> {
    if share.password.is_none() {
        return Ok(share);
    }
    let key = call.headers().get(HEADER).and_then(|key| key.to_str().ok());
    let opened: Option<(String, i64)> = match key {
        Some(key) => call.signer()?.open(PURPOSE, key),
        None => None,
    };
    let good =
        opened.is_some_and(|(token, ends)| token == share.token && ends > Moment::now().micros());
    if good { Ok(share) } else { Err(Error::ShareLocked) }
}

/// A key to this share until then.
///
/// # Errors
/// When the function has no signing key.
pub fn key(call: &Call<'_>, share: &Share, ends: Moment) -> Result<String> {
    Ok(call.signer()?.seal(PURPOSE, &(&share.token, ends.micros())))
}

/// Returns the audience of lists of this share's photos.
pub fn audience(share: &Share) -> Audience {
    Audience::Guests { places: share.allows.places }
}

/// Returns what opens the images in this folder to guests of this share, as the API answers it.
///
/// # Errors
/// When it is no JSON.
pub fn media_json(media: &MediaSigner, folder: Folder, share: &Share) -> Result<String> {
    let opens = media.open_to_guests(folder, share.expires_at);
    serde_json::to_string(&opens).map_err(Error::internal)
}

/// The answer, to be kept by caches no longer than the share allows. One that takes no password is
/// the same for everyone who has the link: the edge may answer it for a second, which takes nearly
/// all load of a link that has become popular, and is how long a revoked share can go on being
/// seen. What a key opens is kept by nobody.
pub fn cached(share: &Share, reply: Reply) -> Reply {
    let shared = share.password.is_none();
    reply.with(
        header::CACHE_CONTROL,
        if shared { "public, max-age=0, s-maxage=1" } else { "private, no-store" },
    )
}
