//! Encoding with libjpeg-turbo.
#![allow(unsafe_code)] // a C library

use super::turbo::{Failure, Handle};
use crate::pixels::{Layout, Pixels};
use crate::planar::{Planar, Range};
use std::borrow::Cow;
use std::ffi::{c_int, c_uchar};
use turbojpeg_sys as sys;

/// A baseline JPEG of an RGB picture, with half-sized chroma. `quality` is 1 to 100.
pub(crate) fn interleaved(pixels: &Pixels, quality: c_int) -> Result<Vec<u8>, Failure> {
    assert_eq!(pixels.layout, Layout::Rgb, "the caller has made it opaque and sRGB");
    compress(&compressor(quality)?, pixels)
}

/// A JPEG of an RGB picture, with the settings of the handle, a compressor.
pub(super) fn compress(handle: &Handle, pixels: &Pixels) -> Result<Vec<u8>, Failure> {
    assert_eq!(pixels.layout, Layout::Rgb, "three bytes a pixel");
    let mut buffer = Buffer::new();
    // SAFETY: the handle is a live compressor, or the library says that it is none; `data` holds
    // `height` rows of `width` pixels of three bytes (`Pixels` says so), which are only read.
    // The library allocates what it writes to, and `buffer` owns it.
    let status = unsafe {
        sys::tj3Compress8(
            handle.get(),
            pixels.data.as_ptr(),
            to_c(pixels.width),
            0,
            to_c(pixels.height),
            sys::TJPF_TJPF_RGB,
            &raw mut buffer.bytes,
            &raw mut buffer.size,
        )
    };
    handle.check(status)?;
    Ok(buffer.to_vec())
}

/// The same of planes in full range, whose chroma is half-sized.
pub(crate) fn planar(planar: &Planar, quality: c_int) -> Result<Vec<u8>, Failure> {
    assert!(
        planar.range == Range::Full && planar.is(planar.width, planar.height),
        "the caller has shrunk it"
    );
    let handle = compressor(quality)?;
    let mut buffer = Buffer::new();
    let [luma, blue, red] = &planar.planes;
    let luma = even(luma);
    let planes = [&*luma, blue, red].map(|plane| plane.data.as_ptr());
    // SAFETY: the handle is a live compressor. The library reads planes without padding (no
    // strides): luma with both sides rounded up to even numbers, which `even` provides, and
    // chroma of half that, which `Planar::is` asserts. It allocates what it writes to, and
    // `buffer` owns it.
    let status = unsafe {
        sys::tj3CompressFromYUVPlanes8(
            handle.get(),
            planes.as_ptr(),
            to_c(planar.width),
            std::ptr::null(),
            to_c(planar.height),
            &raw mut buffer.bytes,
            &raw mut buffer.size,
        )
    };
    handle.check(status)?;
    Ok(buffer.to_vec())
}

/// The plane with even sides, the last column and row repeated where they are odd.
fn even(plane: &Pixels) -> Cow<'_, Pixels> {
    let (width, height) = (plane.width.next_multiple_of(2), plane.height.next_multiple_of(2));
    if (width, height) == (plane.width, plane.height) {
        return Cow::Borrowed(plane);
    }
    let mut data = Vec::with_capacity(width as usize * height as usize);
    for row in plane.data.chunks_exact(plane.width as usize) {
        data.extend_from_slice(row);
        data.extend(row.last().filter(|_| width != plane.width));
    }
    if height != plane.height {
        data.extend_from_within(data.len() - width as usize..);
    }
    Cow::Owned(Pixels::new(width, height, plane.layout, data))
}

fn compressor(quality: c_int) -> Result<Handle, Failure> {
    let handle = Handle::new(sys::TJINIT_TJINIT_COMPRESS)?;
    handle.set(sys::TJPARAM_TJPARAM_QUALITY, quality)?;
    handle.set(sys::TJPARAM_TJPARAM_SUBSAMP, sys::TJSAMP_TJSAMP_420)?;
    // Tables of the picture's own: a second pass over the coefficients, for files that are smaller
    // by some 5 %.
    handle.set(sys::TJPARAM_TJPARAM_OPTIMIZE, 1)?;
    Ok(handle)
}

/// Owns what the library writes.
struct Buffer {
    bytes: *mut c_uchar,
    size: sys::size_t,
}

impl Buffer {
    fn new() -> Self {
        Self { bytes: std::ptr::null_mut(), size: 0 }
    }

    fn to_vec(&self) -> Vec<u8> {
        match usize::try_from(self.size) {
            // SAFETY: the library keeps `size` bytes written at `bytes`.
            Ok(size) if !self.bytes.is_null() => {
                unsafe { std::slice::from_raw_parts(self.bytes, size) }.to_vec()
            }
            _ => Vec::new(),
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: `bytes` is null or from the library's allocator, and is freed once.
        unsafe { sys::tj3Free(self.bytes.cast()) }
    }
}

/// Sides are bounded by what renditions have; what does not fit is refused by the library.
fn to_c(number: u32) -> c_int {
    c_int::try_from(number).unwrap_or(c_int::MAX)
}
