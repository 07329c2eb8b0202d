//! TIFF with samples of every kind of number.

use crate::fixtures::Picture;
use crate::seen::{Seen, assert_near};
use crate::tiff_fixtures::{STRIPS, Value, entries, short, tiff};

/// A picture of quarters whose samples are stored by a function, with these bits and this format.
fn numbers(
    bits: u16,
    format: u16,
    predictor: u16,
    little_endian: bool,
    store: impl Fn(u8) -> Vec<u8>,
) -> Vec<u8> {
    let picture = Picture::quarters(96, 64);
    let size = usize::from(bits / 8);
    let row = |row: &[u8]| {
        let mut samples: Vec<u8> = row.iter().flat_map(|sample| store(*sample)).collect();
        if predictor == 3 {
            // The highest bytes first, then the next ones; each as a difference.
            let highest = |place: usize| if little_endian { size - 1 - place } else { place };
            let stored = samples.clone();
            let count = stored.len() / size;
            for place in 0..size {
                for index in 0..count {
                    samples[place * count + index] = stored[index * size + highest(place)];
                }
            }
            for at in (3..samples.len()).rev() {
                samples[at] = samples[at].wrapping_sub(samples[at - 3]);
            }
        }
        samples
    };
    let data = picture.rgb.chunks(96 * 3).flat_map(row).collect();
    let more = vec![(339, Value::Shorts(vec![format; 3])), short(317, predictor)];
    tiff(little_endian, &[entries(&picture, bits, 1, 2, 3), more].concat(), &[data], STRIPS)
}

/// Quarters in 32 bits of floating point, from 0 to 1.
pub fn floats(predictor: u16) -> Vec<u8> {
    numbers(32, 3, predictor, true, |sample| (f32::from(sample) / 255.0).to_le_bytes().to_vec())
}

#[test]
fn floating_point() {
    let unit = |sample: u8| f32::from(sample) / 255.0;
    // Sixteen bits, by their definition: the value is (1 + mantissa / 1024) × 2 ^ (exponent - 15).
    let half = |sample: u8| {
        let bits = unit(sample).to_bits();
        let exponent = (bits >> 23).saturating_sub(112);
        u16::try_from(exponent << 10 | bits >> 13 & 0x3FF).unwrap()
    };
    for predictor in [1, 3] {
        let what = format!("predictor {predictor}");
        Seen::largest(&floats(predictor)).assert_quarters(&format!("32 bits, {what}"));
        let file = numbers(32, 3, predictor, false, |sample| unit(sample).to_be_bytes().to_vec());
        Seen::largest(&file).assert_quarters(&format!("32 bits, the other order, {what}"));
        let file = numbers(64, 3, predictor, false, |sample| {
            f64::from(unit(sample)).to_be_bytes().to_vec()
        });
        Seen::largest(&file).assert_quarters(&format!("64 bits, {what}"));
        let file = numbers(16, 3, predictor, true, |sample| half(sample).to_le_bytes().to_vec());
        Seen::largest(&file).assert_quarters(&format!("16 bits, {what}"));
    }
    let file = numbers(32, 3, 1, true, |sample| f32::from(sample).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("from 0 to 255");
    let file = numbers(32, 3, 1, true, |sample| {
        if sample == 240 { f32::NAN } else { unit(sample) }
            .to_le_bytes()
            .to_vec()
    });
    assert_near(Seen::largest(&file).rgba(72, 48), [0, 0, 0, 255], 6, "what is no number is black");
}

#[test]
fn whole_numbers_with_a_sign_and_large_ones() {
    let signed = |sample: u8| i16::from(sample) - 128;
    let file = numbers(8, 2, 1, true, |sample| vec![sample.wrapping_sub(128)]);
    Seen::largest(&file).assert_quarters("8 bits with a sign");
    let file = numbers(16, 2, 1, true, |sample| (signed(sample) * 256).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("16 bits with a sign");
    let file = numbers(16, 2, 1, false, |sample| (i16::from(sample) * 128).to_be_bytes().to_vec());
    Seen::largest(&file).assert_quarters("16 bits with a sign, none negative");
    let file =
        numbers(32, 2, 1, true, |sample| (i32::from(signed(sample)) << 24).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits with a sign");
    let file =
        numbers(32, 1, 1, true, |sample| (u32::from(sample) * 0x0101_0101).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits");
    let file = numbers(32, 1, 1, true, |sample| u32::from(sample).to_le_bytes().to_vec());
    Seen::largest(&file).assert_quarters("32 bits, of which 8 are used");
    let file = numbers(64, 1, 1, false, |sample| {
        (u64::from(sample) * 0x0101_0101_0101_0101)
            .to_be_bytes()
            .to_vec()
    });
    Seen::largest(&file).assert_quarters("64 bits");
}

#[test]
fn twelve_bits() {
    let picture = Picture::quarters(96, 64);
    let pairs = picture
        .rgb
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| pair.map(|sample| u16::from(sample) << 4 | u16::from(sample) >> 4));
    let data = pairs.flat_map(|[a, b]| {
        [a >> 4, (a & 15) << 4 | b >> 8, b & 255].map(|byte| byte.to_le_bytes()[0])
    });
    Seen::largest(&tiff(true, &entries(&picture, 12, 1, 2, 3), &[data.collect()], STRIPS))
        .assert_quarters("12 bits");
}
