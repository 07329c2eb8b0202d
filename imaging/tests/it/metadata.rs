//! Tests metadata other than EXIF, and EXIF where older programs put it.

use crate::directories::{CHANGED, ORIGINAL, SHORT, Structure, ascii, taken, whole};
use crate::fixtures::{Picture, png_of, rendered, riff, with_exif, with_segment};
use crate::heif_fixtures::{AV1, Item, av1, heif};
use crate::tiff_fixtures::{self, Value};
use flate2::{Compression, write::ZlibEncoder};
use imaging::{PhotoFacts, TakenAt};
use std::fmt::Write as _;
use std::io::Write as _;
use time::macros::datetime;

fn facts(file: &[u8]) -> PhotoFacts {
    rendered(file).summary.facts
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A picture in PNG with these chunks before its pixels.
pub fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let png = Picture::quarters(48, 32).png();
    let added = png_of(chunks);
    [&png[..33], &added[8..], &png[33..]].concat()
}

/// A text in each of the chunks that PNG has for it.
fn texts(keyword: &str, text: &[u8]) -> Vec<Vec<u8>> {
    let named = |rest: &[&[u8]]| [keyword.as_bytes(), &rest.concat()].concat();
    vec![
        png(&[(b"tEXt", &named(&[b"\0", text]))]),
        png(&[(b"zTXt", &named(&[b"\0\0", &zlib(text)]))]),
        png(&[(b"iTXt", &named(&[b"\0\0\0en\0Name\0", text]))]),
        png(&[(b"iTXt", &named(&[b"\0\x01\0\0\0", &zlib(text)]))]),
    ]
}

/// As programs write what they have no chunk for.
pub fn raw_profile(name: &str, bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(36).map(<[String]>::concat).collect();
    format!("\n{name}\n{:8}\n{}\n", bytes.len(), lines.join("\n")).into_bytes()
}

pub fn exif() -> Vec<u8> {
    let main = vec![ascii(0x010F, "Canon"), whole(0x0112, SHORT, 6)];
    Structure { main, exif: vec![ascii(ORIGINAL, "2015:05:04 03:02:01")], ..Structure::default() }
        .bytes()
}

#[track_caller]
fn assert_exif(file: &[u8], what: &str) {
    let found = facts(file);
    let local = found.taken_at.map(|taken| taken.local);
    assert_eq!((found.orientation, local), (6, Some(datetime!(2015-05-04 03:02:01))), "{what}");
    assert_eq!(found.camera.and_then(|camera| camera.make).as_deref(), Some("Canon"), "{what}");
}

#[test]
fn exif_of_png_in_hexadecimal() {
    for bytes in [exif(), [b"Exif\0\0", &exif()[..]].concat()] {
        for (keyword, name) in [
            ("Raw profile type exif", "exif"),
            ("Raw profile type APP1", "generic profile"),
            ("Raw profile type APP1", "APP1"),
            ("raw profile type EXIF", "exif"),
        ] {
            for file in texts(keyword, &raw_profile(name, &bytes)) {
                assert_exif(&file, keyword);
            }
        }
    }
    let upper = raw_profile("exif", &exif()).to_ascii_uppercase();
    assert_exif(&texts("Raw profile type exif", &upper)[0], "digits in capitals");
    let returns = String::from_utf8(raw_profile("exif", &exif()))
        .unwrap()
        .replace('\n', "\r\n");
    assert_exif(&texts("Raw profile type exif", returns.as_bytes())[0], "lines of Windows");
}

#[test]
fn exif_of_png_with_the_prefix_of_jpeg() {
    assert_exif(&png(&[(b"eXIf", &[b"Exif\0\0", &exif()[..]].concat())]), "with a prefix");
    let other =
        [&b"Raw profile type exif\0"[..], &raw_profile("exif", &crate::directories::turned(3))]
            .concat();
    assert_exif(&png(&[(b"tEXt", &other), (b"eXIf", &exif())]), "the chunk counts before the text");
    let mut behind = Picture::quarters(48, 32).png();
    let end = behind.len() - 12;
    let text = [&b"Raw profile type exif\0"[..], &raw_profile("exif", &exif())].concat();
    behind.splice(end..end, png_of(&[(b"tEXt", &text)])[8..].to_vec());
    assert_exif(&behind, "after the pixels");
}

