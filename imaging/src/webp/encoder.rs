//! Encoding with libwebp.
#![allow(unsafe_code)] // a C library

use crate::ffi::to_c_int;
use crate::pixels::{self, PixelLayout, Pixels};
use crate::planar::{Planar, SampleRange};
use libwebp_sys as sys;
use std::ffi::c_void;

/// Encodes lossy WebP of an RGB picture, or of an RGBA picture with its alpha kept without loss.
/// The sides are 1 to 16,383 pixels, `quality` 0 to 100, `effort` 0 to 6; anything else is an
/// error.
pub(crate) fn interleaved(pixels: &Pixels, quality: f32, effort: u8) -> Result<Vec<u8>, String> {
    EncoderPicture::import(pixels)?.encode(quality, effort)
}

/// Converts an RGB or RGBA picture, without its alpha, to the planes that the encoder makes of it:
/// in limited range, with half-sized chroma that is averaged in linear light.
pub(crate) fn planes(pixels: &Pixels) -> Result<Planar, String> {
    let width = pixels.width;
    let height = pixels.height;
    let EncoderPicture(picture) = &EncoderPicture::import(pixels)?;
    let half_width = width.div_ceil(2);
    let half_height = height.div_ceil(2);
    let stored = [
        (picture.y, picture.y_stride, width, height),
        (picture.u, picture.uv_stride, half_width, half_height),
        (picture.v, picture.uv_stride, half_width, half_height),
    ];
    let planes = stored.map(|(start, stride, width, height)| {
        let mut data = Vec::with_capacity(pixels::bytes(width, height, PixelLayout::Grey));
        for row in 0..height as usize {
            let offset = row * usize::try_from(stride).expect("the library counts forwards");
            // SAFETY: the library holds `height` rows of `stride` bytes, of which the first `width`
            // are set, until `picture` is dropped at the end of this function.
            data.extend_from_slice(unsafe {
                std::slice::from_raw_parts(start.add(offset), width as usize)
            });
        }
        Pixels::new(width, height, PixelLayout::Grey, data)
    });
    Ok(Planar { width, height, step: (2, 2), range: SampleRange::Limited, planes })
}

/// As [`interleaved`], of planes in limited range whose chroma is half-sized.
pub(crate) fn planar(planar: &Planar, quality: f32, effort: u8) -> Result<Vec<u8>, String> {
    assert!(
        planar.range == SampleRange::Limited && planar.has_size(planar.width, planar.height),
        "the caller has shrunk it"
    );
    let mut picture = EncoderPicture::new(planar.width, planar.height)?;
    let [luma, blue, red] = &planar.planes;
    picture.0.use_argb = 0;
    picture.0.colorspace = sys::WebPEncCSP::WEBP_YUV420;
    // Without alpha the library only reads the planes, and frees none that it did not allocate:
    // they are borrowed until `encode` has returned. Chroma is half of the size rounded up,
    // which `Planar::has_size` asserts.
    picture.0.y = luma.data.as_ptr().cast_mut();
    picture.0.u = blue.data.as_ptr().cast_mut();
    picture.0.v = red.data.as_ptr().cast_mut();
    picture.0.y_stride = to_c_int(luma.width);
    picture.0.uv_stride = to_c_int(blue.width);
    picture.encode(quality, effort)
}

/// Owns what the library allocates for a picture.
struct EncoderPicture(sys::WebPPicture);

impl EncoderPicture {
    fn new(width: u32, height: u32) -> Result<Self, String> {
        let mut picture = Self(sys::WebPPicture::new().map_err(|()| "not the expected libwebp")?);
        picture.0.width = to_c_int(width);
        picture.0.height = to_c_int(height);
        Ok(picture)
    }

    /// Copies the pixels into planes of the library.
    fn import(pixels: &Pixels) -> Result<Self, String> {
        let mut picture = Self::new(pixels.width, pixels.height)?;
        let import = match pixels.layout {
            PixelLayout::Rgba => sys::WebPPictureImportRGBA,
            PixelLayout::Rgb => sys::WebPPictureImportRGB,
            layout => return Err(format!("{layout:?} is not encoded")),
        };
        let stride = to_c_int(pixels.width)
            * to_c_int(u32::try_from(pixels.layout.size()).unwrap_or(u32::MAX));
        // SAFETY: `data` holds `height` rows of `stride` bytes (`Pixels` says so), which the
        // library copies into memory of its own, freed by `EncoderPicture`.
        if unsafe { import(&raw mut picture.0, pixels.data.as_ptr(), stride) } == 0 {
            return Err(format!("{:?}", picture.0.error_code));
        }
        Ok(picture)
    }

    fn encode(mut self, quality: f32, effort: u8) -> Result<Vec<u8>, String> {
        let mut config = sys::WebPConfig::new().map_err(|()| "not the expected libwebp")?;
        config.quality = quality;
        config.method = effort.into();
        let mut writer = OutputBuffer::new();
        self.0.writer = Some(sys::WebPMemoryWrite);
        self.0.custom_ptr = (&raw mut writer.0).cast::<c_void>();
        // SAFETY: both structures were set up by the library, and the pixels by the caller. It
        // writes through `WebPMemoryWrite` to `writer`, which does not move and outlives
        // the call.
        if unsafe { sys::WebPEncode(&raw const config, &raw mut self.0) } == 0 {
            return Err(format!("{:?}", self.0.error_code));
        }
        Ok(writer.to_vec())
    }
}

impl Drop for EncoderPicture {
    fn drop(&mut self) {
        // SAFETY: the structure was set up by the library and is freed once.
        unsafe { sys::WebPPictureFree(&raw mut self.0) }
    }
}

/// Owns what the library writes.
struct OutputBuffer(sys::WebPMemoryWriter);

impl OutputBuffer {
    fn new() -> Self {
        Self(sys::WebPMemoryWriter { mem: std::ptr::null_mut(), size: 0, max_size: 0, pad: [0] })
    }

    fn to_vec(&self) -> Vec<u8> {
        if self.0.mem.is_null() {
            return Vec::new();
        }
        // SAFETY: the library keeps `size` bytes written at `mem`.
        unsafe { std::slice::from_raw_parts(self.0.mem, self.0.size) }.to_vec()
    }
}

impl Drop for OutputBuffer {
    fn drop(&mut self) {
        // SAFETY: `mem` is null or from the library's allocator, and is freed once.
        unsafe { sys::WebPMemoryWriterClear(&raw mut self.0) }
    }
}
