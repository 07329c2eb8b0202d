//! GIF (87a and 89a): the first frame on its canvas, by `weezl` for the compression.

use crate::bytes::Reader;
use crate::colour::ColourSpace;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::{self, Layout, Pixels};
use crate::render::Decoded;
use crate::{Error, Limits};
use weezl::{BitOrder, LzwStatus, decode::Decoder};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;

/// What is known after all blocks were walked through, none of them decoded.
struct File<'a> {
    width: u32,
    height: u32,
    frames: u32,
    first: Frame<'a>,
}

struct Frame<'a> {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    is_interlaced: bool,
    transparent: Option<u8>,
    /// Red, green and blue of each colour.
    palette: &'a [[u8; 3]],
    code_size: u8,
    /// The compressed indices, in blocks of up to 255 bytes, each after its length.
    data: &'a [u8],
}

/// Width and height of the canvas.
pub(crate) fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let file = Blocks::open(bytes)?.first()?;
    Ok((file.width, file.height))
}

/// Decodes the first frame, which is what is shown of an animation. The canvas is transparent where
/// the frame does not reach, as browsers have it; the colour of the background is for screens of
/// 1987.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let File { width, height, frames, first } = walk(bytes, limits)?;
    limits.check_size(width, height)?;
    limits.check_size(first.width, first.height)?;
    let covers = first.x == 0 && first.y == 0 && first.width >= width && first.height >= height;
    let layout = if covers && first.transparent.is_none() { Layout::Rgb } else { Layout::Rgba };
    let indices = first.width as usize * first.height as usize;
    limits.check_memory((pixels::bytes(width, height, layout) + indices) as u64)?;

    let indices = first.indices(indices)?;
    let mut canvas =
        Pixels::new(width, height, layout, vec![0; pixels::bytes(width, height, layout)]);
    for (row, y) in indices.chunks_exact(first.width as usize).zip(rows(&first)) {
        if first.y + y < height {
            draw(&first, row, &mut canvas, first.y + y);
        }
    }
    Ok(Decoded {
        picture: Picture::Interleaved(canvas),
        colours: ColourSpace::Srgb,
        exif: Exif::default(),
        frames,
    })
}

/// Puts a row of the frame in its place; what reaches over the canvas is cut off.
fn draw(frame: &Frame<'_>, row: &[u8], canvas: &mut Pixels, y: u32) {
    let (width, size) = (canvas.width, canvas.layout.size());
    let from = pixels::bytes(width, y, canvas.layout) + frame.x.min(width) as usize * size;
    let to = pixels::bytes(width, y + 1, canvas.layout);
    for (pixel, index) in canvas.data[from..to].chunks_exact_mut(size).zip(row) {
        let [r, g, b] = frame
            .palette
            .get(usize::from(*index))
            .copied()
            .unwrap_or_default();
        match pixel {
            [red, green, blue] => [*red, *green, *blue] = [r, g, b],
            _ if Some(*index) == frame.transparent => {}
            _ => pixel.copy_from_slice(&[r, g, b, 255]),
        }
    }
}

/// The rows of a frame in the order in which they are stored (GIF 89a, appendix E).
fn rows(frame: &Frame<'_>) -> impl Iterator<Item = u32> + use<> {
    let passes: &[(u32, usize)] =
        if frame.is_interlaced { &[(0, 8), (4, 8), (2, 4), (1, 2)] } else { &[(0, 1)] };
    let height = frame.height;
    passes
        .iter()
        .flat_map(move |&(from, step)| (from..height).step_by(step))
}

impl Frame<'_> {
    fn indices(&self, length: usize) -> Result<Vec<u8>, Error> {
        let mut data = Vec::with_capacity(self.data.len());
        let mut blocks = Reader::new(self.data);
        while let Ok(block) = blocks.byte() {
            data.extend_from_slice(blocks.take(block.into())?);
        }
        let mut decoder = Decoder::new(BitOrder::Lsb, self.code_size);
        let (mut indices, mut at, mut rest) = (vec![0; length], 0, &data[..]);
        while at < length {
            let done = decoder.decode_bytes(rest, &mut indices[at..]);
            at += done.consumed_out;
            rest = &rest[done.consumed_in..];
            let is_over = !matches!(done.status, Ok(LzwStatus::Ok))
                || done.consumed_in + done.consumed_out == 0;
            if is_over && at < length {
                return Err(Error::corrupt("a frame without all of its pixels"));
            }
        }
        Ok(indices)
    }
}

