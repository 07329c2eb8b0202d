//! The calls into rav1d, a port of dav1d to Rust that kept dav1d's C interface: by the fork of it
//! that `re_rav1d` is, because rav1d 1.1.0 itself ends the process at the first error in a picture.
#![allow(unsafe_code)] // a C interface

use super::planes::{Plane, Planes};
use crate::Error;
use crate::bytes::Reader;
use re_rav1d::Dav1dResult;
use re_rav1d::include::dav1d::data::Dav1dData;
use re_rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dLogger, Dav1dSettings};
use re_rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use re_rav1d::include::dav1d::picture::Dav1dPicture;
use re_rav1d::src::lib as av1;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::slice;

/// Decodes the first picture of a stream of OBUs, unless it has more than `pixels`.
pub(super) fn decode(stream: &[u8], pixels: u64) -> Result<Planes, Error> {
    let decoder = Av1Decoder::new(u32::try_from(pixels).unwrap_or(u32::MAX))?;
    let mut data = Av1Data::new(stream)?;
    loop {
        let sent = decoder.send(&mut data)?;
        if let Some(picture) = decoder.picture()? {
            return picture.planes();
        }
        if !sent || data.0.sz == 0 {
            return Err(Error::corrupt("AV1 without a picture"));
        }
    }
}

/// Returns the number of frames, shown or not, all of which would be decoded.
pub(super) fn passes(stream: &[u8]) -> Result<u64, Error> {
    let mut passes = 0;
    let mut reader = Reader::new(stream);
    while !reader.rest().is_empty() {
        // AV1, 5.3: kind, whether there is a second byte, whether there is a length.
        let header = reader.byte()?;
        if header & 4 != 0 {
            reader.byte()?;
        }
        let length = if header & 2 != 0 { leb128(&mut reader)? } else { reader.rest().len() };
        reader.take(length.min(reader.rest().len()))?;
        passes += u64::from(matches!(header >> 3 & 15, 3 | 6));
    }
    Ok(passes)
}

/// Reads a length of up to eight bytes (AV1, 4.10.5).
fn leb128(reader: &mut Reader<'_>) -> Result<usize, Error> {
    let mut value = 0_usize;
    for place in 0..8 {
        let byte = reader.byte()?;
        value |= usize::from(byte & 127) << (7 * place);
        if byte & 128 == 0 {
            return Ok(value);
        }
    }
    Err(Error::corrupt("AV1 with an endless length"))
}

/// Owns a decoder.
struct Av1Decoder(Option<Dav1dContext>);

impl Av1Decoder {
    fn new(pixels: u32) -> Result<Self, Error> {
        let mut defaults = MaybeUninit::<Dav1dSettings>::uninit();
        let place = NonNull::from(&mut defaults).cast();
        // SAFETY: the call writes all of the structure at this place, which is large enough for it.
        let mut settings = unsafe {
            av1::dav1d_default_settings(place);
            defaults.assume_init()
        };
        settings.n_threads = 1;
        settings.max_frame_delay = 1;
        settings.all_layers = 0; // of a progressive picture the last layer
        settings.frame_size_limit = pixels;
        // SAFETY: without a callback there is nothing that could be called wrongly.
        settings.logger = unsafe { Dav1dLogger::new(None, None) };
        let mut context = None;
        // SAFETY: both places live through the call; the context is closed once, by `drop`.
        let result = unsafe {
            av1::dav1d_open(Some(NonNull::from(&mut context)), Some(NonNull::from(&mut settings)))
        };
        check(result).map(|_| Self(context))
    }

    /// Hands data over; false where the decoder wants to be rid of a picture first.
    fn send(&self, data: &mut Av1Data) -> Result<bool, Error> {
        // SAFETY: the context is open, and `data` was made by the library.
        check(unsafe { av1::dav1d_send_data(self.0, Some(NonNull::from(&mut data.0))) })
    }

    /// Takes a picture, if one is ready.
    fn picture(&self) -> Result<Option<DecodedPicture>, Error> {
        let mut picture = MaybeUninit::<Dav1dPicture>::uninit();
        let place = NonNull::from(&mut picture).cast();
        // SAFETY: the context is open; the call writes a whole picture, an empty one if there is
        // none.
        let result = unsafe { av1::dav1d_get_picture(self.0, Some(place)) };
        // SAFETY: the call has written it.
        let decoded = DecodedPicture(unsafe { picture.assume_init() });
        let has_picture = check(result)?;
        if has_picture { Ok(Some(decoded)) } else { Ok(None) }
    }
}

impl Drop for Av1Decoder {
    fn drop(&mut self) {
        // SAFETY: the context came from `dav1d_open` and is closed once.
        unsafe { av1::dav1d_close(Some(NonNull::from(&mut self.0))) }
    }
}

/// Owns bytes that the library reads.
struct Av1Data(Dav1dData);

impl Av1Data {
    fn new(stream: &[u8]) -> Result<Self, Error> {
        if stream.is_empty() {
            return Err(Error::corrupt("AV1 without data"));
        }
        let mut data = MaybeUninit::<Dav1dData>::zeroed();
        let place = NonNull::from(&mut data).cast();
        // SAFETY: the structure may be zero throughout, and the call overwrites it. It answers with
        // a buffer of this many bytes, or null.
        unsafe {
            let buffer = av1::dav1d_data_create(Some(place), stream.len());
            if buffer.is_null() {
                return Err(Error::TooMuchMemory("rav1d got none".into()));
            }
            buffer.copy_from_nonoverlapping(stream.as_ptr(), stream.len());
            Ok(Self(data.assume_init()))
        }
    }
}

