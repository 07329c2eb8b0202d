//! The scans of a progressive picture (T.81, G.1.1), before any is decoded.

use super::layout::Keep;
use super::markers::{self, DecoderState, NextSegment, Scan};

/// The lowest bit of a coefficient that was sent so far; none if none was.
type SentBit = Option<u32>;

/// Returns for each scan whether it matters to the coefficients that are kept; none if the scans do
/// not send all of all coefficients in good order.
pub(super) fn plan(scans: &[Scan], components: usize, keep: &Keep) -> Option<Vec<bool>> {
    let mut sent = vec![[None; 64]; components];
    for scan in scans {
        send(scan, &mut sent)?;
    }
    let is_complete = sent.iter().flatten().all(|bit| *bit == Some(0));
    if !is_complete {
        return None;
    }
    // A scan that refines needs to know which coefficients are not zero, of all that it refines.
    let mut needed = vec![keep.places; components];
    let mut matters = vec![false; scans.len()];
    for (index, scan) in scans.iter().enumerate().rev() {
        let band = band(scan.band);
        for component in &scan.components {
            let needed_here = &mut needed[component.place];
            if band & *needed_here != 0 {
                matters[index] = true;
                *needed_here |= if scan.high > 0 { band } else { 0 };
            }
        }
    }
    Some(matters)
}

/// Notes the bits that a scan sends; none where it is not in order.
fn send(scan: &Scan, sent: &mut [[SentBit; 64]]) -> Option<()> {
    let (first, last) = scan.band;
    // The first coefficient has scans of its own, and of the others each component has.
    let is_usual = (first > 0 || last == 0) && (first == 0 || scan.components.len() == 1);
    let before = if scan.high > 0 { Some(scan.high) } else { None };
    if !is_usual || scan.low > 13 || before.is_some_and(|before| before != scan.low + 1) {
        return None;
    }
    for component in &scan.components {
        let sent = &mut sent[component.place];
        let has_first = first == 0 || sent[0].is_some();
        let is_next = sent[first..=last].iter().all(|bit| *bit == before);
        if !has_first || !is_next {
            return None;
        }
        sent[first..=last].fill(Some(scan.low));
    }
    Some(())
}

/// Returns a bit for each coefficient, from the first to the last.
pub(super) fn band((first, last): (usize, usize)) -> u64 {
    (u64::MAX << first) & (u64::MAX >> (63 - last))
}

/// Reads the headers of the scans up to the end, or up to where something unusual follows, and that
/// end. None if there are more than `most`.
pub(super) fn scans(bytes: &[u8], most: u32) -> Option<(Vec<Scan>, Option<NextSegment>)> {
    let mut state = DecoderState::default();
    let mut at = markers::start(bytes)?;
    let mut scans = Vec::new();
    loop {
        let next = state.read(bytes, &mut at);
        let Some(NextSegment::Scan(scan, data)) = next else { return Some((scans, next)) };
        if scans.len() >= most as usize {
            return None;
        }
        scans.push(scan);
        let Some(marker) = skip(bytes, data) else { return Some((scans, None)) };
        at = marker;
    }
}

/// Returns the offset of the next marker that does not belong to a scan's data.
pub(super) fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match bytes.get(at + 1)? {
            0 | 0xD0..=0xD7 => at += 2,
            _ => return Some(at),
        }
    }
}
