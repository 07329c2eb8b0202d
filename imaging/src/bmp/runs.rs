//! Pixels in runs: RLE4 and RLE8 of Windows, RLE24 of OS/2.

use super::header::BmpHeader;
use crate::Error;
use crate::bytes::Reader;

/// Unpacks pixels of so many bytes in the order of the file: indices, or blue, green and red. What
/// is skipped stays zero.
///
/// # Errors
/// [`Error::Truncated`] where the data ends before the last row.
pub(super) fn unpack(header: &BmpHeader<'_>, size: usize) -> Result<Vec<u8>, Error> {
    match size {
        3 => unpack_colours(header),
        _ => unpack_indices(header),
    }
}

fn unpack_indices(header: &BmpHeader<'_>) -> Result<Vec<u8>, Error> {
    let width = header.width as usize;
    let height = header.height as usize;
    let mut indices = vec![0; width * height];
    let mut reader = Reader::new(header.data);
    let mut x = 0_usize;
    let mut y = 0_usize;
    while y < height {
        let [count, value] = reader.array()?;
        let row = &mut indices[y * width..(y + 1) * width];
        match (count, value) {
            (0, 0) => {
                x = 0;
                y += 1;
            }
            (0, 1) => break,
            (0, 2) => {
                let [right, down] = reader.array()?;
                x += usize::from(right);
                y += usize::from(down);
            }
            (0, count) => {
                let packed = literal_indices(&mut reader, count, header.bits)?;
                x = put(row, x, count, |at| {
                    let byte = if header.bits == 8 { packed[at] } else { packed[at / 2] };
                    index_of(byte, at, header.bits)
                });
            }
            (count, value) => x = put(row, x, count, |at| index_of(value, at, header.bits)),
        }
    }
    Ok(indices)
}

/// Takes the bytes of so many indices, which are filled up to 16 bits.
fn literal_indices<'a>(reader: &mut Reader<'a>, count: u8, bits: u16) -> Result<&'a [u8], Error> {
    let length = usize::from(count);
    let packed = reader.take(if bits == 8 { length } else { length.div_ceil(2) })?;
    if packed.len() % 2 == 1 {
        reader.byte()?;
    }
    Ok(packed)
}

/// Returns the whole byte, or its half: the upper one first.
fn index_of(byte: u8, at: usize, bits: u16) -> u8 {
    match (bits, at % 2) {
        (4, 0) => byte >> 4,
        (4, _) => byte & 15,
        _ => byte,
    }
}

/// Writes a run from `x` on, cut off at the end of the row, and returns where it ends.
fn put(row: &mut [u8], x: usize, count: u8, index: impl Fn(usize) -> u8) -> usize {
    let places = row.iter_mut().skip(x).take(count.into());
    for (at, place) in places.enumerate() {
        *place = index(at);
    }
    x + usize::from(count)
}

/// Unpacks pixels of three bytes: those of a run stand after its count, and so do those that
/// differ.
fn unpack_colours(header: &BmpHeader<'_>) -> Result<Vec<u8>, Error> {
    let width = header.width as usize;
    let height = header.height as usize;
    let mut colours = vec![[0; 3]; width * height];
    let mut reader = Reader::new(header.data);
    let mut x = 0_usize;
    let mut y = 0_usize;
    while y < height {
        let row = &mut colours[y * width..(y + 1) * width];
        let run = reader.byte()?;
        if run > 0 {
            let colour: [u8; 3] = reader.array()?;
            for pixel in row.iter_mut().skip(x).take(run.into()) {
                *pixel = colour;
            }
            x += usize::from(run);
            continue;
        }
        match reader.byte()? {
            0 => {
                x = 0;
                y += 1;
            }
            1 => break,
            2 => {
                let [right, down] = reader.array()?;
                x += usize::from(right);
                y += usize::from(down);
            }
            count => {
                let (literals, _) = literal_colours(&mut reader, count)?.as_chunks::<3>();
                for (pixel, literal) in row.iter_mut().skip(x).zip(literals) {
                    *pixel = *literal;
                }
                x += usize::from(count);
            }
        }
    }
    Ok(colours.into_flattened())
}

/// Takes the bytes of so many colours, which are filled up to 16 bits.
fn literal_colours<'a>(reader: &mut Reader<'a>, count: u8) -> Result<&'a [u8], Error> {
    let packed = reader.take(usize::from(count) * 3)?;
    if packed.len() % 2 == 1 {
        reader.byte()?;
    }
    Ok(packed)
}
