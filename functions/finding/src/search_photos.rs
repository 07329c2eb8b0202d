//! `GET /v1/search`: the caller's photos that fit all that is asked, newest first.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Tag, example,
        period::{Since, TakenWithin, Until},
        search::{Area, CameraFilter, Filter, Flag, Words},
        view::{PhotoView, Status, WithMedia},
    },
    http::{Call, Doc, Reply, Route, Spec, both},
    request,
    stores::{Library, MediaSigner},
};

request! {
    /// The filter of the search.
    struct Query {
        /// Words of the caption, the file's name, the tags, the camera or the lens, each from its
        /// beginning. Words of other scripts than Latin, Greek and Cyrillic are found anywhere.
        /// Neither case nor accents count.
        q: Option<Words>,
        /// A tag.
        tag: Option<Tag>,
        /// The camera's model, or its maker and model.
        camera: Option<CameraFilter>,
        /// Taken at this moment or later, or from this day of the place on.
        from: Option<Since>,
        /// Taken at this moment or earlier, or until this day of the place, all of it.
        to: Option<Until>,
        /// Taken within `west,south,east,north`, in degrees; across the 180th meridian when west is
        /// greater than east.
        bbox: Option<Area>,
        /// `true` for the caller's favourites, `false` for all others.
        favourite: Option<Flag>,
        /// Its status: how far it is on its way.
        status: Option<Status>,
    }
}

/// The route and what it needs.
pub struct SearchPhotos {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for SearchPhotos {
    fn spec() -> Spec {
        Spec::get("/v1/search")
    }

    fn doc() -> Doc {
        Doc::new("The caller's photos that fit all that is asked, newest first")
            .about(
                "Without parameters: all photos, in the order of the clock of the place where they \
                 were taken. What is in the trash is not found. A search for words looks at a part \
                 of a large library at a time: a page may have fewer photos than `limit`, or none, \
                 and a `next` all the same.",
            )
            .asks::<Query>()
            .paged()
            .gives::<WithMedia<PhotoView>>(
                200,
                example::with(
                    example::list(&example::photo()),
                    &json!({"media": example::media()}),
                ),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (query, (limit, after)) = both(call.query::<Query>(), call.paging())?;
        let owner = call.caller().await?.user;
        let page = call.page(
            self.library
                .search(owner, &filter(query)?, after, limit)
                .await?,
        )?;
        let media = self.media.open(self.library.folder(owner).await?);
        Ok(Reply::ok(&WithMedia { page, media }))
    }
}

fn filter(query: Query) -> Result<Filter> {
    let Query { q: words, tag, camera, from, to, bbox: area, favourite, status } = query;
    let (taken, favourite) = (TakenWithin::between(from, to)?, favourite.map(|f| f.0));
    Ok(Filter { words, tag, camera, taken, area, favourite, status })
}
