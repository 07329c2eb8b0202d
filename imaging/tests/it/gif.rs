//! GIF, written here byte by byte.

use crate::fixtures::{BLUE, Picture, QUARTERS, RED, WHITE, error, quarter_indices, rendered};
use crate::seen::{Seen, assert_near};
use imaging::{DecodeLimits, Error, Format, RenderOptions, render};
use weezl::{BitOrder, encode::Encoder};

pub struct Frame {
    pub place: [u16; 4],
    pub indices: Vec<u8>,
    pub transparent: Option<u8>,
    pub is_interlaced: bool,
}

impl Frame {
    pub fn whole(picture: &Picture) -> Self {
        let place =
            [0, 0, u16::try_from(picture.width).unwrap(), u16::try_from(picture.height).unwrap()];
        Self { place, indices: quarter_indices(picture), transparent: None, is_interlaced: false }
    }
}

pub fn gif(width: u16, height: u16, frames: &[Frame]) -> Vec<u8> {
    let mut file = [
        b"GIF89a",
        &width.to_le_bytes()[..],
        &height.to_le_bytes(),
        &[0x81, 0, 0],
        &QUARTERS.concat(),
    ]
    .concat();
    for frame in frames {
        if let Some(index) = frame.transparent {
            file.extend([0x21, 0xF9, 4, 1, 0, 0, index, 0]);
        }
        file.push(0x2C);
        file.extend(frame.place.iter().flat_map(|number| number.to_le_bytes()));
        let row = usize::from(frame.place[2]).max(1);
        let mut rows: Vec<&[u8]> = frame.indices.chunks(row).collect();
        if frame.is_interlaced {
            let stored = rows.clone();
            let passes = [(0, 8), (4, 8), (2, 4), (1, 2)].into_iter();
            rows = passes
                .flat_map(|(from, step)| stored.iter().skip(from).step_by(step))
                .copied()
                .collect();
        }
        file.extend([if frame.is_interlaced { 0x40 } else { 0 }, 2]);
        for block in Encoder::new(BitOrder::Lsb, 2)
            .encode(&rows.concat())
            .unwrap()
            .chunks(255)
        {
            file.push(u8::try_from(block.len()).unwrap());
            file.extend(block);
        }
        file.push(0);
    }
    file.push(0x3B);
    file
}

pub fn simple_gif(picture: &Picture) -> Vec<u8> {
    let frame = Frame::whole(picture);
    gif(frame.place[2], frame.place[3], &[frame])
}

#[test]
fn gif_plain_and_interlaced() {
    for is_interlaced in [false, true] {
        let frame = Frame { is_interlaced, ..Frame::whole(&Picture::quarters(101, 67)) };
        let made = rendered(&gif(101, 67, &[frame]));
        assert_eq!(
            (made.summary.facts.format, made.summary.facts.width, made.summary.facts.height),
            (Format::Gif, 101, 67)
        );
        assert_eq!((made.summary.facts.frames, made.summary.facts.has_alpha), (1, false));
        Seen::new(&made.renditions[0].bytes)
            .assert_quarters(&format!("interlaced: {is_interlaced}"));
    }
}

#[test]
fn gif_shows_its_first_frame_on_its_canvas() {
    let red = |place: [u16; 4]| {
        let indices = vec![0; usize::from(place[2]) * usize::from(place[3])];
        Frame { place, indices, transparent: None, is_interlaced: false }
    };
    let made =
        rendered(&gif(96, 64, &[red([64, 20, 32, 32]), Frame::whole(&Picture::quarters(96, 64))]));
    assert_eq!(
        (made.summary.facts.frames, made.summary.facts.width, made.summary.facts.height),
        (2, 96, 64)
    );
    let seen = Seen::new(&made.renditions[0].bytes);
    assert_near(seen.rgba(80, 36), [RED[0], RED[1], RED[2], 255], 6, "inside");
    assert_eq!(seen.rgba(40, 36)[3], 0, "beside");
    let over = rendered(&gif(96, 64, &[red([64, 20, 32, 32]), red([80, 50, 32, 32])]));
    assert_eq!(
        (over.summary.facts.width, over.summary.facts.height),
        (96, 64),
        "the first one counts"
    );
}

#[test]
fn gif_with_a_screen_that_is_too_small_for_its_first_frame() {
    for screen in [(0, 0), (20, 20), (96, 20), (0, 64), (95, 63)] {
        for is_interlaced in [false, true] {
            let frame = Frame { is_interlaced, ..Frame::whole(&Picture::quarters(96, 64)) };
            let made = rendered(&gif(screen.0, screen.1, &[frame]));
            assert_eq!(
                (made.summary.facts.width, made.summary.facts.height),
                (96, 64),
                "{screen:?}"
            );
            assert!(!made.summary.facts.has_alpha, "{screen:?}");
            Seen::new(&made.renditions[0].bytes).assert_quarters(&format!("{screen:?}"));
        }
    }
    let aside = Frame { place: [30, 10, 96, 64], ..Frame::whole(&Picture::quarters(96, 64)) };
    let seen = Seen::largest(&gif(100, 20, &[aside]));
    assert_eq!((seen.width, seen.height), (126, 74), "as far as the frame reaches");
    assert_eq!(seen.rgba(15, 40)[3], 0, "beside it");
    assert_near(seen.rgba(110, 60), [WHITE[0], WHITE[1], WHITE[2], 255], 6, "inside");
    let unsized_frame = Frame { place: [0, 0, 0, 0], ..Frame::whole(&Picture::quarters(96, 64)) };
    Seen::largest(&gif(96, 64, &[unsized_frame]))
        .assert_quarters("a frame without a size is the screen's");
}

#[test]
fn gif_with_a_transparent_colour() {
    let frame = Frame { transparent: Some(1), ..Frame::whole(&Picture::quarters(96, 64)) };
    let made = rendered(&gif(96, 64, &[frame]));
    assert!(made.summary.facts.has_alpha);
    let seen = Seen::new(&made.renditions[0].bytes);
    assert_eq!(seen.rgba(72, 16)[3], 0, "green");
    assert_near(seen.rgba(24, 48), [BLUE[0], BLUE[1], BLUE[2], 255], 6, "blue");
}

#[test]
fn gif_with_too_many_frames_or_none() {
    let frames: Vec<Frame> = (0..5)
        .map(|_| Frame::whole(&Picture::quarters(8, 8)))
        .collect();
    let file = gif(8, 8, &frames);
    assert_eq!(rendered(&file).summary.facts.frames, 5);
    let limits = DecodeLimits { frames: 4, ..DecodeLimits::default() };
    let refused = render(&file, &RenderOptions { limits, ..RenderOptions::default() }).unwrap_err();
    assert_eq!((refused.code(), refused), ("too_many_frames", Error::TooManyFrames { limit: 4 }));
    assert_eq!(error(&gif(8, 8, &[])).code(), "corrupt");
    let nothing =
        Frame { place: [0; 4], indices: vec![0], transparent: None, is_interlaced: false };
    assert_eq!(error(&gif(0, 0, &[nothing])).code(), "corrupt");
}
