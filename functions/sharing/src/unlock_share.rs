//! `POST /v1/shared/{token}/unlock`: a key to a share that takes a password.
//!
//! Writes nothing: the key is signed and says itself which share it opens and until when. Tries are
//! counted by address and by share, so that a password cannot be guessed from many addresses
//! either.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, example, password::Password},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::Hot,
};

use crate::guest;

/// The life of a key, in seconds: a day.
const LASTS: i64 = 24 * 3600;

request! {
    /// The password.
    struct Body {
        /// The share's password.
        password: Password,
    }
}

/// A key.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareKey")]
struct KeyView {
    /// The key: sent as `Albumen-Share-Key`.
    key: String,
    /// Until when it opens the share.
    expires_at: Moment,
}

/// The route and what it needs.
pub struct UnlockShare {
    /// The hot table, where shares are looked up.
    pub hot: Hot,
}

#[async_trait]
impl Route for UnlockShare {
    fn spec() -> Spec {
        Spec::post("/v1/shared/{token}/unlock")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Unlock a share with its password")
            .about(
                "The key goes with every request of the share, as `Albumen-Share-Key`, for a day.",
            )
            .takes::<Body>(json!({"password": "a quiet orange lighthouse"}))
            .gives::<KeyView>(200, json!({"key": "WyI5Zjg2ZDA4M…", "expires_at": example::MOMENT}))
            .fails(&["share-locked"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let share = guest::find(call, &self.hot).await?;
        let Body { password } = call.body()?;
        call.limit(Policy::LogIn, &share.id.to_string()).await?;
        let hash = share
            .password
            .as_deref()
            .ok_or_else(|| Error::field("password", "is not asked for here"))?;
        if !password.matches(Some(hash)) {
            return Err(Error::ShareLocked);
        }
        let day = Moment::now().plus(LASTS);
        let expires_at = share.expires_at.map_or(day, |end| end.min(day));
        let key = guest::key(call, &share, expires_at)?;
        Ok(Reply::ok(&KeyView { key, expires_at }).uncached())
    }
}
