//! Which scans a progressive picture has (T.81, G.1.1), before any is decoded.

use super::layout::Keep;
use super::markers::{self, Next, Scan, State};

/// Whether each scan matters to the coefficients that are kept; nothing, if they do not send all of
/// all coefficients in good order.
pub(super) fn plan(scans: &[Scan], components: usize, keep: &Keep) -> Option<Vec<bool>> {
    // For each coefficient the lowest bit that was sent.
    let mut sent = vec![[None; 64]; components];
    for scan in scans {
        let (first, last) = scan.band;
        let is_usual = (first > 0 || last == 0) && (first == 0 || scan.components.len() == 1);
        let (before, now) = (Some(scan.bits.0).filter(|bit| *bit > 0), scan.bits.1);
        if !is_usual || now > 13 || before.is_some_and(|before| before != now + 1) {
            return None;
        }
        for (component, ..) in &scan.components {
            let sent = &mut sent[*component];
            if (first > 0 && sent[0].is_none())
                || sent[first..=last].iter().any(|bit| *bit != before)
            {
                return None;
            }
            sent[first..=last].fill(Some(now));
        }
    }
    if sent.iter().flatten().any(|bit| *bit != Some(0)) {
        return None;
    }

    // A scan that refines needs to know which coefficients are not zero, of all that it refines.
    let mut asked = vec![keep.places; components];
    let mut matters = vec![false; scans.len()];
    for (scan, matters) in scans.iter().zip(&mut matters).rev() {
        let band = band(scan.band);
        for (component, ..) in &scan.components {
            let asked = &mut asked[*component];
            if band & *asked != 0 {
                *matters = true;
                *asked |= if scan.bits.0 > 0 { band } else { 0 };
            }
        }
    }
    Some(matters)
}

/// A bit for each coefficient, from the first to the last.
pub(super) fn band((first, last): (usize, usize)) -> u64 {
    (u64::MAX << first) & (u64::MAX >> (63 - last))
}

/// The scans up to the end, or up to where something unusual follows, and that end. Nothing, if
/// there are more than `most`.
pub(super) fn scans(bytes: &[u8], most: u32) -> Option<(Vec<Scan>, Option<Next>)> {
    let (mut state, mut at, mut scans) = (State::default(), markers::start(bytes)?, Vec::new());
    loop {
        let next = state.read(bytes, &mut at);
        let Some(Next::Scan(scan, data)) = next else { return Some((scans, next)) };
        if scans.len() >= most as usize {
            return None;
        }
        scans.push(scan);
        let Some(marker) = skip(bytes, data) else { return Some((scans, None)) };
        at = marker;
    }
}

/// The next marker that does not belong to a scan's data.
pub(super) fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match bytes.get(at + 1)? {
            0 | 0xD0..=0xD7 => at += 2,
            _ => return Some(at),
        }
    }
}
