//! Decompressors of strips and tiles, as readers.

use super::fax;
use super::header::{Chunk, Compression, Image};
use crate::Error;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::{self, Cursor, ErrorKind, Read};
use weezl::{BitOrder, LzwStatus, decode::Decoder};

/// The bytes of a chunk, each with its first bit as the highest.
pub(super) fn data<'a>(image: &Image<'_>, chunk: &Chunk<'a>) -> Cow<'a, [u8]> {
    if image.is_reversed {
        Cow::Owned(chunk.data.iter().map(|byte| byte.reverse_bits()).collect())
    } else {
        Cow::Borrowed(chunk.data)
    }
}

/// A reader of the rows of a chunk with these bytes.
pub(super) fn open<'a>(
    image: &Image<'_>,
    data: &'a [u8],
    rows: u32,
) -> Result<Box<dyn Read + 'a>, Error> {
    match image.compression {
        Compression::None => Ok(Box::new(data)),
        Compression::Deflate => Ok(Box::new(ZlibDecoder::new(data))),
        Compression::PackBits => Ok(Box::new(PackBits { data, run: None })),
        // Codes that begin with a set bit are those of TIFF 6.0; before it, programs wrote them
        // upside down, and made codes longer one later, as GIF does.
        Compression::Lzw
            if data.first() == Some(&0) && data.get(1).is_some_and(|byte| byte & 1 == 1) =>
        {
            Ok(Box::new(Lzw { data, decoder: Decoder::new(BitOrder::Lsb, 8) }))
        }
        Compression::Lzw => {
            Ok(Box::new(Lzw { data, decoder: Decoder::with_tiff_size_switch(BitOrder::Msb, 8) }))
        }
        Compression::Fax(coding) => {
            Ok(Box::new(Cursor::new(fax::unpack(data, coding, image.chunk_width, rows)?)))
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
    /// What is left of a run: how much, and the byte if it is a repeated one.
    run: Option<(usize, Option<u8>)>,
}

impl Read for PackBits<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (length, repeated) = loop {
            if let Some(run) = self.run.take() {
                break run;
            }
            let Some((&code, rest)) = self.data.split_first() else { return Ok(0) };
            self.data = rest;
            match (code, rest.split_first()) {
                (128, _) => {}
                (0..128, _) => self.run = Some((usize::from(code) + 1, None)),
                (129.., Some((&byte, rest))) => {
                    self.data = rest;
                    self.run = Some((257 - usize::from(code), Some(byte)));
                }
                (129.., None) => return Ok(0),
            }
        };
        let count = length.min(buffer.len());
        let count = if let Some(byte) = repeated {
            buffer[..count].fill(byte);
            count
        } else {
            let count = count.min(self.data.len());
            let (now, rest) = self.data.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.data = rest;
            count
        };
        self.run = (count > 0 && count < length).then_some((length - count, repeated));
        Ok(count)
    }
}