impl Drop for Av1Data {
    fn drop(&mut self) {
        // SAFETY: the library made it, and it is released once; after it was sent it is empty.
        unsafe { av1::dav1d_data_unref(Some(NonNull::from(&mut self.0))) }
    }
}

/// Owns a picture.
struct DecodedPicture(Dav1dPicture);

impl DecodedPicture {
    /// Copies the planes, which the library keeps with padding.
    fn planes(&self) -> Result<Planes, Error> {
        let width = to_side(self.0.p.w)?;
        let height = to_side(self.0.p.h)?;
        let depth = u8::try_from(self.0.p.bpc).unwrap_or(0);
        if !matches!(depth, 8 | 10 | 12) || width == 0 || height == 0 {
            return Err(Error::UnsupportedFormat("AV1 with this many bits a sample"));
        }
        let header = self
            .0
            .seq_hdr
            .ok_or_else(|| Error::corrupt("AV1 without a sequence"))?;
        // SAFETY: the header is kept alive by the picture.
        let header = unsafe { header.as_ref() };
        let (across, down) = match self.0.p.layout {
            DAV1D_PIXEL_LAYOUT_I420 => (1, 1),
            DAV1D_PIXEL_LAYOUT_I422 => (1, 0),
            _ => (0, 0),
        };
        let is_grey = self.0.p.layout == DAV1D_PIXEL_LAYOUT_I400;
        let chroma_width = width.div_ceil(1 << across);
        let chroma_height = height.div_ceil(1 << down);
        let chroma = |index: usize| {
            if is_grey {
                Ok(Plane::default())
            } else {
                self.plane(index, chroma_width, chroma_height, depth)
            }
        };
        Ok(Planes {
            width,
            height,
            depth,
            across,
            down,
            samples: [self.plane(0, width, height, depth)?, chroma(1)?, chroma(2)?],
            is_full_range: header.color_range != 0,
            matrix: u8::try_from(header.mtrx).unwrap_or(2),
        })
    }

    /// Copies a plane of this size in samples of `depth` bits.
    fn plane(&self, index: usize, width: u32, height: u32, depth: u8) -> Result<Plane, Error> {
        let missing = || Error::corrupt("AV1 without a plane");
        let data = self.0.data[index].ok_or_else(missing)?;
        let width = width as usize;
        let height = height as usize;
        let sample_size = if depth == 8 { 1 } else { 2 };
        // Rows from the bottom up, which a negative stride stands for, come from allocators of
        // one's own only.
        let stride_bytes = usize::try_from(self.0.stride[index.min(1)]).map_err(|_| missing())?;
        let stride = stride_bytes / sample_size;
        if stride < width {
            return Err(missing());
        }
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            // SAFETY: the library's own allocator made planes of at least `height` rows, `stride`
            // samples apart and aligned to 64 bytes; samples have 8 bits or, if more
            // are coded, 16.
            unsafe {
                if depth == 8 {
                    let row =
                        slice::from_raw_parts(data.cast::<u8>().as_ptr().add(y * stride), width);
                    samples.extend(row.iter().map(|sample| u16::from(*sample)));
                } else {
                    samples.extend_from_slice(slice::from_raw_parts(
                        data.cast::<u16>().as_ptr().add(y * stride),
                        width,
                    ));
                }
            }
        }
        Ok(Plane { width, samples })
    }
}

fn to_side(side: i32) -> Result<u32, Error> {
    u32::try_from(side).map_err(|_| Error::corrupt("AV1 with a negative side"))
}

impl Drop for DecodedPicture {
    fn drop(&mut self) {
        // SAFETY: the library made it, and it is released once. What it leaves behind is an empty
        // picture with a list of metadata of its own, which nobody else has and which would
        // be leaked (re_rav1d 0.1.3).
        unsafe {
            av1::dav1d_picture_unref(Some(NonNull::from(&mut self.0)));
            drop(self.0.itut_t35_ref.take().map(|list| list.into_arc()));
        }
    }
}

/// Returns true where the call did its work, false where it asks for another one first.
fn check(Dav1dResult(code): Dav1dResult) -> Result<bool, Error> {
    const AGAIN: i32 = -11;
    const NO_MEMORY: i32 = -12;
    const RANGE: i32 = -34;
    const UNSUPPORTED: [i32; 2] = [-92, -42]; // ENOPROTOOPT of Linux and of macOS
    match code {
        0 => Ok(true),
        AGAIN => Ok(false),
        NO_MEMORY => Err(Error::TooMuchMemory("rav1d got none".into())),
        RANGE => Err(Error::corrupt("AV1 with a picture larger than the header says")),
        code if code == -35 && cfg!(target_os = "macos") => Ok(false),
        code if UNSUPPORTED.contains(&code) => {
            Err(Error::UnsupportedFormat("an unknown variant of AV1"))
        }
        _ => Err(Error::corrupt("AV1 that cannot be decoded")),
    }
}
