//! Photoshop's image resources (Adobe Photoshop File Formats Specification, "Image Resource
//! Blocks").

use crate::bytes::Reader;

/// The resource of IPTC.
const IPTC: u16 = 0x0404;

/// The first bytes of resources; all but the first are of other programs of the time.
const SIGNATURES: [&[u8; 4]; 5] = [b"8BIM", b"AgHg", b"DCSR", b"MeSa", b"PHUT"];

/// Returns the data sets of IPTC, as many as there are.
pub(super) fn iptc(resources: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(resources);
    loop {
        let signature = reader.array::<4>().ok()?;
        if !SIGNATURES.contains(&&signature) {
            return None;
        }
        let id = reader.u16_be().ok()?;
        let name_length = usize::from(reader.byte().ok()?);
        // Together with its length the name has an even number of bytes.
        let padding = (name_length + 1) % 2;
        reader.take(name_length + padding).ok()?;
        let size = usize::try_from(reader.u32_be().ok()?).ok()?;
        let rest = reader.rest();
        if id == IPTC {
            return Some(&rest[..size.min(rest.len())]);
        }
        reader.take(size.checked_add(size % 2)?).ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_is_found_among_others() {
        let other = b"8BIM\x03\xED\x03Ana\0\0\0\x03odd\0";
        let found = b"8BIM\x04\x04\0\0\0\0\0\x04\x1C\x02\x19\0";
        assert_eq!(iptc(&[&other[..], found].concat()), Some(&b"\x1C\x02\x19\0"[..]));
        assert_eq!(iptc(&found[..15]), Some(&b"\x1C\x02\x19"[..]), "cut off");
        assert_eq!(iptc(other), None);
        assert_eq!(iptc(b"8BIM\x03\xED\0\0\xFF\xFF\xFF\xFFx"), None);
        assert_eq!(iptc(b"something else"), None);
    }
}
