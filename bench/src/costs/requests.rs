//! The requests that are measured, and their caller.

use std::{io::Cursor, time::Duration};

use exif::{Field, In, Tag, Value as Exif, experimental::Writer};
use running_system::RunningSystem;
use serde_json::json;
use shared::error::Cause;
use turbojpeg::{Image, PixelFormat, Subsamp};

use crate::{
    event::{asking_for_gzip, sample_event},
    note,
    person::Person,
};

/// Of the album that is read: more than a page.
const PHOTOS: u32 = 120;
const ALBUMS: usize = 20;
const COMMENTS: usize = 6;
/// Pixels of a photo: enough for all three renditions.
const SIZE: (usize, usize) = (2100, 1400);
/// The month in which the photos were taken.
const MONTH: &str = "2026-07";

/// The write that stands for all of them: admission, a transaction with its row of activity, its
/// projection.
pub const WRITE: &str = "create-comment";

/// A request that a function answers again and again.
pub struct Request {
    /// The function's binary.
    pub name: &'static str,
    /// The event that API Gateway sends for it.
    pub event: String,
}

/// Signs somebody up who has what is asked for.
pub async fn all(system: &RunningSystem) -> Result<Vec<Request>, Cause> {
    let person = Person::sign_up(system).await?;
    note(&format!("Sending {PHOTOS} photos"));
    let files = (0..PHOTOS).map(photograph).collect::<Result<Vec<_>, _>>()?;
    let album = person
        .album(PHOTOS, |number| files[number as usize].clone())
        .await?;
    for number in 1..ALBUMS {
        person
            .post("/v1/albums", json!({"title": format!("Album {number}")}))
            .await?;
    }
    let photo = ready(&person, &album).await?;
    for number in 0..COMMENTS {
        let text = format!("Comment {number}: what a view from up there!");
        person
            .post(&format!("/v1/photos/{photo}/comments"), json!({"text": text}))
            .await?;
    }
    requests(&person, &album, &photo)
}

/// Returns the requests that are measured, of this person's album and photo.
fn requests(person: &Person, album: &str, photo: &str) -> Result<Vec<Request>, Cause> {
    let album = [("album", album)];
    let photo = [("photo", photo)];
    let month = [("month", MONTH)];
    let event = |name, sample: &str, parameters: &[(&str, &str)], limit: Option<&str>| {
        let query: Vec<_> = limit.iter().map(|limit| ("limit", *limit)).collect();
        let event = sample_event(sample, parameters, &query, &person.token)?;
        Ok(Request { name, event: asking_for_gzip(&event)? })
    };
    [
        event("get-album", include_str!("../../../events/get-album.json"), &album, Some("50")),
        event("list-photos", include_str!("../../../events/list-photos.json"), &album, Some("100")),
        event("get-photo", include_str!("../../../events/get-photo.json"), &photo, None),
        event("get-month", include_str!("../../../events/get-month.json"), &month, Some("100")),
        event("list-albums", include_str!("../../../events/list-albums.json"), &[], Some("50")),
        event(
            "list-comments",
            include_str!("../../../events/list-comments.json"),
            &photo,
            Some("50"),
        ),
        event(WRITE, include_str!("../../../events/create-comment.json"), &photo, None),
    ]
    .into_iter()
    .collect()
}

/// Waits until every photo has its renditions; one of them.
async fn ready(person: &Person, album: &str) -> Result<String, Cause> {
    note("Waiting for their renditions");
    let page = format!("/v1/albums/{album}/photos?limit=100");
    loop {
        let mut next = String::new();
        let mut all = true;
        let mut some = None;
        loop {
            let photos = person.get(&format!("{page}{next}")).await?;
            for photo in photos["items"].as_array().ok_or("a list without items")? {
                match photo["status"].as_str() {
                    Some("ready") => some = photo["id"].as_str().map(str::to_owned),
                    Some("failed") => {
                        return Err(format!("a photo failed: {}", photo["error"]).into());
                    }
                    _ => all = false,
                }
            }
            let Some(cursor) = photos["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        match some {
            Some(photo) if all => return Ok(photo),
            _ => tokio::time::sleep(Duration::from_millis(300)).await,
        }
    }
}

/// A photograph of its own, with what cameras say of theirs.
fn photograph(number: u32) -> Result<Vec<u8>, Cause> {
    let (width, height) = SIZE;
    let shade = |n: usize| u8::try_from(n % 256).unwrap_or(0);
    let pixel = |at: usize| {
        [shade(at % width * 255 / width), shade(at / width * 255 / height), shade(number as usize)]
    };
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    let image =
        Image { pixels: &pixels[..], width, pitch: width * 3, height, format: PixelFormat::RGB };
    let jpeg = turbojpeg::compress(image, 85, Subsamp::Sub2x2)?;
    let exif = [b"Exif\0\0".as_slice(), &exif(number)?].concat();
    let length = u16::try_from(exif.len() + 2)?.to_be_bytes();
    Ok([&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat())
}

fn exif(number: u32) -> Result<Vec<u8>, Cause> {
    let text = |text: &str| Exif::Ascii(vec![text.as_bytes().to_vec()]);
    let taken =
        format!("{}:14 {:02}:{:02}:00", MONTH.replace('-', ":"), 8 + number / 60, number % 60);
    let fields = [
        (Tag::Make, text("NIKON CORPORATION")),
        (Tag::Model, text("NIKON Z 6_2")),
        (Tag::DateTimeOriginal, text(&taken)),
        (Tag::OffsetTimeOriginal, text("+02:00")),
        (Tag::LensModel, text("NIKKOR Z 24-70mm f/4 S")),
    ];
    let fields = fields.map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value });
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, true)?;
    Ok(bytes.into_inner())
}