/// Walks to the end, which also tells whether there is one.
fn walk<'a>(bytes: &'a [u8], limits: &Limits) -> Result<File<'a>, Error> {
    let mut blocks = Blocks::open(bytes)?;
    let mut file = blocks.first()?;
    limits.check_frames(file.frames)?;
    // Many files end without the trailer; a whole frame is enough.
    while !blocks.reader.rest().is_empty() && blocks.next()?.is_some() {
        file.frames = file.frames.saturating_add(1);
        limits.check_frames(file.frames)?;
    }
    Ok(file)
}

/// Goes through the blocks of a file.
struct Blocks<'a> {
    reader: Reader<'a>,
    screen: (u32, u32),
    global: Option<&'a [[u8; 3]]>,
}

impl<'a> Blocks<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        reader.take(6)?;
        let screen = (reader.u16_le()?.into(), reader.u16_le()?.into());
        let [flags, _, _] = reader.array()?;
        let global = palette(&mut reader, flags)?;
        Ok(Self { reader, screen, global })
    }

    /// The file as far as its first frame. The canvas is as large as the screen, and at least as
    /// large as that frame needs: programs write screens that are smaller, or of no size at
    /// all, and browsers do so, too.
    fn first(&mut self) -> Result<File<'a>, Error> {
        let first = self.next()?.ok_or_else(|| Error::corrupt("no frame"))?;
        let (width, height) =
            (self.screen.0.max(first.x + first.width), self.screen.1.max(first.y + first.height));
        Ok(File { width, height, frames: 1, first })
    }

    /// The next frame, if there is one.
    fn next(&mut self) -> Result<Option<Frame<'a>>, Error> {
        let mut transparent = None;
        loop {
            match self.reader.byte()? {
                EXTENSION => {
                    let label = self.reader.byte()?;
                    let content = skip_blocks(&mut self.reader)?;
                    if let (GRAPHIC_CONTROL, [4, flags, _, _, index, ..]) = (label, content) {
                        transparent = (flags & 1 == 1).then_some(*index);
                    }
                }
                IMAGE => return self.frame(transparent).map(Some),
                TRAILER => return Ok(None),
                0 => {} // left over by encoders that end a frame twice
                _ => return Err(Error::corrupt("an unknown kind of block")),
            }
        }
    }

    fn frame(&mut self, transparent: Option<u8>) -> Result<Frame<'a>, Error> {
        let reader = &mut self.reader;
        let [x, y, mut width, mut height] =
            [reader.u16_le()?, reader.u16_le()?, reader.u16_le()?, reader.u16_le()?].map(u32::from);
        if width == 0 || height == 0 {
            (width, height) = self.screen;
        }
        let flags = reader.byte()?;
        let palette = palette(reader, flags)?
            .or(self.global)
            .ok_or_else(|| Error::corrupt("a frame without colours"))?;
        let code_size = reader.byte()?;
        if !(1..=8).contains(&code_size) {
            return Err(Error::corrupt("a frame's size of codes"));
        }
        let data = skip_blocks(reader)?;
        Ok(Frame {
            x,
            y,
            width,
            height,
            is_interlaced: flags & 0x40 != 0,
            transparent,
            palette,
            code_size,
            data,
        })
    }
}

/// The table of colours that flags tell of.
fn palette<'a>(reader: &mut Reader<'a>, flags: u8) -> Result<Option<&'a [[u8; 3]]>, Error> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let (colours, _) = reader.take(3 << ((flags & 7) + 1))?.as_chunks();
    Ok(Some(colours))
}

/// All blocks up to the empty one, with their lengths.
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
