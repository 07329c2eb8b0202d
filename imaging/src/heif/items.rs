//! The items of a HEIF file (ISO/IEC 14496-12, 8.11).

use super::boxes;
use crate::Error;
use crate::bytes::Reader;

/// A picture, a tile of one, or a description of one.
#[derive(Debug, Default)]
pub(super) struct HeifItem<'a> {
    /// Four letters: `hvc1`, `av01`, `grid`, `Exif`.
    pub(super) kind: [u8; 4],
    /// Properties in their order, which matters for turning.
    pub(super) properties: Vec<ItemProperty<'a>>,
    /// The media type of an item whose kind is `mime`.
    media_type: &'a [u8],
    /// True if the data is in the `meta` box, and not elsewhere in the file.
    pub(super) is_in_meta: bool,
    pub(super) extents: Vec<Extent>,
}

/// A piece of an item's data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) offset: u64,
    /// Bytes; 0 for all that follow.
    pub(super) length: u64,
}

/// A property of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct ItemProperty<'a> {
    pub(super) name: [u8; 4],
    pub(super) content: &'a [u8],
    /// True if a reader that does not know it must leave the item alone.
    pub(super) is_essential: bool,
}

impl<'a> HeifItem<'a> {
    /// Reads an entry of the list of items (`infe`), with the item's id. An entry without a kind is
    /// not of pictures, and is none.
    pub(super) fn read(entry: &'a [u8]) -> Result<Option<(u32, Self)>, Error> {
        let mut reader = Reader::new(entry);
        let (version, _) = boxes::version(&mut reader)?;
        if version < 2 {
            return Ok(None);
        }
        let id = read_id(&mut reader, version > 2)?;
        reader.u16_be()?; // protection
        let kind = reader.array()?;
        // After the item's name.
        let mut texts = reader.rest().split(|byte| *byte == 0);
        let media_type = texts.nth(1).unwrap_or_default();
        Ok(Some((id, Self { kind, media_type, ..Self::default() })))
    }

    /// Returns the content of the first property of a name.
    pub(super) fn property(&self, name: [u8; 4]) -> Option<&'a [u8]> {
        let mut properties = self.properties.iter();
        let property = properties.find(|property| property.name == name)?;
        Some(property.content)
    }

    /// Returns true if it is EXIF.
    pub(super) fn is_exif(&self) -> bool {
        &self.kind == b"Exif"
    }

    /// Returns true if it is a packet of XMP.
    pub(super) fn is_xmp(&self) -> bool {
        &self.kind == b"mime" && self.media_type.eq_ignore_ascii_case(b"application/rdf+xml")
    }

    /// Returns width and height as coded, in pixels (`ispe`).
    pub(super) fn size(&self) -> Result<(u32, u32), Error> {
        let content = self
            .property(*b"ispe")
            .ok_or_else(|| Error::corrupt("a picture without a size"))?;
        match content {
            [_, _, _, _, w0, w1, w2, w3, h0, h1, h2, h3, ..] => {
                let width = u32::from_be_bytes([*w0, *w1, *w2, *w3]);
                let height = u32::from_be_bytes([*h0, *h1, *h2, *h3]);
                Ok((width, height))
            }
            _ => Err(too_short()),
        }
    }
}

/// Reads an id, of 32 bits or of 16.
pub(super) fn read_id(reader: &mut Reader<'_>, is_long: bool) -> Result<u32, Error> {
    if is_long { reader.u32_be() } else { reader.u16_be().map(u32::from) }
}

/// Returns the error of a box that is there, but lacks some of its content.
pub(super) fn too_short() -> Error {
    Error::corrupt("a box that is too short for its content")
}
