//! Metadata of a file about its picture: EXIF, and where that is silent XMP, IPTC and the text of
//! PNG.
//!
//! Containers hand over what they hold as they find it. Everything is bounded, and what is broken
//! in it counts as not there: the picture is what matters.

mod iptc;
mod photoshop;
mod text_metadata;
mod xmp;

use crate::TakenAt;
use crate::exif::tiff::Tiff;
use crate::exif::{self, Exif};
use std::borrow::Cow;
use std::mem;
use text_metadata::TextMetadata;

// Tags of the first directory of a TIFF file.
const XMP: u16 = 700;
const IPTC: u16 = 33723;
const PHOTOSHOP: u16 = 34377;

/// Reads the metadata of a TIFF file, which is all one structure.
pub(crate) fn of_tiff(bytes: &[u8]) -> Exif {
    let exif = exif::read(bytes);
    let Some(main) = Tiff::new(bytes).map(Tiff::first) else { return exif };
    let mut metadata = Metadata::default();
    if let Some(packet) = main.bytes(XMP) {
        metadata.add_xmp(packet);
    }
    if let Some(data_sets) = main.bytes(IPTC) {
        metadata.add_iptc(&iptc::in_order(data_sets));
    }
    if let Some(resources) = main.bytes(PHOTOSHOP) {
        metadata.add_photoshop(resources);
    }
    metadata.complete(exif)
}

/// Packets of XMP and blocks of IPTC that are looked at. Files have one of each.
const MAX_PACKETS: u32 = 8;

/// Metadata that a container holds about its picture. Of several, the first that can be read
/// counts.
#[derive(Debug, Default)]
pub(crate) struct Metadata<'a> {
    exif: Option<Cow<'a, [u8]>>,
    xmp: TextMetadata,
    iptc: TextMetadata,
    /// The moment at which the picture was made, as PNG's text has it.
    created_at: Option<TakenAt>,
    packets: u32,
}

impl<'a> Metadata<'a> {
    /// Takes a TIFF structure, with or without what some programs put before it.
    pub(crate) fn add_exif(&mut self, bytes: impl Into<Cow<'a, [u8]>>) {
        let bytes = bytes.into();
        if self.exif.is_none() && exif::structure(&bytes).is_some() {
            self.exif = Some(bytes);
        }
    }

    /// Takes a packet of XMP.
    pub(crate) fn add_xmp(&mut self, packet: &[u8]) {
        if self.has_room() {
            self.xmp = mem::take(&mut self.xmp).or(xmp::read(packet));
        }
    }

    /// Takes the data sets of IPTC.
    pub(crate) fn add_iptc(&mut self, data_sets: &[u8]) {
        if self.has_room() {
            self.iptc = mem::take(&mut self.iptc).or(iptc::read(data_sets));
        }
    }

    /// Takes Photoshop's resources, among which is IPTC.
    pub(crate) fn add_photoshop(&mut self, resources: &[u8]) {
        if let Some(data_sets) = photoshop::iptc(resources) {
            self.add_iptc(data_sets);
        }
    }

    /// Takes something of which only its first bytes say what it is: EXIF, XMP, IPTC or Photoshop's
    /// resources, each as in a segment of JPEG or without its name.
    pub(crate) fn add_unnamed(&mut self, bytes: Vec<u8>) {
        if let Some(packet) = bytes.strip_prefix(XMP_NAME) {
            self.add_xmp(packet);
        } else if let Some(resources) = bytes.strip_prefix(PHOTOSHOP_NAME) {
            self.add_photoshop(resources);
        } else if bytes.starts_with(b"8BIM") {
            self.add_photoshop(&bytes);
        } else if bytes.first() == Some(&iptc::MARKER) {
            self.add_iptc(&bytes);
        } else if exif::structure(&bytes).is_some() {
            self.add_exif(bytes);
        } else {
            self.add_xmp(&bytes);
        }
    }

    /// Takes a date that stands for itself.
    pub(crate) fn add_date(&mut self, created_at: Option<TakenAt>) {
        self.created_at = self.created_at.or(created_at);
    }

    /// Returns the TIFF structure of EXIF.
    pub(crate) fn exif(&self) -> Option<&[u8]> {
        exif::structure(self.exif.as_deref()?)
    }

    /// Reads all of it. EXIF counts first, save that a caption written by a person counts before
    /// one that a camera may have written.
    pub(crate) fn read(&self) -> Exif {
        let exif = self.exif().map(exif::read).unwrap_or_default();
        self.complete(exif)
    }

    /// As [`Metadata::read`], where EXIF was read already.
    pub(crate) fn complete(&self, exif: Exif) -> Exif {
        let Self { xmp, iptc, created_at, .. } = self;
        let written_caption = xmp.caption.as_ref().or(iptc.caption.as_ref());
        let caption = written_caption.cloned().or(exif.caption);
        let keywords = if xmp.keywords.is_empty() { &iptc.keywords } else { &xmp.keywords };
        let other_date = xmp.taken_at.or(iptc.taken_at).or(*created_at);
        Exif { taken_at: exif.taken_at.or(other_date), caption, keywords: keywords.clone(), ..exif }
    }

    /// Counts a packet, and returns false if there were too many.
    fn has_room(&mut self) -> bool {
        self.packets += 1;
        self.packets <= MAX_PACKETS
    }
}

/// The first bytes of a segment of JPEG with XMP.
pub(crate) const XMP_NAME: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// The first bytes of a segment of JPEG with Photoshop's resources.
pub(crate) const PHOTOSHOP_NAME: &[u8] = b"Photoshop 3.0\0";
