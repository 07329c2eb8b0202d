//! Makes new renditions of a photo that is ready, at the operator's request.
//!
//! The photo stays ready. New renditions are stored first, under keys made of their own bytes, and
//! then one transaction puts them in the place of the old ones: repeated, it finds them there. The
//! old ones stay until `sweep-objects` finds that no row names them. A photo that cannot be
//! rendered any more keeps what it has.

use serde_json::Value;
use shared::{
    Result,
    domain::Original,
    error::Error,
    stores::{RerenderMessage, library::RenderingOutcome, message::from_body},
};

use crate::MakeRenditions;

/// Returns the original that is to be rendered anew; `None` for a message of another kind.
///
/// # Errors
/// For a message of a later version, and for one that names no original.
pub fn original_of(body: &str) -> Result<Option<Original>> {
    let json: Value = serde_json::from_str(body).map_err(Error::internal)?;
    if json.get("rerender").is_none() {
        return Ok(None);
    }
    let message: RerenderMessage = from_body(body)?;
    match Original::of_key(&message.rerender) {
        Some(original) => Ok(Some(original)),
        None => Err(Error::internal("a message that names no original")),
    }
}

impl MakeRenditions {
    /// Renders a photo anew, if it is ready.
    pub(crate) async fn rerender(&self, original: &Original) -> Result<()> {
        let photo = original.photo;
        let Some(work) = self.projector.library.find_rerendering(original).await? else {
            tracing::info!(%photo, "nothing to render anew");
            return Ok(());
        };
        match self.outcome(original, &work).await {
            Ok(RenderingOutcome::Ready(rendered)) => {
                let changes = self
                    .projector
                    .library
                    .replace_renditions(original, &rendered)
                    .await?;
                self.projector.settle(&changes).await;
                Ok(())
            }
            Ok(RenderingOutcome::Failed(code)) => {
                tracing::error!(%photo, code = code.word(), "keeps the renditions that it has");
                Ok(())
            }
            // Asked again, it would not be there either.
            Err(Error::NotUploaded) => {
                tracing::error!(%photo, "a photo without its original");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::domain::{Folder, PhotoId, Shard};

    use super::*;

    #[test]
    fn a_message_names_an_original() {
        let photo = PhotoId::new(Shard::random());
        let original = Original { folder: Folder::random(), photo, attempt: 2 };
        let message = |v: u32, key: &str| json!({"v": v, "rerender": key}).to_string();
        let read = original_of(&message(1, &original.key()));
        assert_eq!(read.expect("a message"), Some(original));
        assert!(original_of(&message(2, &original.key())).is_err());
        assert!(original_of(&message(1, "originals/else")).is_err());
        assert_eq!(original_of(r#"{"Records": []}"#).expect("another message"), None);
    }
}
