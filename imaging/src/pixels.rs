//! A decoded picture in memory.

/// What the bytes of a pixel mean; 8 bits a sample, rows from the top without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink: 0 is none, 255 is full, as ICC profiles have it.
    Cmyk,
}

impl Layout {
    /// Bytes a pixel.
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    /// Whether the last sample of a pixel is alpha.
    pub(crate) const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// A picture; `data.len() == width * height * layout.size()`, and neither side is zero.
#[derive(Debug, Clone)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    pub(crate) data: Vec<u8>,
}

impl Pixels {
    pub(crate) fn new(width: u32, height: u32, layout: Layout, data: Vec<u8>) -> Self {
        debug_assert_eq!(data.len(), bytes(width, height, layout));
        Self { width, height, layout, data }
    }

    /// Whether some pixel is not opaque.
    pub(crate) fn is_transparent(&self) -> bool {
        let size = self.layout.size();
        self.layout.has_alpha()
            && self
                .data
                .iter()
                .skip(size - 1)
                .step_by(size)
                .any(|&alpha| alpha != 255)
    }

    /// The same picture with other bytes for each pixel.
    pub(crate) fn map<const FROM: usize, const TO: usize>(
        &self,
        layout: Layout,
        pixel: impl Fn([u8; FROM]) -> [u8; TO],
    ) -> Self {
        debug_assert!(self.layout.size() == FROM && layout.size() == TO);
        let (pixels, _) = self.data.as_chunks::<FROM>();
        let data = pixels.iter().flat_map(|&from| pixel(from)).collect();
        Self::new(self.width, self.height, layout, data)
    }

    /// RGBA laid on white: RGB.
    pub(crate) fn on_white(&self) -> Self {
        self.map(Layout::Rgb, |[red, green, blue, alpha]| {
            let alpha = u32::from(alpha);
            let mix = |light: u8| (u32::from(light) * alpha + 255 * (255 - alpha) + 127) / 255;
            [red, green, blue].map(|light| u8::try_from(mix(light)).unwrap_or(u8::MAX))
        })
    }

    /// Grey as RGB, with or without alpha; everything else as it is.
    pub(crate) fn grey_to_rgb(self) -> Self {
        match self.layout {
            Layout::Grey => self.map(Layout::Rgb, |[v]| [v, v, v]),
            Layout::GreyAlpha => self.map(Layout::Rgba, |[v, a]| [v, v, v, a]),
            _ => self,
        }
    }

    /// Colours that were stored multiplied by alpha, as they were before.
    pub(crate) fn divide_alpha(&mut self) {
        debug_assert!(self.layout.has_alpha());
        for pixel in self.data.chunks_exact_mut(self.layout.size()) {
            let Some((&mut alpha, colours)) = pixel.split_last_mut() else { continue };
            for colour in colours.iter_mut().filter(|_| alpha != 0) {
                let divided = (u32::from(*colour) * 255 + u32::from(alpha) / 2) / u32::from(alpha);
                *colour = u8::try_from(divided).unwrap_or(u8::MAX);
            }
        }
    }

    /// Without its alpha, which the caller knows to be opaque.
    pub(crate) fn without_alpha(self) -> Self {
        match self.layout {
            Layout::GreyAlpha => self.without_last::<2>(Layout::Grey),
            Layout::Rgba => self.without_last::<4>(Layout::Rgb),
            _ => self,
        }
    }

    /// Without the last of `N` samples. In place: a second buffer beside the decoded picture would
    /// go beyond the limit of memory.
    fn without_last<const N: usize>(mut self, layout: Layout) -> Self {
        for pixel in 1..self.data.len() / N {
            self.data
                .copy_within(pixel * N..pixel * N + N - 1, pixel * (N - 1));
        }
        self.data.truncate(self.data.len() / N * (N - 1));
        Self::new(self.width, self.height, layout, self.data)
    }
}

/// 16 bits a sample to 8, rounded to the nearest.
pub(crate) fn to_8_bits(sample: u16) -> u8 {
    let [_, rounded, ..] = (u32::from(sample) * 255 + 32_895).to_be_bytes();
    rounded
}

/// Bytes that a picture takes. Sizes were held against the limits, so this fits.
pub(crate) const fn bytes(width: u32, height: u32, layout: Layout) -> usize {
    width as usize * height as usize * layout.size()
}
