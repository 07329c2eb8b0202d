//! Decompressors of strips and tiles, as readers.

use super::compression::Compression;
use super::fax;
use super::image::{Chunk, TiffImage};
use crate::Error;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::{self, Cursor, ErrorKind, Read};
use weezl::{BitOrder, LzwStatus, decode::Decoder};

/// Returns the bytes of a chunk, each with its first bit as the highest.
pub(super) fn data<'a>(image: &TiffImage<'_>, chunk: &Chunk<'a>) -> Cow<'a, [u8]> {
    if image.is_reversed {
        let reversed = chunk.data.iter().map(|byte| byte.reverse_bits());
        Cow::Owned(reversed.collect())
    } else {
        Cow::Borrowed(chunk.data)
    }
}

/// Opens a reader of the rows of a chunk with these bytes.
///
/// # Errors
/// Those of a fax, which is unpacked at once. The other readers fail while they are read.
pub(super) fn open<'a>(
    image: &TiffImage<'_>,
    data: &'a [u8],
    rows: u32,
) -> Result<Box<dyn Read + 'a>, Error> {
    match image.compression {
        Compression::None => Ok(Box::new(data)),
        Compression::Deflate => Ok(Box::new(ZlibDecoder::new(data))),
        Compression::PackBits => Ok(Box::new(PackBits { data, run: None })),
        Compression::Lzw => Ok(Box::new(Lzw::new(data))),
        Compression::Fax(coding) => {
            let unpacked = fax::unpack(data, coding, image.chunk_width, rows)?;
            Ok(Box::new(Cursor::new(unpacked)))
        }
        Compression::Jpeg | Compression::OldJpeg => {
            Err(Error::corrupt("JPEG is not read row by row"))
        }
    }
}

struct Lzw<'a> {
    data: &'a [u8],
    decoder: Decoder,
}

impl<'a> Lzw<'a> {
    /// Opens either of two forms. Codes that begin with a set bit are those of TIFF 6.0; before it,
    /// programs wrote them upside down, and made codes longer one later, as GIF does.
    fn new(data: &'a [u8]) -> Self {
        let is_old = matches!(data, [0, second, ..] if second & 1 == 1);
        let decoder = if is_old {
            Decoder::new(BitOrder::Lsb, 8)
        } else {
            Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
        };
        Self { data, decoder }
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let done = self.decoder.decode_bytes(self.data, buffer);
            self.data = &self.data[done.consumed_in..];
            match done.status {
                _ if done.consumed_out > 0 => return Ok(done.consumed_out),
                Ok(LzwStatus::Ok) if done.consumed_in > 0 => {}
                Ok(_) => return Ok(0),
                Err(error) => {
                    return Err(io::Error::new(ErrorKind::InvalidData, error.to_string()));
                }
            }
        }
    }
}

/// Runs of literal and of repeated bytes (TIFF 6.0, section 9).
struct PackBits<'a> {
    data: &'a [u8],
    /// The run that is not used up.
    run: Option<Run>,
}

#[derive(Clone, Copy)]
enum Run {
    /// So many bytes as they are.
    Literal(usize),
    /// So many times the same byte.
    Repeated(usize, u8),
}

impl PackBits<'_> {
    /// Reads the beginning of the next run; none at the end of the data.
    fn next_run(&mut self) -> Option<Run> {
        loop {
            let (&code, rest) = self.data.split_first()?;
            self.data = rest;
            match code {
                0..128 => return Some(Run::Literal(usize::from(code) + 1)),
                128 => {}
                129.. => {
                    let (&byte, after) = rest.split_first()?;
                    self.data = after;
                    return Some(Run::Repeated(257 - usize::from(code), byte));
                }
            }
        }
    }
}

impl Read for PackBits<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(run) = self.run.take().or_else(|| self.next_run()) else { return Ok(0) };
        match run {
            Run::Repeated(length, byte) => {
                let count = length.min(buffer.len());
                buffer[..count].fill(byte);
                if count < length {
                    self.run = Some(Run::Repeated(length - count, byte));
                }
                Ok(count)
            }
            Run::Literal(length) => {
                let count = length.min(buffer.len()).min(self.data.len());
                let (now, rest) = self.data.split_at(count);
                buffer[..count].copy_from_slice(now);
                self.data = rest;
                if count < length && count > 0 {
                    self.run = Some(Run::Literal(length - count));
                }
                Ok(count)
            }
        }
    }
}