pub const XMP_NAME: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// A packet that says when the picture was taken, what it shows, and under which words it is found.
fn xmp(date: &str, caption: &str, keywords: &[&str]) -> Vec<u8> {
    let mut items = String::new();
    for word in keywords {
        write!(items, "<rdf:li>{word}</rdf:li>").unwrap();
    }
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?>\
         <x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description rdf:about='' \
         xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' photoshop:DateCreated='{date}'>\
         <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>{caption}</rdf:li></rdf:Alt>\
         </dc:description><dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
    .into_bytes()
}

pub fn ferry() -> Vec<u8> {
    xmp("2024-05-17T14:03:09+02:00", "The ferry at noon", &["lake", "ferry"])
}

#[track_caller]
fn assert_ferry(file: &[u8], what: &str) {
    let found = facts(file);
    let noon = TakenAt { local: datetime!(2024-05-17 14:03:09), offset_minutes: Some(120) };
    assert_eq!(found.taken_at, Some(noon), "{what}");
    assert_eq!(found.caption.as_deref(), Some("The ferry at noon"), "{what}");
    assert_eq!(found.keywords, ["lake", "ferry"], "{what}");
}

/// A TIFF file, or a RAW file that is one, with one more entry.
fn with_entry(tag: u16, bytes: Vec<u8>) -> Vec<u8> {
    tiff_fixtures::with_entry(&Picture::quarters(48, 32), (tag, Value::Bytes(bytes)))
}

#[test]
fn xmp_in_every_container() {
    let photo = Picture::quarters(48, 32);
    assert_ferry(&with_segment(&photo.jpeg(), 0xE1, &[XMP_NAME, &ferry()]), "JPEG");
    let still = photo.webp_lossless(|_| {});
    let extended = [4, 0, 0, 0, 47, 0, 0, 31, 0, 0];
    assert_ferry(
        &riff(&[(b"VP8X", &extended), (b"VP8L", &still[20..]), (b"XMP ", &ferry())]),
        "WebP",
    );
    for file in texts("XML:com.adobe.xmp", &ferry()) {
        assert_ferry(&file, "PNG");
    }
    for file in texts("Raw profile type xmp", &raw_profile("xmp", &ferry())) {
        assert_ferry(&file, "PNG, in hexadecimal");
    }
    let segment = [XMP_NAME, &ferry()].concat();
    assert_ferry(
        &texts("Raw profile type APP1", &raw_profile("generic", &segment))[1],
        "PNG, a segment of JPEG",
    );
    assert_ferry(&with_entry(700, ferry()), "TIFF");
    let described = Item::new(b"mime", ferry(), vec![]);
    assert_ferry(&heif(b"avif", &[av1(AV1), described.clone().refers(b"cdsc", &[1])]), "AVIF");
    assert_ferry(&heif(b"avif", &[av1(AV1), described]), "AVIF, without a reference");
}

fn data_set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
    [&[0x1C, record, number][..], &u16::try_from(value.len()).unwrap().to_be_bytes(), value]
        .concat()
}

fn iptc() -> Vec<u8> {
    let sets = [
        (1, 90, &b"\x1B%G"[..]),
        (2, 25, b"lake"),
        (2, 25, b"ferry"),
        (2, 55, b"20240517"),
        (2, 60, b"140309+0200"),
        (2, 120, b"The ferry at noon"),
    ];
    sets.iter()
        .flat_map(|(record, number, value)| data_set(*record, *number, value))
        .collect()
}

pub fn resources() -> Vec<u8> {
    let other = b"8BIM\x03\xED\0\0\0\0\0\x03abc\0";
    let iptc = iptc();
    let length = u32::try_from(iptc.len()).unwrap().to_be_bytes();
    [&other[..], b"8BIM\x04\x04\0\0", &length, &iptc].concat()
}

#[test]
fn iptc_in_every_container() {
    let photo = Picture::quarters(48, 32);
    let name = &b"Photoshop 3.0\0"[..];
    assert_ferry(&with_segment(&photo.jpeg(), 0xED, &[name, &resources()]), "JPEG");
    let resources_in_two = resources();
    let (first, second) = resources_in_two.split_at(60);
    let parts =
        with_segment(&with_segment(&photo.jpeg(), 0xED, &[name, second]), 0xED, &[name, first]);
    assert_ferry(&parts, "JPEG, in two segments");
    assert_ferry(&with_entry(33723, iptc()), "TIFF");
    assert_ferry(&with_entry(34377, resources()), "TIFF, among Photoshop's resources");
    let mut padded = iptc();
    padded.resize(padded.len().next_multiple_of(4), 0);
    let turned: Vec<u8> = padded
        .chunks(4)
        .flat_map(|number| [number[3], number[2], number[1], number[0]])
        .collect();
    assert_ferry(&with_entry(33723, turned), "TIFF, as numbers of the other order");
    for bytes in [iptc(), resources(), [name, &resources()].concat()] {
        for file in texts("Raw profile type iptc", &raw_profile("iptc", &bytes)) {
            assert_ferry(&file, "PNG");
        }
    }
}

