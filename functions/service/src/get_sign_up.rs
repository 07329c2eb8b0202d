//! `GET /v1/sign-up`: what the page must know before anybody is signed in: who may sign up here, how
//! else people log in, and what its maps are drawn of.

use async_trait::async_trait;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{SignUpMode, SignUpRule},
    http::{Call, Doc, Reply, Route, Spec},
};

/// The rule of who may sign up.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignUp")]
struct SignUpView {
    /// Those who may: everybody, who was invited, who has an address at one of `domains` or was
    /// invited, or nobody.
    mode: SignUpMode,
    /// The domains; empty unless the mode is `domains`.
    domains: Vec<String>,
    /// True if the service sends mail: links that verify addresses, invitations, new passwords.
    mail: bool,
    /// The single sign-on by which people log in, too; `null` where there is none.
    single_sign_on: Option<SingleSignOnView>,
    /// The tile server of maps; `null` where they are drawn of what comes with the page.
    map_tiles: Option<MapTilesView>,
}

/// A single sign-on.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "SingleSignOn")]
struct SingleSignOnView {
    /// The name under which people know it.
    name: String,
}

/// A tile server, as the stack names it.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "MapTiles")]
pub struct MapTilesView {
    /// The address of a tile, with `{z}`, `{x}` and `{y}` in it; with `{r}` where `@2x` may stand.
    pub url: String,
    /// The line that maps must show; may be empty.
    pub attribution: String,
}

/// The route and what it needs.
pub struct GetSignUp {
    /// The rule of who may sign up.
    pub rule: SignUpRule,
    /// True if the stack sends mail.
    pub sends_mail: bool,
    /// The name of the single sign-on; `None` where there is none.
    pub single_sign_on: Option<String>,
    /// The tile server of maps; `None` where there is none.
    pub map_tiles: Option<MapTilesView>,
}

#[async_trait]
impl Route for GetSignUp {
    fn spec() -> Spec {
        Spec::get("/v1/sign-up").open()
    }

    fn doc() -> Doc {
        Doc::new("Who may sign up").gives::<SignUpView>(
            200,
            json!({
                "mode": "domains", "domains": ["example.org"], "mail": true,
                "single_sign_on": {"name": "Example ID"},
                "map_tiles": {
                    "url": "https://tiles.example.org/{z}/{x}/{y}.png",
                    "attribution": "© OpenStreetMap contributors, https://www.openstreetmap.org/copyright",
                },
            }),
        )
    }

    async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
        let SignUpRule { mode, domains } = self.rule.clone();
        let single_sign_on = self.single_sign_on.clone();
        let single_sign_on = single_sign_on.map(|name| SingleSignOnView { name });
        let view = SignUpView {
            mode,
            domains,
            mail: self.sends_mail,
            single_sign_on,
            map_tiles: self.map_tiles.clone(),
        };
        Ok(Reply::ok(&view).with(header::CACHE_CONTROL, "public, max-age=60"))
    }
}
