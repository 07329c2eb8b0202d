//! The items of a HEIF file and how they belong together (ISO/IEC 14496-12, 8.11; 23008-12, 9).

use super::boxes::{self, Box};
use crate::Error;
use crate::bytes::Reader;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A picture, a tile of one, or something about one.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    /// Four letters: `hvc1`, `av01`, `grid`, `Exif`.
    pub(super) kind: [u8; 4],
    /// In their order, which matters for turning.
    pub(super) properties: Vec<Property<'a>>,
    /// Of one whose kind is `mime`: its media type.
    media_type: &'a [u8],
    is_in_meta: bool,
    extents: Vec<(u64, u64)>,
}

/// A property of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    pub(super) name: [u8; 4],
    pub(super) content: &'a [u8],
    /// Whether a reader that does not know it must leave the item alone.
    pub(super) is_essential: bool,
}

/// That an item is something to others.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) name: [u8; 4],
    pub(super) from: u32,
    pub(super) to: Vec<u32>,
}

/// The `meta` box of a file.
#[derive(Debug)]
pub(super) struct Meta<'a> {
    pub(super) primary: u32,
    pub(super) items: BTreeMap<u32, Item<'a>>,
    pub(super) references: Vec<Reference>,
    /// Extents and properties of all items.
    details: usize,
    data: &'a [u8],
    file: &'a [u8],
}

/// Items that are looked at. A picture of 100 megapixels has some 400 tiles.
const MAX_ITEMS: usize = 10_000;

/// Extents and properties of all items that are looked at. They take less room in the file than in
/// memory, and extents need take none. Items have one extent and about five properties each.
const MAX_DETAILS: usize = 200_000;