#[test]
fn the_date_of_a_text_in_png() {
    let noon = datetime!(2024-05-17 14:03:09);
    for (text, offset) in [
        ("2024-05-17T14:03:09+02:00", Some(120)),
        ("2024:05:17 14:03:09", None),
        ("Fri, 17 May 2024 14:03:09 +0200", Some(120)),
        ("17 May 2024 14:03:09 GMT", Some(0)),
        ("Fri May 17 14:03:09 2024", None),
        ("Fri 17 May 2024 02:03:09 PM UTC", Some(0)),
    ] {
        for file in texts("Creation Time", text.as_bytes()) {
            let found = facts(&file).taken_at;
            assert_eq!(found, Some(TakenAt { local: noon, offset_minutes: offset }), "{text:?}");
        }
    }
    assert_eq!(facts(&texts("Creation Time", b"long ago")[0]).taken_at, None);
}

#[test]
fn what_exif_says_counts_before_other_dates_and_when_the_file_was_changed_after_them() {
    let photo = Picture::quarters(48, 32).jpeg();
    let with_xmp = with_segment(&photo, 0xE1, &[XMP_NAME, &ferry()]);
    let local = |file: &[u8]| facts(file).taken_at.map(|taken| taken.local);
    let original = taken("2015:05:04 03:02:01").bytes();
    assert_eq!(local(&with_exif(&with_xmp, &original)), Some(datetime!(2015-05-04 03:02:01)));
    let unknown = taken("0000:00:00 00:00:00").bytes();
    assert_eq!(local(&with_exif(&with_xmp, &unknown)), Some(datetime!(2024-05-17 14:03:09)));
    let changed =
        Structure { main: vec![ascii(CHANGED, "2025:01:01 00:00:00")], ..Structure::default() }
            .bytes();
    assert_eq!(local(&with_exif(&with_xmp, &changed)), Some(datetime!(2024-05-17 14:03:09)));
    assert_eq!(local(&with_exif(&photo, &changed)), Some(datetime!(2025-01-01 00:00)));
    let both = with_segment(&with_xmp, 0xED, &[b"Photoshop 3.0\0", &resources()]);
    let year = xmp("1965", "A scan", &[]);
    let with_iptc = with_segment(&photo, 0xED, &[b"Photoshop 3.0\0", &resources()]);
    let scanned = with_segment(&with_iptc, 0xE1, &[XMP_NAME, &year]);
    assert_ferry(&both, "XMP and IPTC");
    assert_eq!(local(&scanned), Some(datetime!(1965-01-01 00:00)), "XMP counts before IPTC");
    assert_eq!(
        facts(&scanned).keywords,
        ["lake", "ferry"],
        "where XMP has none, those of IPTC count"
    );
}

#[test]
fn captions_of_exif_count_last_and_only_if_somebody_wrote_them() {
    let photo = Picture::quarters(48, 32).jpeg();
    let described = |text: &str| {
        let main = vec![ascii(0x010E, text)];
        with_exif(&photo, &Structure { main, ..Structure::default() }.bytes())
    };
    assert_eq!(
        facts(&described("Die Fähre am Mittag")).caption.as_deref(),
        Some("Die Fähre am Mittag")
    );
    for text in [
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "cof",
        "DCIM\\100MEDIA\\DJI_0001.JPG",
        "DSC_0001",
        " ",
    ] {
        assert_eq!(facts(&described(text)).caption, None, "{text:?}");
    }
    let both = with_segment(&described("Die Fähre am Mittag"), 0xE1, &[XMP_NAME, &ferry()]);
    assert_eq!(facts(&both).caption.as_deref(), Some("The ferry at noon"));
    let copied = xmp("2024", "SONY DSC", &[]);
    assert_eq!(
        facts(&with_segment(&photo, 0xE1, &[XMP_NAME, &copied])).caption,
        None,
        "copied by a program"
    );
}
