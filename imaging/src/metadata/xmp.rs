//! XMP (ISO 16684-1): the few properties that matter here.
//!
//! XML is read as it comes, without keeping a tree, and no further than where it is damaged. There
//! is no expansion of entities but the five that XML has itself; a document's own are left out.

use super::text_metadata::TextMetadata;
use crate::text::captions;
use crate::{TakenAt, date};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion, escape};
use std::borrow::Cow;
use std::mem;
use time::Time;

/// Bytes of a packet that are looked at.
const MAX_BYTES: usize = 4 << 20;

/// Elements and pieces of text that are looked at.
const MAX_EVENTS: u32 = 50_000;

/// Elements within each other. More than that are nothing that is looked for.
const MAX_DEPTH: usize = 64;

/// Attributes that are compared with what is looked for.
const MAX_ATTRIBUTES: u32 = 10_000;

/// Bytes of a value that are kept until it is cleaned.
const MAX_VALUE: usize = 16 << 10;

const RDF: &[u8] = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum XmpProperty {
    DateCreated,
    DateTimeOriginal,
    CreateDate,
    Description,
    Subject,
}

/// Namespace and name of each property that is read.
const PROPERTIES: [(&[u8], &[u8], XmpProperty); 5] = [
    (b"http://ns.adobe.com/photoshop/1.0/", b"DateCreated", XmpProperty::DateCreated),
    (b"http://ns.adobe.com/exif/1.0/", b"DateTimeOriginal", XmpProperty::DateTimeOriginal),
    (b"http://ns.adobe.com/xap/1.0/", b"CreateDate", XmpProperty::CreateDate),
    (b"http://purl.org/dc/elements/1.1/", b"description", XmpProperty::Description),
    (b"http://purl.org/dc/elements/1.1/", b"subject", XmpProperty::Subject),
];

/// The dates that tell when the picture was taken, in the order in which a person is likely to
/// have written them.
const DATES: [XmpProperty; 3] =
    [XmpProperty::DateCreated, XmpProperty::DateTimeOriginal, XmpProperty::CreateDate];

/// The meaning of an open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum XmpElement {
    /// `rdf:RDF`.
    Root,
    /// Holds the properties of the picture; those of what it was made from stand deeper.
    Description,
    Property(XmpProperty),
    /// `rdf:Alt`, `rdf:Bag` or `rdf:Seq`, of a property.
    Values(XmpProperty),
    /// `rdf:li`, of a property.
    Value(XmpProperty),
    Other,
}

/// Reads a packet; what comes before damage counts.
pub(super) fn read(packet: &[u8]) -> TextMetadata {
    let text = decode(&packet[..packet.len().min(MAX_BYTES)]);
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut state = PacketReader::default();
    for _ in 0..MAX_EVENTS {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => state.take(&reader, &event),
        }
        if state.open.len() > MAX_DEPTH {
            break;
        }
    }
    state.finish()
}

/// Decodes UTF-8, or UTF-16 that begins with its mark.
fn decode(packet: &[u8]) -> Cow<'_, str> {
    match packet {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(packet.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(packet)),
    }
}

/// Decodes UTF-16, without what is no character.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).flatten().collect()
}

/// The place of the reader in a packet, and everything that was found so far.
#[derive(Default)]
struct PacketReader {
    open: Vec<XmpElement>,
    /// Text of the property or the value that is open.
    text: String,
    has_default_language: bool,
    attributes: u32,
    dates: Vec<(XmpProperty, TakenAt)>,
    /// A caption in any language.
    caption: Option<String>,
    /// A caption in the language `x-default`.
    default_caption: Option<String>,
    keywords: Vec<String>,
}

impl PacketReader {
    fn take(&mut self, reader: &NsReader<&[u8]>, event: &Event<'_>) {
        match event {
            Event::Start(start) => self.begin(reader, start),
            Event::End(_) => self.end(),
            Event::Text(text) => self.add_text(text.xml10_content().ok().as_deref()),
            Event::CData(text) => self.add_text(text.xml10_content().ok().as_deref()),
            Event::GeneralRef(reference) => self.add_text(resolve(reference).as_deref()),
            _ => {}
        }
    }

    fn begin(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        let element = self.element(reader, start);
        match element {
            XmpElement::Description => self.take_attributes(reader, start),
            XmpElement::Property(_) | XmpElement::Value(_) => {
                self.text.clear();
                let language = start.try_get_attribute("xml:lang").ok().flatten();
                self.has_default_language =
                    language.is_some_and(|language| &*language.value == b"x-default");
            }
            XmpElement::Root | XmpElement::Values(_) | XmpElement::Other => {}
        }
        self.open.push(element);
    }