impl<'a> Meta<'a> {
    /// Reads the box, wherever it stands in the file.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(file);
        let mut has_movie = false;
        while !reader.rest().is_empty() {
            let Box { name, content } = boxes::next(&mut reader)?;
            match &name {
                b"meta" => return Self::parse(file, content).map_err(inside),
                b"moov" => has_movie = true,
                _ => {}
            }
        }
        if has_movie {
            return Err(Error::UnsupportedFormat("HEIF without a still picture"));
        }
        Err(Error::Truncated)
    }

    fn parse(file: &'a [u8], content: &'a [u8]) -> Result<Self, Error> {
        let (items, references) = (BTreeMap::new(), Vec::new());
        let mut meta = Self { primary: 0, items, references, details: 0, data: &[], file };
        let content = content.get(4..).ok_or(Error::Truncated)?;
        let all = || boxes::children(content);
        // Items first, because the others tell of them.
        for child in all() {
            let Box { name, content } = child?;
            match &name {
                b"iinf" => meta.read_items(content)?,
                b"idat" => meta.data = content,
                b"pitm" => {
                    let mut reader = Reader::new(content);
                    let (version, _) = boxes::version(&mut reader)?;
                    meta.primary = id(&mut reader, version > 0)?;
                }
                _ => {}
            }
        }
        for child in all() {
            let Box { name, content } = child?;
            match &name {
                b"iloc" => meta.read_places(content)?,
                b"iref" => meta.read_references(content)?,
                b"iprp" => meta.read_properties(content)?,
                _ => {}
            }
        }
        Ok(meta)
    }

    /// The item that is to be shown. Films have a box of the same name, without one.
    pub(super) fn primary_item(&self) -> Result<&Item<'a>, Error> {
        self.items
            .get(&self.primary)
            .ok_or(Error::UnsupportedFormat("HEIF without a still picture"))
    }

    pub(super) fn item(&self, id: u32) -> Result<&Item<'a>, Error> {
        self.items
            .get(&id)
            .ok_or_else(|| Error::corrupt("an item that is not there"))
    }

    /// What an item refers to, by the reference's name.
    pub(super) fn references_of(&self, from: u32, name: [u8; 4]) -> Option<&[u32]> {
        let found = self
            .references
            .iter()
            .find(|reference| reference.from == from && reference.name == name);
        found.map(|reference| &reference.to[..])
    }

    /// The items that refer to one, by the reference's name.
    pub(super) fn referring(&self, to: u32, name: [u8; 4]) -> impl Iterator<Item = u32> {
        self.references
            .iter()
            .filter(move |r| r.name == name && r.to.contains(&to))
            .map(|r| r.from)
    }

    /// The bytes of an item; put together, where they stand in several places.
    pub(super) fn bytes(&self, item: &Item<'_>) -> Result<Cow<'a, [u8]>, Error> {
        let from = if item.is_in_meta { self.data } else { self.file };
        let part = |&(offset, length): &(u64, u64)| {
            let start = usize::try_from(offset).map_err(|_| Error::Truncated)?;
            let rest = from.get(start..).ok_or(Error::Truncated)?;
            match usize::try_from(length).map_err(|_| Error::Truncated)? {
                0 => Ok(rest),
                length => rest.get(..length).ok_or(Error::Truncated),
            }
        };
        match &item.extents[..] {
            [] => Err(Error::corrupt("an item without data")),
            [one] => Ok(Cow::Borrowed(part(one)?)),
            many => {
                let mut whole = Vec::new();
                for extent in many {
                    whole.extend_from_slice(part(extent)?);
                    if whole.len() > self.file.len() {
                        return Err(Error::corrupt("an item that is larger than the file"));
                    }
                }
                Ok(Cow::Owned(whole))
            }
        }
    }

    fn read_items(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        reader.take(if version == 0 { 2 } else { 4 })?;
        for entry in boxes::children(reader.rest()) {
            let mut reader = Reader::new(entry?.content);
            let (version, _) = boxes::version(&mut reader)?;
            if version < 2 {
                continue; // without a kind: not of pictures
            }
            let id = id(&mut reader, version > 2)?;
            reader.u16_be()?; // protection
            let kind = reader.array()?;
            // After the item's name.
            let media_type = reader
                .rest()
                .split(|byte| *byte == 0)
                .nth(1)
                .unwrap_or_default();
            self.items
                .insert(id, Item { kind, media_type, ..Item::default() });
            if self.items.len() > MAX_ITEMS {
                return Err(Error::TooComplex(format!("more than {MAX_ITEMS} items")));
            }
        }
        Ok(())
    }

    fn read_places(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        let [sizes, more] = reader.array()?;
        let number = |reader: &mut Reader<'_>, size: u8| match size {
            0 => Ok(0),
            4 => reader.u32_be().map(u64::from),
            8 => reader.u64_be(),
            _ => Err(Error::corrupt("a place of an item")),
        };
        let count = id(&mut reader, version == 2)?;
        for _ in 0..count {
            let id = id(&mut reader, version == 2)?;
            let method = if version > 0 { reader.u16_be()? & 15 } else { 0 };
            reader.u16_be()?; // in another file; taken for this one
            let base = number(&mut reader, more >> 4)?;
            let mut extents = Vec::new();
            let count = reader.u16_be()?;
            self.count_details(count.into())?;
            for _ in 0..count {
                if version > 0 {
                    number(&mut reader, more & 15)?; // index
                }
                let offset = number(&mut reader, sizes >> 4)?;
                extents.push((base.saturating_add(offset), number(&mut reader, sizes & 15)?));
            }
            if let Some(item) = self.items.get_mut(&id).filter(|_| method < 2) {
                (item.is_in_meta, item.extents) = (method == 1, extents);
            }
        }
        Ok(())
    }

    fn count_details(&mut self, more: usize) -> Result<(), Error> {
        self.details += more;
        let is_sane = self.details <= MAX_DETAILS;
        is_sane
            .then_some(())
            .ok_or_else(|| Error::TooComplex(format!("more than {MAX_DETAILS} details of items")))
    }

    fn read_references(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        for child in boxes::children(reader.rest()) {
            let Box { name, content } = child?;
            let mut reader = Reader::new(content);
            let from = id(&mut reader, version > 0)?;
            let count = reader.u16_be()?;
            let to = (0..count)
                .map(|_| id(&mut reader, version > 0))
                .collect::<Result<_, _>>()?;
            self.references.push(Reference { name, from, to });
        }
        Ok(())
    }

    fn read_properties(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut properties: Vec<Box<'a>> = Vec::new();
        for child in boxes::children(content) {
            let Box { name, content } = child?;
            match &name {
                b"ipco" => properties = boxes::children(content).collect::<Result<_, _>>()?,
                b"ipma" => self.associate(content, &properties)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn associate(&mut self, content: &'a [u8], properties: &[Box<'a>]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, flags) = boxes::version(&mut reader)?;
        for _ in 0..reader.u32_be()? {
            let id = id(&mut reader, version > 0)?;
            let count = reader.byte()?;
            self.count_details(count.into())?;
            let mut item = self.items.get_mut(&id);
            for _ in 0..count {
                let index =
                    if flags & 1 == 1 { reader.u16_be()? } else { u16::from(reader.byte()?) << 8 };
                let is_essential = index & 0x8000 != 0;
                let index =
                    usize::from(if flags & 1 == 1 { index & 0x7FFF } else { index >> 8 & 0x7F });
                let property = index.checked_sub(1).and_then(|index| properties.get(index));
                if let (Some(item), Some(&Box { name, content })) = (item.as_deref_mut(), property)
                {
                    item.properties
                        .push(Property { name, content, is_essential });
                }
            }
        }
        Ok(())
    }
}

/// What is missing inside of a box that is whole was not cut off with the file.
fn inside(error: Error) -> Error {
    match error {
        Error::Truncated => Error::corrupt("a box that is too short for its content"),
        error => error,
    }
}

fn id(reader: &mut Reader<'_>, is_long: bool) -> Result<u32, Error> {
    if is_long { reader.u32_be() } else { reader.u16_be().map(u32::from) }
}

impl<'a> Item<'a> {
    /// The first property of a name.
    pub(super) fn property(&self, name: [u8; 4]) -> Option<&'a [u8]> {
        self.properties
            .iter()
            .find(|property| property.name == name)
            .map(|property| property.content)
    }

    pub(super) fn is_exif(&self) -> bool {
        &self.kind == b"Exif"
    }

    /// Returns whether it is a packet of XMP.
    pub(super) fn is_xmp(&self) -> bool {
        &self.kind == b"mime" && self.media_type.eq_ignore_ascii_case(b"application/rdf+xml")
    }

    /// Width and height as coded (`ispe`).
    pub(super) fn size(&self) -> Result<(u32, u32), Error> {
        let content = self
            .property(*b"ispe")
            .ok_or_else(|| Error::corrupt("a picture without a size"))?;
        let mut reader = Reader::new(content.get(4..).unwrap_or_default());
        reader
            .u32_be()
            .and_then(|width| Ok((width, reader.u32_be()?)))
            .map_err(inside)
    }
}
