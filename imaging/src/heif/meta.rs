//! The `meta` box: items and how they belong together (ISO/IEC 14496-12, 8.11; 23008-12, 9).

use super::boxes::{self, IsoBox};
use super::items::{Extent, HeifItem, ItemProperty, read_id, too_short};
use crate::Error;
use crate::bytes::Reader;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A relation of an item to others.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) name: [u8; 4],
    pub(super) from: u32,
    pub(super) to: Vec<u32>,
}

/// The `meta` box of a file.
#[derive(Debug)]
pub(super) struct Meta<'a> {
    /// The id of the item that is to be shown.
    pub(super) primary: u32,
    /// Items by their ids.
    pub(super) items: BTreeMap<u32, HeifItem<'a>>,
    pub(super) references: Vec<Reference>,
    /// Extents and properties of all items.
    details: usize,
    /// Data of items in the box itself.
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
    ///
    /// # Errors
    /// [`Error::Truncated`] where it is missing or not whole, [`Error::UnsupportedFormat`] for
    /// films, [`Error::Corrupt`] and [`Error::TooComplex`] for its content.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(file);
        let mut has_movie = false;
        while !reader.rest().is_empty() {
            let IsoBox { name, content } = boxes::next(&mut reader)?;
            match &name {
                b"meta" => return Self::parse(file, content).map_err(inside_of_box),
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
        let mut meta = Self {
            primary: 0,
            items: BTreeMap::new(),
            references: Vec::new(),
            details: 0,
            data: &[],
            file,
        };
        let children = content.get(4..).ok_or(Error::Truncated)?;
        // Items first, because the others tell of them.
        for child in boxes::children(children) {
            let IsoBox { name, content } = child?;
            match &name {
                b"iinf" => meta.read_items(content)?,
                b"idat" => meta.data = content,
                b"pitm" => meta.read_primary(content)?,
                _ => {}
            }
        }
        for child in boxes::children(children) {
            let IsoBox { name, content } = child?;
            match &name {
                b"iloc" => meta.read_locations(content)?,
                b"iref" => meta.read_references(content)?,
                b"iprp" => meta.read_properties(content)?,
                _ => {}
            }
        }
        Ok(meta)
    }

    /// Returns the item that is to be shown. Films have a box of the same name, without one.
    pub(super) fn primary_item(&self) -> Result<&HeifItem<'a>, Error> {
        self.items
            .get(&self.primary)
            .ok_or(Error::UnsupportedFormat("HEIF without a still picture"))
    }

    /// Returns the item with this id.
    pub(super) fn item(&self, id: u32) -> Result<&HeifItem<'a>, Error> {
        self.items
            .get(&id)
            .ok_or_else(|| Error::corrupt("an item that is not there"))
    }

    /// Returns the items that an item refers to, by the reference's name.
    pub(super) fn references_of(&self, from: u32, name: [u8; 4]) -> Option<&[u32]> {
        let mut references = self.references.iter();
        let found = references.find(|found| found.from == from && found.name == name)?;
        Some(&found.to)
    }

    /// Returns the items that refer to one, by the reference's name.
    pub(super) fn referring(&self, to: u32, name: [u8; 4]) -> impl Iterator<Item = u32> {
        self.references
            .iter()
            .filter(move |reference| reference.name == name && reference.to.contains(&to))
            .map(|reference| reference.from)
    }

    /// Returns the bytes of an item; put together, where they stand in several places.
    pub(super) fn bytes(&self, item: &HeifItem<'_>) -> Result<Cow<'a, [u8]>, Error> {
        let from = if item.is_in_meta { self.data } else { self.file };
        match &item.extents[..] {
            [] => Err(Error::corrupt("an item without data")),
            [extent] => Ok(Cow::Borrowed(extent_bytes(from, *extent)?)),
            extents => {
                let mut whole = Vec::new();
                for extent in extents {
                    whole.extend_from_slice(extent_bytes(from, *extent)?);
                    if whole.len() > self.file.len() {
                        return Err(Error::corrupt("an item that is larger than the file"));
                    }
                }
                Ok(Cow::Owned(whole))
            }
        }
    }

    fn read_primary(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        self.primary = read_id(&mut reader, version > 0)?;
        Ok(())
    }

    fn read_items(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        reader.take(if version == 0 { 2 } else { 4 })?; // the number of items
        for entry in boxes::children(reader.rest()) {
            let Some((id, item)) = HeifItem::read(entry?.content)? else { continue };
            self.items.insert(id, item);
            if self.items.len() > MAX_ITEMS {
                return Err(Error::TooComplex(format!("more than {MAX_ITEMS} items")));
            }
        }
        Ok(())
    }

    /// Reads the places of items (`iloc`).
    fn read_locations(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        let [sizes, more_sizes] = reader.array()?;
        let count = read_id(&mut reader, version == 2)?;
        for _ in 0..count {
            let id = read_id(&mut reader, version == 2)?;
            let method = if version > 0 { reader.u16_be()? & 15 } else { 0 };
            reader.u16_be()?; // in another file; taken for this one
            let base = read_sized(&mut reader, more_sizes >> 4)?;
            let extent_count = reader.u16_be()?;
            self.count_details(extent_count.into())?;
            let mut extents = Vec::new();
            for _ in 0..extent_count {
                if version > 0 {
                    read_sized(&mut reader, more_sizes & 15)?; // index
                }
                let offset = read_sized(&mut reader, sizes >> 4)?;
                let length = read_sized(&mut reader, sizes & 15)?;
                extents.push(Extent { offset: base.saturating_add(offset), length });
            }
            if method < 2
                && let Some(item) = self.items.get_mut(&id)
            {
                item.is_in_meta = method == 1;
                item.extents = extents;
            }
        }
        Ok(())
    }

    fn count_details(&mut self, more: usize) -> Result<(), Error> {
        self.details += more;
        if self.details > MAX_DETAILS {
            return Err(Error::TooComplex(format!("more than {MAX_DETAILS} details of items")));
        }
        Ok(())
    }

    fn read_references(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, _) = boxes::version(&mut reader)?;
        for child in boxes::children(reader.rest()) {
            let IsoBox { name, content } = child?;
            let mut entry = Reader::new(content);
            let from = read_id(&mut entry, version > 0)?;
            let mut to = Vec::new();
            for _ in 0..entry.u16_be()? {
                to.push(read_id(&mut entry, version > 0)?);
            }
            self.references.push(Reference { name, from, to });
        }
        Ok(())
    }

    fn read_properties(&mut self, content: &'a [u8]) -> Result<(), Error> {
        let mut properties: Vec<IsoBox<'a>> = Vec::new();
        for child in boxes::children(content) {
            let IsoBox { name, content } = child?;
            match &name {
                b"ipco" => properties = boxes::children(content).collect::<Result<_, _>>()?,
                b"ipma" => self.associate(content, &properties)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads which items have which properties (`ipma`).
    fn associate(&mut self, content: &'a [u8], properties: &[IsoBox<'a>]) -> Result<(), Error> {
        let mut reader = Reader::new(content);
        let (version, flags) = boxes::version(&mut reader)?;
        let has_long_indexes = flags & 1 == 1;
        for _ in 0..reader.u32_be()? {
            let id = read_id(&mut reader, version > 0)?;
            let count = reader.byte()?;
            self.count_details(count.into())?;
            let mut item = self.items.get_mut(&id);
            for _ in 0..count {
                let (index, is_essential) = read_association(&mut reader, has_long_indexes)?;
                // Indexes count from one.
                let property = index.checked_sub(1).and_then(|place| properties.get(place));
                if let (Some(item), Some(property)) = (item.as_deref_mut(), property) {
                    let IsoBox { name, content } = *property;
                    item.properties
                        .push(ItemProperty { name, content, is_essential });
                }
            }
        }
        Ok(())
    }
}

/// Returns the bytes of an extent.
fn extent_bytes(from: &[u8], extent: Extent) -> Result<&[u8], Error> {
    let start = usize::try_from(extent.offset).map_err(|_| Error::Truncated)?;
    let length = usize::try_from(extent.length).map_err(|_| Error::Truncated)?;
    let rest = from.get(start..).ok_or(Error::Truncated)?;
    if length == 0 {
        return Ok(rest);
    }
    rest.get(..length).ok_or(Error::Truncated)
}

/// Reads a number of so many bytes.
fn read_sized(reader: &mut Reader<'_>, size: u8) -> Result<u64, Error> {
    match size {
        0 => Ok(0),
        4 => reader.u32_be().map(u64::from),
        8 => reader.u64_be(),
        _ => Err(Error::corrupt("a place of an item")),
    }
}

/// Reads the index of a property, whose highest bit says that it is essential.
fn read_association(reader: &mut Reader<'_>, is_long: bool) -> Result<(usize, bool), Error> {
    if is_long {
        let field = reader.u16_be()?;
        return Ok((usize::from(field & 0x7FFF), field & 0x8000 != 0));
    }
    let field = reader.byte()?;
    Ok((usize::from(field & 0x7F), field & 0x80 != 0))
}

/// Returns [`Error::Corrupt`] for [`Error::Truncated`]: what is missing inside of a box that is
/// whole was not cut off with the file.
fn inside_of_box(error: Error) -> Error {
    match error {
        Error::Truncated => too_short(),
        error => error,
    }
}
