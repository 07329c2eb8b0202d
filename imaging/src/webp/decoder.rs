//! Decoding with libwebp.
#![allow(unsafe_code)] // a C library

use crate::Error;
use crate::ffi::to_c_int;
use crate::pixels::Pixels;
use libwebp_sys as sys;
use std::ffi::c_int;

/// Size and kind of a picture, from the bitstream's header.
#[derive(Debug, Clone, Copy)]
pub(super) struct WebpFeatures {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) has_alpha: bool,
    pub(super) is_animation: bool,
    /// True if the pixels are coded without loss; false for an animation, where each frame says so
    /// itself.
    pub(super) is_lossless: bool,
}

/// Reads the header only.
///
/// # Errors
/// Those of [`check`].
pub(super) fn features(bytes: &[u8]) -> Result<WebpFeatures, Error> {
    let mut found = sys::WebPBitstreamFeatures {
        width: 0,
        height: 0,
        has_alpha: 0,
        has_animation: 0,
        format: 0,
        pad: [0; 5],
    };
    // SAFETY: pointer and length are of one slice, which is only read; `found` outlives the call.
    let status = unsafe { sys::WebPGetFeatures(bytes.as_ptr(), bytes.len(), &raw mut found) };
    check(status)?;
    let side = |side: c_int| u32::try_from(side).map_err(|_| Error::corrupt("a negative side"));
    Ok(WebpFeatures {
        width: side(found.width)?,
        height: side(found.height)?,
        has_alpha: found.has_alpha != 0,
        is_animation: found.has_animation != 0,
        is_lossless: found.format == 2,
    })
}

/// Decodes into `data`, rows of `width` pixels without padding, with alpha (RGBA) or without (RGB).
pub(super) fn decode(
    bytes: &[u8],
    width: u32,
    has_alpha: bool,
    data: &mut [u8],
) -> Result<(), Error> {
    let mut config =
        sys::WebPDecoderConfig::new().map_err(|()| Error::corrupt("not the expected libwebp"))?;
    let (colorspace, size) = if has_alpha {
        (sys::WEBP_CSP_MODE::MODE_RGBA, 4)
    } else {
        (sys::WEBP_CSP_MODE::MODE_RGB, 3)
    };
    config.output.colorspace = colorspace;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = sys::WebPRGBABuffer {
        rgba: data.as_mut_ptr(),
        stride: to_c_int(width) * size,
        size: data.len(),
    };
    // SAFETY: the output is `data`, with its own size.
    unsafe { run(bytes, &mut config) }
}

/// Decodes a lossy picture without alpha into the planes it is stored in, in limited range: luma of
/// this size, and chroma of half of it, rounded up.
pub(super) fn decode_planes(bytes: &[u8], planes: &mut [Pixels; 3]) -> Result<(), Error> {
    let mut config =
        sys::WebPDecoderConfig::new().map_err(|()| Error::corrupt("not the expected libwebp"))?;
    config.output.colorspace = sys::WEBP_CSP_MODE::MODE_YUV;
    config.output.is_external_memory = 1;
    let [y, u, v] = planes;
    config.output.u.YUVA = sys::WebPYUVABuffer {
        y: y.data.as_mut_ptr(),
        u: u.data.as_mut_ptr(),
        v: v.data.as_mut_ptr(),
        a: std::ptr::null_mut(),
        y_stride: to_c_int(y.width),
        u_stride: to_c_int(u.width),
        v_stride: to_c_int(v.width),
        a_stride: 0,
        y_size: y.data.len(),
        u_size: u.data.len(),
        v_size: v.data.len(),
        a_size: 0,
    };
    // SAFETY: the output is the three planes, with their own sizes.
    unsafe { run(bytes, &mut config) }
}

/// Decodes into the memory that is set in `config`.
///
/// # Safety
/// The output must point to live memory that nobody else uses, of the sizes it gives.
unsafe fn run(bytes: &[u8], config: &mut sys::WebPDecoderConfig) -> Result<(), Error> {
    // SAFETY: the input is one slice, which is only read. With external memory the library writes
    // to what the caller vouches for and nowhere else, and it refuses a picture for which
    // strides or sizes are too small.
    let status =
        unsafe { sys::WebPDecode(bytes.as_ptr(), bytes.len(), std::ptr::from_mut(config)) };
    // SAFETY: the buffer was set up by the library; what is external memory stays ours.
    unsafe { sys::WebPFreeDecBuffer(&raw mut config.output) };
    check(status)
}

/// Translates the library's status.
fn check(status: sys::VP8StatusCode) -> Result<(), Error> {
    use sys::VP8StatusCode as Status;
    match status {
        Status::VP8_STATUS_OK => Ok(()),
        Status::VP8_STATUS_NOT_ENOUGH_DATA | Status::VP8_STATUS_SUSPENDED => Err(Error::Truncated),
        Status::VP8_STATUS_OUT_OF_MEMORY => Err(Error::TooMuchMemory("libwebp got none".into())),
        Status::VP8_STATUS_UNSUPPORTED_FEATURE => {
            Err(Error::UnsupportedFormat("an unknown variant of WebP"))
        }
        Status::VP8_STATUS_BITSTREAM_ERROR
        | Status::VP8_STATUS_INVALID_PARAM
        | Status::VP8_STATUS_USER_ABORT => Err(Error::corrupt("libwebp cannot decode it")),
    }
}