    /// Returns the meaning of an element, by where it stands.
    fn element(&self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> XmpElement {
        let parent = self.open.last();
        let is_outside = self.open.len() < 3 && start.local_name().as_ref() == b"RDF";
        if matches!(parent, Some(XmpElement::Other)) && !is_outside {
            return XmpElement::Other; // whatever it is called
        }
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let is_rdf = namespace == ResolveResult::Bound(Namespace(RDF));
        match (parent, name.as_ref()) {
            (_, b"RDF") if is_rdf => XmpElement::Root,
            // Mostly rdf:Description; the name may say of what kind it is.
            (Some(XmpElement::Root), _) => XmpElement::Description,
            (Some(XmpElement::Description), name) => match property(&namespace, name) {
                Some(property) => XmpElement::Property(property),
                None => XmpElement::Other,
            },
            (Some(XmpElement::Property(property)), b"Alt" | b"Bag" | b"Seq") if is_rdf => {
                XmpElement::Values(*property)
            }
            (Some(XmpElement::Values(property)), b"li") if is_rdf => XmpElement::Value(*property),
            _ => XmpElement::Other,
        }
    }

    /// Reads properties with one value, which are mostly written as attributes.
    fn take_attributes(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        // Duplicates are not looked for: it would take time that grows with their square.
        for attribute in start.attributes().with_checks(false).flatten() {
            self.attributes += 1;
            if self.attributes > MAX_ATTRIBUTES {
                return;
            }
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let Some(property) = property(&namespace, name.as_ref()) else { continue };
            if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
                self.has_default_language = false;
                self.put(property, &value);
            }
        }
    }

    fn add_text(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        if let Some(XmpElement::Property(_) | XmpElement::Value(_)) = self.open.last() {
            let room = MAX_VALUE.saturating_sub(self.text.len());
            self.text.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }

    fn end(&mut self) {
        if let Some(XmpElement::Property(property) | XmpElement::Value(property)) = self.open.pop()
        {
            let text = mem::take(&mut self.text);
            self.put(property, &text);
        }
    }

    /// Keeps the value of a property; of a caption and of each date the first that can be read.
    fn put(&mut self, property: XmpProperty, value: &str) {
        match property {
            XmpProperty::Subject => captions::add_keyword(&mut self.keywords, value),
            XmpProperty::Description => {
                let kept = if self.has_default_language {
                    &mut self.default_caption
                } else {
                    &mut self.caption
                };
                if kept.is_none() {
                    *kept = captions::caption(value);
                }
            }
            XmpProperty::DateCreated | XmpProperty::DateTimeOriginal | XmpProperty::CreateDate => {
                if self.date(property).is_none()
                    && let Some(date) = date::read_partial(value)
                {
                    self.dates.push((property, date));
                }
            }
        }
    }

    fn date(&self, property: XmpProperty) -> Option<TakenAt> {
        let (_, date) = self.dates.iter().find(|(found, _)| *found == property)?;
        Some(*date)
    }

    fn finish(self) -> TextMetadata {
        let taken_at = self.taken_at();
        let caption = self.default_caption.or(self.caption);
        TextMetadata { taken_at, caption, keywords: self.keywords }
    }

    /// Returns the date that a person is the likeliest to have written; of the same day, one that
    /// has a time.
    fn taken_at(&self) -> Option<TakenAt> {
        let mut dates = DATES.into_iter().filter_map(|property| self.date(property));
        let first = dates.next()?;
        if first.local.time() != Time::MIDNIGHT {
            return Some(first);
        }
        let finer = dates.find(|other| {
            other.local.date() == first.local.date() && other.local.time() != Time::MIDNIGHT
        });
        finer.or(Some(first))
    }
}

fn property(namespace: &ResolveResult<'_>, name: &[u8]) -> Option<XmpProperty> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return None };
    for (property_namespace, property_name, property) in PROPERTIES {
        if *namespace == property_namespace && name == property_name {
            return Some(property);
        }
    }
    None
}

/// Returns the character of a reference: by its number, or one of the five that have names.
fn resolve(reference: &BytesRef<'_>) -> Option<Cow<'static, str>> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(Cow::Owned(character.to_string()));
    }
    let name = reference.decode().ok()?;
    escape::resolve_predefined_entity(&name).map(Cow::Borrowed)
}

#[cfg(test)]
mod tests;
