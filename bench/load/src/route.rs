//! The requests that are measured, by route.

use std::{fmt, str::FromStr};

/// A route, or a step that is measured as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// An album and its newest photos.
    GetAlbum,
    /// A page of an album's photos.
    ListPhotos,
    /// A photo.
    GetPhoto,
    /// The bytes of a rendition.
    Image,
    /// An album, by its link.
    GetSharedAlbum,
    /// A page of its photos.
    ListSharedPhotos,
    /// A search.
    SearchPhotos,
    /// The feed of changes.
    ListChanges,
    /// The announcement of a photo.
    CreatePhoto,
    /// The bytes of an original, to the storage.
    Original,
    /// From the end of sending a photo to the first answer that says that it is ready: no request.
    Ready,
    /// A new comment.
    CreateComment,
    /// The comments on a photo.
    ListComments,
}

impl Route {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::GetAlbum,
        Self::ListPhotos,
        Self::GetPhoto,
        Self::Image,
        Self::GetSharedAlbum,
        Self::ListSharedPhotos,
        Self::SearchPhotos,
        Self::ListChanges,
        Self::CreatePhoto,
        Self::Original,
        Self::Ready,
        Self::CreateComment,
        Self::ListComments,
    ];

    /// Returns the name in reports and in SLOs.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetAlbum => "GET /v1/albums/{album}",
            Self::ListPhotos => "GET /v1/albums/{album}/photos",
            Self::GetPhoto => "GET /v1/photos/{photo}",
            Self::Image => "GET /media/{image}",
            Self::GetSharedAlbum => "GET /v1/shared/{token}",
            Self::ListSharedPhotos => "GET /v1/shared/{token}/photos",
            Self::SearchPhotos => "GET /v1/search",
            Self::ListChanges => "GET /v1/changes",
            Self::CreatePhoto => "POST /v1/albums/{album}/photos",
            Self::Original => "PUT original",
            Self::Ready => "photo ready",
            Self::CreateComment => "POST /v1/photos/{photo}/comments",
            Self::ListComments => "GET /v1/photos/{photo}/comments",
        }
    }

    /// Returns the binary of the function that answers, if one does.
    pub fn function(self) -> Option<&'static str> {
        match self {
            Self::GetAlbum => Some("get-album"),
            Self::ListPhotos => Some("list-photos"),
            Self::GetPhoto => Some("get-photo"),
            Self::GetSharedAlbum => Some("get-shared-album"),
            Self::ListSharedPhotos => Some("list-shared-photos"),
            Self::SearchPhotos => Some("search-photos"),
            Self::ListChanges => Some("list-changes"),
            Self::CreatePhoto => Some("create-photo"),
            Self::CreateComment => Some("create-comment"),
            Self::ListComments => Some("list-comments"),
            Self::Image | Self::Original | Self::Ready => None,
        }
    }

    /// Returns true for what is a request.
    pub fn is_request(self) -> bool {
        self != Self::Ready
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(route) = Self::ALL.into_iter().find(|route| route.name() == text) {
            return Ok(route);
        }
        let names = Self::ALL.map(Self::name).join(", ");
        Err(format!("no route \"{text}\" is measured: there are {names}"))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn a_route_is_read_as_it_is_written() {
        for route in Route::ALL {
            assert_eq!(route.to_string().parse(), Ok(route));
        }
        assert!("GET /".parse::<Route>().is_err());
    }

    #[test]
    fn the_function_of_each_route_is_the_one_that_answers_it() {
        let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
        let mut functions = 0;
        for route in Route::ALL {
            let Some(function) = route.function() else { continue };
            let event = fs::read(events.join(format!("{function}.json"))).expect("an event");
            let event: serde_json::Value = serde_json::from_slice(&event).expect("JSON");
            assert_eq!(event["routeKey"], route.name());
            functions += 1;
        }
        assert_eq!(functions, 10);
    }
}
