//! XMP (ISO 16684-1): the few properties that matter here.
//!
//! XML is read as it comes, without keeping a tree, and no further than where it is damaged. There
//! is no expansion of entities but the five that XML has itself; a document's own are left out.

use super::{Said, words};
use crate::{TakenAt, date};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion, escape};
use std::borrow::Cow;

/// Bytes of a packet that are looked at.
const MOST: usize = 4 << 20;

/// Elements and pieces of text that are looked at.
const MOST_EVENTS: u32 = 50_000;

/// Elements within each other. More than that are nothing that is looked for.
const DEEPEST: usize = 64;

/// Attributes that are compared with what is looked for.
const MOST_ATTRIBUTES: u32 = 10_000;

/// Bytes of a value that are kept until it is cleaned.
const MOST_OF_VALUE: usize = 16 << 10;

const RDF: &[u8] = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    DateCreated,
    DateTimeOriginal,
    CreateDate,
    Description,
    Subject,
}

const PROPERTIES: [(&[u8], &[u8], Property); 5] = [
    (b"http://ns.adobe.com/photoshop/1.0/", b"DateCreated", Property::DateCreated),
    (b"http://ns.adobe.com/exif/1.0/", b"DateTimeOriginal", Property::DateTimeOriginal),
    (b"http://ns.adobe.com/xap/1.0/", b"CreateDate", Property::CreateDate),
    (b"http://purl.org/dc/elements/1.1/", b"description", Property::Description),
    (b"http://purl.org/dc/elements/1.1/", b"subject", Property::Subject),
];

/// The meaning of an open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    /// `rdf:RDF`.
    Root,
    /// Holds the properties of the picture; those of what it was made from stand deeper.
    Description,
    Property(Property),
    /// `rdf:Alt`, `rdf:Bag` or `rdf:Seq`, of a property.
    Values(Property),
    /// `rdf:li`, of a property.
    Value(Property),
    Other,
}

/// Reads a packet; what comes before damage counts.
pub(super) fn read(packet: &[u8]) -> Said {
    let text = decode(&packet[..packet.len().min(MOST)]);
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut packet = Packet::default();
    for _ in 0..MOST_EVENTS {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => packet.take(&reader, &event),
        }
        if packet.open.len() > DEEPEST {
            break;
        }
    }
    packet.said()
}

/// Most packets are UTF-8; one in UTF-16 begins with its mark.
fn decode(packet: &[u8]) -> Cow<'_, str> {
    match packet {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(packet.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(packet)),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .flatten()
        .collect()
}

/// Everything that was found so far, and the place of the reader.
#[derive(Default)]
struct Packet {
    open: Vec<Element>,
    /// Of the property or the value that is open.
    text: String,
    has_default_language: bool,
    attributes: u32,
    dates: Vec<(Property, TakenAt)>,
    caption: Option<String>,
    /// In what language nobody said, or in any.
    default_caption: Option<String>,
    keywords: Vec<String>,
}

impl Packet {
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
            Element::Description => self.take_attributes(reader, start),
            Element::Property(_) | Element::Value(_) => {
                self.text.clear();
                let language = start.try_get_attribute("xml:lang").ok().flatten();
                self.has_default_language =
                    language.is_some_and(|language| &*language.value == b"x-default");
            }
            Element::Root | Element::Values(_) | Element::Other => {}
        }
        self.open.push(element);
    }

    /// Returns what an element is, by where it stands.
    fn element(&self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Element {
        let parent = self.open.last();
        let is_outside = self.open.len() < 3 && start.local_name().as_ref() == b"RDF";
        if matches!(parent, Some(Element::Other)) && !is_outside {
            return Element::Other; // whatever it is called
        }
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let is_rdf = namespace == ResolveResult::Bound(Namespace(RDF));
        match (parent, name.as_ref()) {
            (_, b"RDF") if is_rdf => Element::Root,
            // Mostly rdf:Description; the name may say of what kind it is.
            (Some(Element::Root), _) => Element::Description,
            (Some(Element::Description), name) => {
                property(&namespace, name).map_or(Element::Other, Element::Property)
            }
            (Some(Element::Property(property)), b"Alt" | b"Bag" | b"Seq") if is_rdf => {
                Element::Values(*property)
            }
            (Some(Element::Values(property)), b"li") if is_rdf => Element::Value(*property),
            _ => Element::Other,
        }
    }

    /// Properties with one value are mostly written as attributes.
    fn take_attributes(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        // Whether two are the same is not looked at: it would take time that grows with their
        // square.
        for attribute in start.attributes().with_checks(false).flatten() {
            self.attributes += 1;
            if self.attributes > MOST_ATTRIBUTES {
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
        let is_wanted = matches!(self.open.last(), Some(Element::Property(_) | Element::Value(_)));
        let text = text.unwrap_or_default();
        if is_wanted {
            let room = MOST_OF_VALUE.saturating_sub(self.text.len());
            self.text.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }

    fn end(&mut self) {
        if let Some(Element::Property(property) | Element::Value(property)) = self.open.pop() {
            let text = std::mem::take(&mut self.text);
            self.put(property, &text);
        }
    }

    fn put(&mut self, property: Property, value: &str) {
        match property {
            Property::Subject => words::add_keyword(&mut self.keywords, value),
            Property::Description if self.has_default_language => {
                self.default_caption = self
                    .default_caption
                    .take()
                    .or_else(|| words::caption(value));
            }
            Property::Description => {
                self.caption = self.caption.take().or_else(|| words::caption(value))
            }
            Property::DateCreated | Property::DateTimeOriginal | Property::CreateDate => {
                // Every date of these has one value.
                if !self.dates.iter().any(|(found, _)| *found == property) {
                    self.dates
                        .extend(date::read_partial(value).map(|date| (property, date)));
                }
            }
        }
    }

    fn said(self) -> Said {
        let taken_at = self.taken_at();
        Said { taken_at, caption: self.default_caption.or(self.caption), keywords: self.keywords }
    }

    /// The date that a person is the likeliest to have written; of the same day, one that has a
    /// time.
    fn taken_at(&self) -> Option<TakenAt> {
        let order = [Property::DateCreated, Property::DateTimeOriginal, Property::CreateDate];
        let find = |wanted| {
            self.dates
                .iter()
                .find(|(property, _)| *property == wanted)
                .map(|(_, date)| *date)
        };
        let dates: Vec<TakenAt> = order.into_iter().filter_map(find).collect();
        let first = dates.first()?;
        let is_finer = |other: &&TakenAt| {
            let is_day = first.local.time() == time::Time::MIDNIGHT;
            is_day
                && other.local.date() == first.local.date()
                && other.local.time() != time::Time::MIDNIGHT
        };
        dates.iter().find(is_finer).or(Some(first)).copied()
    }
}

fn property(namespace: &ResolveResult<'_>, name: &[u8]) -> Option<Property> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return None };
    let found = PROPERTIES
        .iter()
        .find(|(of, called, _)| of == namespace && *called == name);
    found.map(|(.., property)| *property)
}

/// A character by its number, or one of the five that have names.
fn resolve(reference: &BytesRef<'_>) -> Option<Cow<'static, str>> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(Cow::Owned(character.to_string()));
    }
    let name = reference.decode().ok()?;
    escape::resolve_predefined_entity(&name).map(Cow::Borrowed)
}

#[cfg(test)]
mod tests;
