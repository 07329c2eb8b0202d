//! A decoded picture in memory.

/// The meaning of the bytes of a pixel; 8 bits a sample, rows from the top without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PixelLayout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink: 0 is none, 255 is full, as ICC profiles have it.
    Cmyk,
}

impl PixelLayout {
    /// Returns the bytes of a pixel.
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    /// Returns true if the last sample of a pixel is alpha.
    pub(crate) const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// A picture; `data.len() == width * height * layout.size()`, and neither side is zero.
#[derive(Debug, Clone)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: PixelLayout,
    pub(crate) data: Vec<u8>,
}

impl Pixels {
    /// Creates a picture of `width * height` pixels from its bytes.
    pub(crate) fn new(width: u32, height: u32, layout: PixelLayout, data: Vec<u8>) -> Self {
        debug_assert_eq!(data.len(), bytes(width, height, layout));
        Self { width, height, layout, data }
    }

    /// Creates a picture whose bytes are all zero: black, or transparent.
    pub(crate) fn blank(width: u32, height: u32, layout: PixelLayout) -> Self {
        Self::new(width, height, layout, vec![0; bytes(width, height, layout)])
    }

    /// Returns the alpha of each pixel; the layout must have one.
    pub(crate) fn alphas(&self) -> impl Iterator<Item = u8> {
        debug_assert!(self.layout.has_alpha());
        let size = self.layout.size();
        let alphas = self.data.iter().skip(size - 1).step_by(size);
        alphas.copied()
    }

    /// Returns true if some pixel is not opaque.
    pub(crate) fn is_transparent(&self) -> bool {
        self.layout.has_alpha() && self.alphas().any(|alpha| alpha != 255)
    }

    /// Converts each pixel of `FROM` bytes to one of `TO` bytes.
    pub(crate) fn map<const FROM: usize, const TO: usize>(
        &self,
        layout: PixelLayout,
        pixel: impl Fn([u8; FROM]) -> [u8; TO],
    ) -> Self {
        debug_assert!(self.layout.size() == FROM && layout.size() == TO);
        let (pixels, _) = self.data.as_chunks::<FROM>();
        let data = pixels.iter().flat_map(|&from| pixel(from)).collect();
        Self::new(self.width, self.height, layout, data)
    }

    /// Lays RGBA on white, as RGB.
    pub(crate) fn on_white(&self) -> Self {
        self.map(PixelLayout::Rgb, |[red, green, blue, alpha]| {
            let share = u32::from(alpha);
            let mix = |light: u8| (u32::from(light) * share + 255 * (255 - share) + 127) / 255;
            [red, green, blue].map(|light| u8::try_from(mix(light)).unwrap_or(u8::MAX))
        })
    }

    /// Converts grey to RGB, with or without alpha, and leaves everything else as it is.
    pub(crate) fn grey_to_rgb(self) -> Self {
        match self.layout {
            PixelLayout::Grey => self.map(PixelLayout::Rgb, |[v]| [v, v, v]),
            PixelLayout::GreyAlpha => self.map(PixelLayout::Rgba, |[v, a]| [v, v, v, a]),
            _ => self,
        }
    }

    /// Divides colours by the alpha that they were stored multiplied by.
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

    /// Removes the alpha, which the caller knows to be opaque.
    pub(crate) fn without_alpha(self) -> Self {
        match self.layout {
            PixelLayout::GreyAlpha => self.without_last::<2>(PixelLayout::Grey),
            PixelLayout::Rgba => self.without_last::<4>(PixelLayout::Rgb),
            _ => self,
        }
    }

    /// Removes the last of `N` samples of each pixel. In place: a second buffer beside the decoded
    /// picture would go beyond the limit of memory.
    fn without_last<const N: usize>(mut self, layout: PixelLayout) -> Self {
        for pixel in 1..self.data.len() / N {
            self.data
                .copy_within(pixel * N..pixel * N + N - 1, pixel * (N - 1));
        }
        self.data.truncate(self.data.len() / N * (N - 1));
        Self::new(self.width, self.height, layout, self.data)
    }
}

/// Converts 16 bits to 8, rounded to the nearest.
pub(crate) fn to_8_bits(sample: u16) -> u8 {
    let [_, rounded, ..] = (u32::from(sample) * 255 + 32_895).to_be_bytes();
    rounded
}

/// Returns the bytes that a picture takes. Sizes were checked against the limits, so this fits.
pub(crate) const fn bytes(width: u32, height: u32, layout: PixelLayout) -> usize {
    width as usize * height as usize * layout.size()
}
