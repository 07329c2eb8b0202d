//! The blocks of a GIF file.

use crate::Error;
use crate::bytes::Reader;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;

/// The file after its blocks were walked through, none of them decoded.
pub(super) struct GifFile<'a> {
    /// Pixels of the canvas across.
    pub(super) width: u32,
    /// Pixels of the canvas down.
    pub(super) height: u32,
    pub(super) frames: u32,
    pub(super) first: GifFrame<'a>,
}

pub(super) struct GifFrame<'a> {
    /// Pixels from the left of the canvas.
    pub(super) x: u32,
    /// Pixels from the top of the canvas.
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_interlaced: bool,
    /// The index of the colour that is transparent.
    pub(super) transparent: Option<u8>,
    /// Red, green and blue of each colour.
    palette: &'a [[u8; 3]],
    pub(super) code_size: u8,
    /// The compressed indices, in blocks of up to 255 bytes, each after its length.
    pub(super) data: &'a [u8],
}

impl GifFrame<'_> {
    /// Returns true if the frame reaches over all of a canvas of this size.
    pub(super) fn covers(&self, width: u32, height: u32) -> bool {
        self.x == 0 && self.y == 0 && self.width >= width && self.height >= height
    }

    /// Returns a colour of the palette; black where it has none.
    pub(super) fn colour(&self, index: u8) -> [u8; 3] {
        self.palette
            .get(usize::from(index))
            .copied()
            .unwrap_or_default()
    }
}

/// Goes through the blocks of a file.
pub(super) struct Blocks<'a> {
    reader: Reader<'a>,
    /// Width and height of the screen.
    screen: (u32, u32),
    global_palette: Option<&'a [[u8; 3]]>,
}

impl<'a> Blocks<'a> {
    /// Reads the header and the palette of the screen.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        reader.take(6)?; // the signature
        let width = reader.u16_le()?;
        let height = reader.u16_le()?;
        let [flags, _, _] = reader.array()?;
        let global_palette = read_palette(&mut reader, flags)?;
        Ok(Self { reader, screen: (width.into(), height.into()), global_palette })
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.reader.rest().is_empty()
    }

    /// Reads as far as the first frame. The canvas is as large as the screen, and at least as large
    /// as that frame needs: programs write screens that are smaller, or of no size at all, and
    /// browsers do so, too.
    pub(super) fn first(&mut self) -> Result<GifFile<'a>, Error> {
        let first = self.next()?.ok_or_else(|| Error::corrupt("no frame"))?;
        let (screen_width, screen_height) = self.screen;
        Ok(GifFile {
            width: screen_width.max(first.x + first.width),
            height: screen_height.max(first.y + first.height),
            frames: 1,
            first,
        })
    }

    /// Reads the next frame, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<GifFrame<'a>>, Error> {
        let mut transparent = None;
        loop {
            match self.reader.byte()? {
                EXTENSION => {
                    let label = self.reader.byte()?;
                    let content = skip_blocks(&mut self.reader)?;
                    if label == GRAPHIC_CONTROL
                        && let [4, flags, _, _, index, ..] = content
                    {
                        transparent = if flags & 1 == 1 { Some(*index) } else { None };
                    }
                }
                IMAGE => return self.frame(transparent).map(Some),
                TRAILER => return Ok(None),
                0 => {} // left over by encoders that end a frame twice
                _ => return Err(Error::corrupt("an unknown kind of block")),
            }
        }
    }

    fn frame(&mut self, transparent: Option<u8>) -> Result<GifFrame<'a>, Error> {
        let reader = &mut self.reader;
        let x = u32::from(reader.u16_le()?);
        let y = u32::from(reader.u16_le()?);
        let mut width = u32::from(reader.u16_le()?);
        let mut height = u32::from(reader.u16_le()?);
        if width == 0 || height == 0 {
            (width, height) = self.screen;
        }
        let flags = reader.byte()?;
        let palette = read_palette(reader, flags)?
            .or(self.global_palette)
            .ok_or_else(|| Error::corrupt("a frame without colours"))?;
        let code_size = reader.byte()?;
        if !(1..=8).contains(&code_size) {
            return Err(Error::corrupt("a frame's size of codes"));
        }
        Ok(GifFrame {
            x,
            y,
            width,
            height,
            is_interlaced: flags & 0x40 != 0,
            transparent,
            palette,
            code_size,
            data: skip_blocks(reader)?,
        })
    }
}

/// Reads the table of colours that flags tell of.
fn read_palette<'a>(reader: &mut Reader<'a>, flags: u8) -> Result<Option<&'a [[u8; 3]]>, Error> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let colours = 2 << (flags & 7);
    let (palette, _) = reader.take(3 * colours)?.as_chunks();
    Ok(Some(palette))
}

/// Takes all blocks up to the empty one, with their lengths.
fn skip_blocks<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let start = reader.rest();
    loop {
        let length = usize::from(reader.byte()?);
        reader.take(length)?;
        if length == 0 {
            return Ok(&start[..start.len() - reader.rest().len()]);
        }
    }
}
