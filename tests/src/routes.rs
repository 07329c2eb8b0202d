//! Every door of the API in one table: it feeds the OpenAPI document, the authorisation test and
//! the comparison with `template.yaml`.

use shared::http::{Doc, Route, Spec};

/// A route, and what it says of itself.
pub struct Door {
    /// The crate that it is in: its resource.
    pub resource: &'static str,
    /// Its name: that of its function in `template.yaml`.
    pub name: &'static str,
    /// Its path, and who may call it.
    pub spec: Spec,
    /// Its inputs and answers.
    pub doc: Doc,
}

fn door<R: Route>(resource: &'static str, name: &'static str) -> Door {
    Door { resource, name, spec: R::spec(), doc: R::doc() }
}

macro_rules! doors {
    ($($resource:ident: $($route:ident)*;)*) => {
        vec![$($(door::<$resource::$route>(stringify!($resource), stringify!($route)),)*)*]
    };
}

/// All routes, by resource.
pub fn every_route() -> Vec<Door> {
    doors! {
        accounts: CreateUser CreateSession ListSessions DeleteSession GetMe UpdateMe DeleteMe RestoreMe;
        activity: ListActivity;
        albums: CreateAlbum ListAlbums GetAlbum UpdateAlbum DeleteAlbum RestoreAlbum
            ListMembers PutMember DeleteMember ListSharedAlbums;
        photos: CreatePhoto ListPhotos AddPhotoToAlbum RemovePhotoFromAlbum CheckPhotos GetPhoto UpdatePhoto DeletePhoto
            RestorePhoto ReprocessPhoto GetOriginal;
        finding: ListBuckets GetMonth SearchPhotos ListTags ListTrash ListChanges;
        social: CreateComment ListComments UpdateComment DeleteComment GetFavourite PutFavourite DeleteFavourite
            PutTag DeleteTag AddTag RemoveTag;
        sharing: CreateShare ListShares DeleteShare
            GetSharedAlbum ListSharedPhotos GetSharedOriginal CreateSharedPhoto UnlockShare;
        exports: CreateExport ListExports GetExport;
        service: GetHealth GetOpenapi;
        statistics: GetStatistics;
        uploads: GetUpload SignUploadParts CompleteUpload;
    }
}
