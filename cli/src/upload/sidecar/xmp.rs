//! XMP sidecars (ISO 16684-1), as darktable, digiKam and Lightroom write them.

use client::types::Place;
use quick_xml::{
    NsReader, XmlVersion, escape,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use super::Details;

/// Elements and pieces of text that are looked at.
const MOST_EVENTS: u32 = 50_000;
/// The stars from which a picture counts as a favourite.
const STARS_OF_FAVOURITE: u8 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Description,
    Subject,
    Rating,
    Latitude,
    Longitude,
    Taken,
}

const EXIF: &[u8] = b"http://ns.adobe.com/exif/1.0/";
const DUBLIN_CORE: &[u8] = b"http://purl.org/dc/elements/1.1/";

/// Namespace and name of each property that is read.
const PROPERTIES: [(&[u8], &[u8], Property); 7] = [
    (DUBLIN_CORE, b"description", Property::Description),
    (DUBLIN_CORE, b"subject", Property::Subject),
    (b"http://ns.adobe.com/xap/1.0/", b"Rating", Property::Rating),
    (EXIF, b"GPSLatitude", Property::Latitude),
    (EXIF, b"GPSLongitude", Property::Longitude),
    (EXIF, b"DateTimeOriginal", Property::Taken),
    (b"http://ns.adobe.com/photoshop/1.0/", b"DateCreated", Property::Taken),
];

/// Reads a sidecar; what comes before damage counts.
pub fn read(text: &str) -> Details {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut packet = Packet::default();
    for _ in 0..MOST_EVENTS {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => packet.take(&reader, &event),
        }
    }
    packet.finish()
}

/// The place of the reader in a packet, and what was found so far.
#[derive(Default)]
struct Packet {
    /// For each open element the property in which it stands.
    open: Vec<Option<Property>>,
    text: String,
    details: Details,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Packet {
    fn take(&mut self, reader: &NsReader<&[u8]>, event: &Event<'_>) {
        match event {
            Event::Start(start) => self.begin(reader, start),
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(text.xml10_content().ok().as_deref()),
            Event::CData(text) => self.add(text.xml10_content().ok().as_deref()),
            Event::GeneralRef(reference) => self.add(character(reference).as_deref()),
            _ => {}
        }
    }

    fn begin(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        self.text.clear();
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let around = self.open.last().copied().flatten();
        self.open
            .push(around.or_else(|| property(&namespace, name.as_ref())));
        // Properties with one value are mostly written as attributes.
        for attribute in start.attributes().with_checks(false).flatten() {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let Some(property) = property(&namespace, name.as_ref()) else { continue };
            if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
                self.put(property, &value);
            }
        }
    }

    fn add(&mut self, text: Option<&str>) {
        if let (Some(text), Some(Some(_))) = (text, self.open.last()) {
            self.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(Some(property)) = self.open.pop() {
            self.put(property, text.trim());
        }
    }

    /// Keeps a value; of a property with one value the first.
    fn put(&mut self, property: Property, value: &str) {
        if value.is_empty() {
            return;
        }
        let details = &mut self.details;
        match property {
            Property::Description if details.caption.is_none() => {
                details.caption = Some(value.to_owned());
            }
            Property::Subject if !details.tags.iter().any(|tag| tag == value) => {
                details.tags.push(value.to_owned());
            }
            Property::Rating => {
                let stars = value.parse::<u8>().unwrap_or_default();
                details.is_favourite |= stars >= STARS_OF_FAVOURITE;
            }
            Property::Latitude => self.latitude = degrees(value, 'N', 'S'),
            Property::Longitude => self.longitude = degrees(value, 'E', 'W'),
            Property::Taken if details.taken_at.is_none() => {
                details.taken_at = moment(value);
            }
            _ => {}
        }
    }

    fn finish(self) -> Details {
        let mut details = self.details;
        if let (Some(latitude), Some(longitude)) = (self.latitude, self.longitude) {
            details.place = Some(Place { latitude, longitude });
        }
        details
    }
}

fn property(namespace: &ResolveResult<'_>, name: &[u8]) -> Option<Property> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return None };
    for (property_namespace, property_name, property) in PROPERTIES {
        if *namespace == property_namespace && name == property_name {
            return Some(property);
        }
    }
    None
}

fn character(reference: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character.to_string());
    }
    let name = reference.decode().ok()?;
    escape::resolve_predefined_entity(&name).map(str::to_owned)
}

/// `38,42.5N` or `38,42,30N` → 38.708….
fn degrees(value: &str, positive: char, negative: char) -> Option<f64> {
    let sign = match value.chars().last()? {
        letter if letter == positive => 1.0,
        letter if letter == negative => -1.0,
        _ => return None,
    };
    let mut degrees = 0.0;
    let mut unit = 1.0;
    for number in value[..value.len() - 1].split(',') {
        let number: f64 = number.trim().parse().ok()?;
        degrees += number / unit;
        unit *= 60.0;
    }
    (degrees <= 180.0).then_some(sign * degrees)
}

/// Returns a date with its time as the service takes it: without a zone it is that of UTC, as the
/// clock of the place is what counts.
fn moment(value: &str) -> Option<String> {
    let (date, time) = value.split_once('T')?;
    let zone_at = time.find(['Z', '+', '-']);
    let (clock, zone) = match zone_at {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let is_date = date.len() == 10 && clock.len() >= 5;
    is_date.then(|| format!("{date}T{clock}{seconds}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = r#"<?xml version="1.0"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"
            xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmp:Rating="5" e:GPSLatitude="38,42.5N" e:GPSLongitude="9,8,30W"
            e:DateTimeOriginal="2025-07-01T14:20">
        <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Tea &amp; rain</rdf:li>
        </rdf:Alt></dc:description>
        <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>sea</rdf:li><rdf:li>Rui</rdf:li>
        </rdf:Bag></dc:subject>
        <other:subject xmlns:other="http://example.org/"><rdf:li>no</rdf:li></other:subject>
        </rdf:Description></rdf:RDF></x:xmpmeta>"#;

    #[test]
    fn a_sidecar_is_read() {
        let details = read(PACKET);
        assert_eq!(details.caption.as_deref(), Some("Tea & rain"));
        assert_eq!(details.tags, ["sea", "Rui"]);
        assert!(details.is_favourite);
        assert_eq!(details.taken_at.as_deref(), Some("2025-07-01T14:20:00Z"));
        let place = details.place.expect("a place");
        assert!((place.latitude - 38.708_333).abs() < 1e-5, "{place:?}");
        assert!((place.longitude + 9.141_666).abs() < 1e-5, "{place:?}");
    }

    #[test]
    fn damage_ends_the_reading_and_nothing_else() {
        for end in 0..PACKET.len() {
            if PACKET.is_char_boundary(end) {
                read(&PACKET[..end]);
            }
        }
        assert_eq!(read("no XML <"), Details::default());
    }
}
