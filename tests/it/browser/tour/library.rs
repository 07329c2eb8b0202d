//! Pages that find photos of the owner's, then those of the account.

use tests::System;
use thirtyfour::prelude::*;

use super::{Tour, cast::Cast};

impl Tour {
    pub async fn library(&mut self) -> WebDriverResult<()> {
        let cast = &Cast::new(&System::shared()).await;
        self.sign_in(&cast.owner).await?;
        self.found(cast).await?;
        self.account().await?;
        self.administration().await
    }

    async fn found(&mut self, cast: &Cast) -> WebDriverResult<()> {
        self.visit("photos", "#/photos", ".month .tile .is-loaded")
            .await?;
        let photo = format!("#/photos/{}", cast.photo);
        self.visit("photos-viewer", &photo, ".viewer-slide.is-loaded")
            .await?;
        self.visit("search", "#/search?q=ferry", ".tile .is-loaded")
            .await?;
        self.visit("search-nothing", "#/search?q=nothingofthekind", ".empty")
            .await?;
        self.visit("search-filters", "#/search?tag=lake&favourite=true", ".tile .is-loaded")
            .await?;
        self.press("search-map", ".search-place .button", "dialog .map-canvas")
            .await?;
        self.close().await?;
        self.visit("favourites", "#/favourites", ".tile .is-loaded")
            .await?;
        self.visit("map", "#/map", ".map-pin .is-loaded").await?;
        self.visit("tags", "#/tags", ".tag-cloud .tag").await?;
        self.visit("on-this-day", "#/on-this-day", ".tile .is-loaded")
            .await?;
        self.visit("trash", "#/trash", ".trashed .is-loaded")
            .await?;
        self.press("trash-empty", ".page-actions .button", "dialog .is-danger")
            .await?;
        self.press("trash-emptied", "dialog .is-danger", ".empty")
            .await?;
        self.visit("sharing", "#/sharing", ".waiting .row").await
    }
}
