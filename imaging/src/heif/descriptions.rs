//! The items of EXIF and XMP that describe a picture.

use super::items::HeifItem;
use super::meta::Meta;
use crate::exif::{self, Exif};
use crate::metadata::Metadata;
use std::borrow::Cow;

/// Items of EXIF and XMP that are looked at.
const MAX_DESCRIPTIONS: usize = 64;

/// Reads EXIF and XMP of the primary picture; its orientation is the container's (ISO/IEC 23008-12,
/// A.2.1). An item without a reference is taken to describe the picture: some writers leave it out.
pub(super) fn read(meta: &Meta<'_>) -> Exif {
    let mut of_primary = Vec::new();
    let mut of_nothing = Vec::new();
    let is_description = |(_, item): &(&u32, &HeifItem<'_>)| item.is_exif() || item.is_xmp();
    let descriptions = meta.items.iter().filter(is_description);
    for (id, item) in descriptions.take(MAX_DESCRIPTIONS) {
        match meta.references_of(*id, *b"cdsc") {
            Some(described) if described.contains(&meta.primary) => of_primary.push(item),
            Some(_) => {}
            None => of_nothing.push(item),
        }
    }
    let mut metadata = Metadata::default();
    for item in of_primary.into_iter().chain(of_nothing) {
        let Ok(bytes) = meta.bytes(item) else { continue };
        if item.is_xmp() {
            metadata.add_xmp(&bytes);
        } else {
            add_exif(&mut metadata, bytes);
        }
    }
    metadata.read()
}

/// Adds an item of EXIF. Before the TIFF structure stands a number: how many bytes follow it before
/// the structure begins. Some writers leave it out, or count otherwise.
fn add_exif<'a>(metadata: &mut Metadata<'a>, bytes: Cow<'a, [u8]>) {
    let offset = match bytes.first_chunk() {
        Some(offset) => u32::from_be_bytes(*offset) as usize,
        None => 0,
    };
    for start in [offset.saturating_add(4), 4, 0] {
        let Some(rest) = bytes.get(start..) else { continue };
        if exif::structure(rest).is_none() {
            continue;
        }
        match bytes {
            Cow::Borrowed(bytes) => metadata.add_exif(&bytes[start..]),
            Cow::Owned(mut bytes) => metadata.add_exif(bytes.split_off(start)),
        }
        return;
    }
}
