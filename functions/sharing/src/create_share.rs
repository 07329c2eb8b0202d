//! `POST /v1/albums/{album}/shares`: a link that shows the album to whoever has it.
//!
//! Id and token come from the request: repeated under one `Idempotency-Key`, it finds the row that
//! it made and answers with the same token. Dying after the transaction leaves the projection,
//! without which the link opens nothing, to the relay.

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{
        AlbumId, Moment, Name, UserId, example,
        password::Password,
        sharing::{Allows, ShareView, UploadBounds},
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Projector, library::NewShare},
};

use crate::share_page;

request! {
    /// Permissions of the link: to look, unless it says more.
    struct Body {
        /// Its name.
        name: Option<Name>,
        /// The password that guests must know beside the link.
        password: Option<Password>,
        /// The moment at which it ends; never when left out.
        expires_at: Option<Moment>,
        /// True to let guests have originals, with all that their files say: the place included.
        allow_original: Option<bool>,
        /// True to let guests see where photos were taken.
        show_location: Option<bool>,
        /// True to let guests add photos, which count against the owner's quota.
        allow_upload: Option<bool>,
        /// Bytes that guests may send by it in all: from 1 on; a quarter of the owner's quota when left out.
        upload_bytes: Option<u64>,
        /// Photos that guests may have announced and not sent, at a time: 1 to 1000; 100 when left out.
        open_uploads: Option<u32>,
    }
}

/// The most photos that guests of a share may have announced and not sent.
const MOST_OPEN: u32 = 1000;

/// A share that has just been made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NewShare")]
struct Made {
    #[serde(flatten)]
    share: ShareView,
    /// Its secret, shown once.
    token: String,
    /// The path that the token leads to in the API.
    path: String,
    /// The address to pass on: the album opens there in a browser, and messengers show a card of
    /// it.
    url: String,
}

/// The route and what it needs.
pub struct CreateShare {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for CreateShare {
    fn spec() -> Spec {
        Spec::post("/v1/albums/{album}/shares")
    }

    fn doc() -> Doc {
        let made = json!({
            "token": "albumen_Zm9v…", "path": "/v1/shared/albumen_Zm9v…",
            "url": "https://albumen.example/s/albumen_Zm9v…",
        });
        Doc::new("Share an album by a link")
            .about("For the album's owner. The token is shown once. Nothing but looking is allowed unless said.")
            .takes::<Body>(json!({"name": "Grandparents", "expires_at": "2027-01-01T00:00:00Z"}))
            .gives::<Made>(201, example::with(example_share(), &made))
            .fails(&["full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let body: Body = call.body()?;
        // Before a password costs anything.
        self.projector.library.check_owner(album, caller).await?;
        check(call, &body, caller).await?;
        let token = call.secret("share")?;
        let on = |flag: Option<bool>| flag.unwrap_or(false);
        let allows = Allows {
            originals: on(body.allow_original),
            places: on(body.show_location),
            uploads: on(body.allow_upload),
        };
        let new = NewShare {
            id: call.fresh(album.shard()),
            album,
            caller,
            token: token.digest(),
            name: body.name,
            password: body.password.as_ref().map(Password::hash),
            allows,
            bounds: UploadBounds { bytes: body.upload_bytes, open: body.open_uploads },
            expires_at: body.expires_at,
        };
        let (share, changes) = self.projector.library.create_share(&new).await?;
        self.projector.settle(&changes).await;
        let token = token.reveal().to_owned();
        let path = format!("/v1/shared/{token}");
        let url = share_page::address(call.origin(), &token);
        let made = Made { share, token, path, url };
        Ok(Reply::json(StatusCode::CREATED, &made).uncached())
    }
}

/// A password's strength and hash take as long as a log-in's, and are counted as one.
async fn check(call: &Call<'_>, body: &Body, caller: UserId) -> Result<()> {
    if body.expires_at.is_some_and(|end| end <= Moment::now()) {
        return Err(Error::field("expires_at", "must be in the future"));
    }
    if body.upload_bytes == Some(0) {
        return Err(Error::field("upload_bytes", "must be at least 1"));
    }
    if body
        .open_uploads
        .is_some_and(|open| !(1..=MOST_OPEN).contains(&open))
    {
        return Err(Error::field("open_uploads", format!("must be between 1 and {MOST_OPEN}")));
    }
    let Some(password) = &body.password else { return Ok(()) };
    call.limit(Policy::LogIn, &caller.to_string()).await?;
    password
        .check_strength(&[])
        .map_err(|why| Error::field("password", why))
}

/// A share for the documentation.
pub(crate) fn example_share() -> Value {
    json!({
        "id": "share_01kayzf3n8f5g9m0e7q4v2x8cz", "album": example::ALBUM, "name": "Grandparents",
        "has_password": false, "allow_original": false, "show_location": false, "allow_upload": false,
        "upload_bytes": null, "open_uploads": null, "expires_at": "2027-01-01T00:00:00.000000Z",
        "created_at": example::MOMENT,
    })
}
