//! Encoding with libjpeg-turbo.
#![allow(unsafe_code)] // a C library

use super::turbo::{Handle, TurboError};
use crate::ffi::to_c_int;
use crate::pixels::{PixelLayout, Pixels};
use crate::planar::{Planar, SampleRange};
use std::borrow::Cow;
use std::ffi::{c_int, c_uchar};
use turbojpeg_sys as sys;

/// Encodes baseline JPEG of an RGB picture, with half-sized chroma. `quality` is 1 to 100.
pub(crate) fn interleaved(pixels: &Pixels, quality: c_int) -> Result<Vec<u8>, TurboError> {
    assert_eq!(pixels.layout, PixelLayout::Rgb, "the caller has made it opaque and sRGB");
    compress(&compressor(quality)?, pixels)
}

/// Encodes an RGB picture with the settings of the handle, a compressor.
pub(super) fn compress(handle: &Handle, pixels: &Pixels) -> Result<Vec<u8>, TurboError> {
    assert_eq!(pixels.layout, PixelLayout::Rgb, "three bytes a pixel");
    let mut buffer = TurboBuffer::new();
    // SAFETY: the handle is a live compressor, or the library says that it is none; `data` holds
    // `height` rows of `width` pixels of three bytes (`Pixels` says so), which are only read.
    // The library allocates what it writes to, and `buffer` owns it.
    let status = unsafe {
        sys::tj3Compress8(
            handle.get(),
            pixels.data.as_ptr(),
            to_c_int(pixels.width),
            0,
            to_c_int(pixels.height),
            sys::TJPF_TJPF_RGB,
            &raw mut buffer.bytes,
            &raw mut buffer.size,
        )
    };
    handle.check(status)?;
    Ok(buffer.to_vec())
}

/// As [`interleaved`], of planes in full range whose chroma is half-sized.
pub(crate) fn planar(planar: &Planar, quality: c_int) -> Result<Vec<u8>, TurboError> {
    assert!(
        planar.range == SampleRange::Full && planar.has_size(planar.width, planar.height),
        "the caller has shrunk it"
    );
    let handle = compressor(quality)?;
    let mut buffer = TurboBuffer::new();
    let [luma, blue, red] = &planar.planes;
    let even_luma = with_even_sides(luma);
    let planes = [&*even_luma, blue, red].map(|plane| plane.data.as_ptr());
    // SAFETY: the handle is a live compressor. The library reads planes without padding (no
    // strides): luma with both sides rounded up to even numbers, which `with_even_sides` provides,
    // and chroma of half that, which `Planar::has_size` asserts. It allocates what it writes to,
    // and `buffer` owns it.
    let status = unsafe {
        sys::tj3CompressFromYUVPlanes8(
            handle.get(),
            planes.as_ptr(),
            to_c_int(planar.width),
            std::ptr::null(),
            to_c_int(planar.height),
            &raw mut buffer.bytes,
            &raw mut buffer.size,
        )
    };
    handle.check(status)?;
    Ok(buffer.to_vec())
}

/// Returns the plane with even sides, the last column and row repeated where they are odd.
fn with_even_sides(plane: &Pixels) -> Cow<'_, Pixels> {
    let width = plane.width.next_multiple_of(2);
    let height = plane.height.next_multiple_of(2);
    if (width, height) == (plane.width, plane.height) {
        return Cow::Borrowed(plane);
    }
    let mut data = Vec::with_capacity(width as usize * height as usize);
    for row in plane.data.chunks_exact(plane.width as usize) {
        data.extend_from_slice(row);
        if width != plane.width {
            data.extend(row.last());
        }
    }
    if height != plane.height {
        data.extend_from_within(data.len() - width as usize..);
    }
    Cow::Owned(Pixels::new(width, height, plane.layout, data))
}

/// Creates a compressor of baseline JPEG.
fn compressor(quality: c_int) -> Result<Handle, TurboError> {
    let handle = Handle::new(sys::TJINIT_TJINIT_COMPRESS)?;
    handle.set(sys::TJPARAM_TJPARAM_QUALITY, quality)?;
    handle.set(sys::TJPARAM_TJPARAM_SUBSAMP, sys::TJSAMP_TJSAMP_420)?;
    // Tables of the picture's own: a second pass over the coefficients, for files that are smaller
    // by some 5 %.
    handle.set(sys::TJPARAM_TJPARAM_OPTIMIZE, 1)?;
    Ok(handle)
}

/// Owns what the library writes.
struct TurboBuffer {
    bytes: *mut c_uchar,
    size: sys::size_t,
}

impl TurboBuffer {
    fn new() -> Self {
        Self { bytes: std::ptr::null_mut(), size: 0 }
    }

    fn to_vec(&self) -> Vec<u8> {
        if self.bytes.is_null() {
            return Vec::new();
        }
        let Ok(size) = usize::try_from(self.size) else { return Vec::new() };
        // SAFETY: the library keeps `size` bytes written at `bytes`.
        unsafe { std::slice::from_raw_parts(self.bytes, size) }.to_vec()
    }
}

impl Drop for TurboBuffer {
    fn drop(&mut self) {
        // SAFETY: `bytes` is null or from the library's allocator, and is freed once.
        unsafe { sys::tj3Free(self.bytes.cast()) }
    }
}
