//! The calls into libwebp.
#![allow(unsafe_code)] // a C library

use crate::Error;
use libwebp_sys as sys;
use std::ffi::{c_int, c_void};

/// What the bitstream's header says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Features {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) has_alpha: bool,
    pub(super) is_animation: bool,
    /// Whether the pixels are; false for an animation, where each frame says so itself.
    pub(super) is_lossless: bool,
}

/// Reads the header only.
pub(super) fn features(bytes: &[u8]) -> Result<Features, Error> {
    let mut found =
        sys::WebPBitstreamFeatures { width: 0, height: 0, has_alpha: 0, has_animation: 0, format: 0, pad: [0; 5] };
    // SAFETY: pointer and length are of one slice, which is only read; `found` outlives the call.
    let status = unsafe { sys::WebPGetFeatures(bytes.as_ptr(), bytes.len(), &raw mut found) };
    check(status)?;
    let side = |side: c_int| u32::try_from(side).map_err(|_| Error::corrupt("a negative side"));
    Ok(Features {
        width: side(found.width)?,
        height: side(found.height)?,
        has_alpha: found.has_alpha != 0,
        is_animation: found.has_animation != 0,
        is_lossless: found.format == 2,
    })
}

/// Decodes into `data`, rows of `width` pixels without padding, with alpha (RGBA) or without (RGB).
pub(super) fn decode(bytes: &[u8], width: u32, has_alpha: bool, data: &mut [u8]) -> Result<(), Error> {
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| Error::corrupt("not the expected libwebp"))?;
    let (colorspace, size) =
        if has_alpha { (sys::WEBP_CSP_MODE::MODE_RGBA, 4) } else { (sys::WEBP_CSP_MODE::MODE_RGB, 3) };
    config.output.colorspace = colorspace;
    config.output.is_external_memory = 1;
    config.output.u.RGBA =
        sys::WebPRGBABuffer { rgba: data.as_mut_ptr(), stride: to_c(width) * size, size: data.len() };
    // SAFETY: the input is one slice, which is only read. The output is `data`: with external memory the
    // library writes nowhere else, and it refuses a picture for which stride and size are too small.
    let status = unsafe { sys::WebPDecode(bytes.as_ptr(), bytes.len(), &raw mut config) };
    // SAFETY: the buffer was set up by the library above; what is external memory stays ours.
    unsafe { sys::WebPFreeDecBuffer(&raw mut config.output) };
    check(status)
}

fn check(status: sys::VP8StatusCode) -> Result<(), Error> {
    use sys::VP8StatusCode as S;
    match status {
        S::VP8_STATUS_OK => Ok(()),
        S::VP8_STATUS_NOT_ENOUGH_DATA | S::VP8_STATUS_SUSPENDED => Err(Error::Truncated),
        S::VP8_STATUS_OUT_OF_MEMORY => Err(Error::TooComplex("no memory to decode it".into())),
        S::VP8_STATUS_UNSUPPORTED_FEATURE => Err(Error::UnsupportedFormat("an unknown variant of WebP")),
        S::VP8_STATUS_BITSTREAM_ERROR | S::VP8_STATUS_INVALID_PARAM | S::VP8_STATUS_USER_ABORT => {
            Err(Error::corrupt("libwebp cannot decode it"))
        }
    }
}

/// Encodes rows of `width` pixels without padding, RGBA or RGB, lossy; alpha without loss. The sides are
/// 1 to 16,383 pixels, `quality` 0 to 100, `effort` 0 to 6; anything else is an error.
pub(crate) fn encode(
    data: &[u8],
    width: u32,
    height: u32,
    has_alpha: bool,
    quality: f32,
    effort: u8,
) -> Result<Vec<u8>, String> {
    let size: usize = if has_alpha { 4 } else { 3 };
    assert_eq!(data.len(), width as usize * height as usize * size, "a buffer is as large as its picture");
    let mut config = sys::WebPConfig::new().map_err(|()| "not the expected libwebp")?;
    config.quality = quality;
    config.method = effort.into();
    let mut writer = Writer::new();
    let mut picture = Picture(sys::WebPPicture::new().map_err(|()| "not the expected libwebp")?);
    picture.0.width = to_c(width);
    picture.0.height = to_c(height);
    picture.0.writer = Some(sys::WebPMemoryWrite);
    picture.0.custom_ptr = (&raw mut writer.0).cast::<c_void>();

    let import = if has_alpha { sys::WebPPictureImportRGBA } else { sys::WebPPictureImportRGB };
    // SAFETY: `data` holds `height` rows of `stride` bytes (asserted above), which the library copies into
    // memory of its own, freed by `Picture`.
    let imported = unsafe { import(&raw mut picture.0, data.as_ptr(), to_c(width) * if has_alpha { 4 } else { 3 }) };
    if imported == 0 {
        return Err(format!("{:?}", picture.0.error_code));
    }
    // SAFETY: both structures were set up by the library. It writes through `WebPMemoryWrite` to `writer`,
    // which does not move and outlives the call.
    if unsafe { sys::WebPEncode(&raw const config, &raw mut picture.0) } == 0 {
        return Err(format!("{:?}", picture.0.error_code));
    }
    Ok(writer.to_vec())
}

/// Owns what the library allocates for a picture.
struct Picture(sys::WebPPicture);

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the structure was set up by the library and is freed once.
        unsafe { sys::WebPPictureFree(&raw mut self.0) }
    }
}

/// Owns what the library writes.
struct Writer(sys::WebPMemoryWriter);

impl Writer {
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

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: `mem` is null or from the library's allocator, and is freed once.
        unsafe { sys::WebPMemoryWriterClear(&raw mut self.0) }
    }
}

/// Sides and rows are bounded by the limits, and those by memory; what does not fit is refused by the library.
fn to_c(number: u32) -> c_int {
    c_int::try_from(number).unwrap_or(c_int::MAX)
}
