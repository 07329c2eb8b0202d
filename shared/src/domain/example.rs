//! Examples for the API's documentation: one user, one album, one photo, told the same everywhere.

use serde_json::{Value, json};

use super::{
    Moment,
    view::{CameraView, PhotoView, PlaceView, RenditionView, Status},
};

/// A user's id.
pub const USER: &str = "user_01kayzdg6mf5gvvwrxgwqjdq8t";
/// A session's id.
pub const SESSION: &str = "session_01kayzdg6mf5ga2r1m3s9b7c4d";
/// A passkey's id.
pub const PASSKEY: &str = "passkey_01kayzdg6mf5gvvwrxgwqjdq8t";
/// An album's id.
pub const ALBUM: &str = "album_01kayzf3n8f5g9m0e7q4v2x8cz";
/// A photo's id.
pub const PHOTO: &str = "photo_01kayzfqsxf5gb81ztk6wpnd5r";
/// An upload's id.
pub const UPLOAD: &str = "upload_01kayzgc4rf5gs3n5v7w9xbkd1";
/// An export's id.
pub const EXPORT: &str = "export_01kayzh2b7f5gt8r3m6s9wbkd4";
/// The id of a row of activity.
pub const ACTIVITY: &str = "activity_01kayzj4c8f5ga2q6n9r3vxbkd";
/// A moment.
pub const MOMENT: &str = "2026-07-14T09:30:00.000000Z";
/// A ThumbHash.
const PLACEHOLDER: &str = "3OcRJYB4d3h/iIeHeEh3eIhw+j2w";
/// A SHA-256.
const SUM: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// The path of a rendition.
const RENDITION: &str = "/media/0199d8d6c3a71f0f8a44c7d1e2f3a4b5/\
                         photo_01kayzfqsxf5gb81ztk6wpnd5r/9f86d081884c7d65-256.webp";

/// An album.
pub fn album() -> Value {
    json!({
        "id": ALBUM, "title": "Summer in Como", "description": "Two weeks at the lake",
        "owner": USER, "photo_count": 1,
        "cover": {"photo": PHOTO, "placeholder": PLACEHOLDER, "renditions": [rendition()]},
        "created_at": MOMENT, "updated_at": MOMENT, "version": 3,
    })
}

/// An album with the role of whoever looks at it.
pub fn album_in_list() -> Value {
    with(album(), &json!({"role": "owner"}))
}

/// A photo.
pub fn photo() -> Value {
    json!(photo_view())
}

/// A photo with every field that it may have.
///
/// # Panics
/// Never: the constants above are what they are called.
pub fn photo_view() -> PhotoView {
    let moment = Moment::try_from(MOMENT.to_owned()).expect("a moment");
    PhotoView {
        id: PHOTO.parse().expect("an id"),
        width: Some(4032),
        height: Some(3024),
        taken_at: moment,
        taken_offset: Some(120),
        caption: "The ferry".to_owned(),
        placeholder: Some(PLACEHOLDER.to_owned()),
        renditions: vec![rendition()],
        camera: Some(CameraView {
            make: Some("Apple".to_owned()),
            model: Some("iPhone 15".to_owned()),
            lens: None,
        }),
        place: Some(PlaceView { latitude: 45.99, longitude: 9.26 }),
        status: Status::Ready,
        error: None,
        name: "IMG_0042.jpg".to_owned(),
        bytes: 4_218_331,
        content_type: "image/jpeg".to_owned(),
        sha256: SUM.to_owned(),
        tags: vec!["ferry".to_owned(), "lake".to_owned()],
        favourites: 1,
        comments: 2,
        deleted_at: None,
        created_at: moment,
        updated_at: moment,
        version: 4,
    }
}

/// An upload in parts.
pub fn upload() -> Value {
    json!({"id": UPLOAD, "photo": PHOTO, "size": 41_943_040, "part_size": 8_388_608, "parts": 5})
}

/// The query that opens images.
pub fn media() -> Value {
    let query = "Policy=eyJTdGF0…&Signature=MEUCIQ…&Key-Pair-Id=K2JCJMDEHXQW5F\
                 &Hash-Algorithm=SHA256";
    json!({"query": query, "expires_at": MOMENT})
}

/// A page of these items.
pub fn list(item: &Value) -> Value {
    json!({"items": [item], "next": null})
}

/// The members of both.
pub fn with(mut value: Value, more: &Value) -> Value {
    if let (Some(value), Some(more)) = (value.as_object_mut(), more.as_object()) {
        value.extend(more.clone());
    }
    value
}

fn rendition() -> RenditionView {
    RenditionView { size: 256, width: 256, height: 192, bytes: 9_120, url: RENDITION.to_owned() }
}
