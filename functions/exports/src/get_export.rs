//! `GET /v1/me/exports/{export}`: how far an export is, and links to the parts that are there.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Moment, Scope, example,
        export::{ExportPartView, ExportState, ExportView},
    },
    http::{Call, Doc, Reply, Route, Spec},
    stores::{ExportFiles, Exports},
};

use crate::{create_export, names};

/// An export with its parts.
#[derive(Serialize, JsonSchema)]
struct ExportWithParts {
    #[serde(flatten)]
    export: ExportView,
    /// The parts, once all are there.
    files: Vec<ExportPartView>,
    /// Until when the links can be used; ask again for others.
    links_expire_at: Option<Moment>,
}

/// The route and what it needs.
pub struct GetExport {
    /// The exports that were asked for.
    pub exports: Exports,
    /// The bucket of the parts.
    pub files: ExportFiles,
}

#[async_trait]
impl Route for GetExport {
    fn spec() -> Spec {
        Spec::get("/v1/me/exports/{export}").scope(Scope::Account)
    }

    fn doc() -> Doc {
        let file = json!({
            "number": 1, "name": "albumen-2026-07-14-0001.zip", "photos": 1, "bytes": 4_220_412,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "url": "https://exports.example/exports/0001.zip?X-Amz-Signature=…",
        });
        let ready = json!({
            "state": "ready",
            "photos": 1,
            "bytes": 4_220_412,
            "parts": 1,
            "expires_at": "2026-07-21T09:30:00.000000Z",
            "files": [file],
            "links_expire_at": "2026-07-14T10:30:00.000000Z",
        });
        Doc::new("How far an export is, with links to its parts once it is ready")
            .about("Its parts are kept for seven days; a link can be used for an hour.")
            .gives::<ExportWithParts>(200, example::with(create_export::example(), &ready))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id = call.id("export")?;
        let user = call.caller().await?.user;
        let export = self.exports.of_user(id, user).await?.view;
        let kept = export.expires_at.is_some_and(|at| at > Moment::now());
        let mut files = Vec::new();
        let mut links_expire_at = None;
        if export.state == ExportState::Ready && kept {
            for part in self.exports.parts(id).await? {
                let name = names::part(export.created_at, part.number);
                let (url, until) = self.files.link(&part.object, &name).await?;
                links_expire_at.get_or_insert(until);
                let (number, photos, bytes, sha256) =
                    (part.number, part.photos, part.bytes, part.sha256);
                files.push(ExportPartView { number, name, photos, bytes, sha256, url });
            }
        }
        Ok(Reply::ok(&ExportWithParts { export, files, links_expire_at }).uncached())
    }
}
