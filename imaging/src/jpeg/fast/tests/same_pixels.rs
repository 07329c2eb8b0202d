//! The pixels are those of libjpeg-turbo, and damaged files are left to it.

use super::*;

proptest! {
    #[test]
    fn pixels_are_libjpeg_turbo_s(
        settings in settings(),
        (width, height) in (1..150_u32, 1..90_u32),
        seed in any::<u32>(),
        eighths in 1..=8_u32,
    ) {
        let file = write(&picture(width, height, seed), &settings);
        let job = job(&file, eighths);
        let found = decode(&file, &job).expect("a sound file");
        let reference = decoder::decode(&file, &job).ok().unwrap().picture;
        let differences = differences(found, reference);
        if is_same_transform(eighths) {
            let most = differences.iter().max();
            prop_assert!(most <= Some(&2), "{most:?}");
        } else {
            let sum: u32 = differences.iter().map(|difference| u32::from(*difference)).sum();
            let mean = f64::from(sum) / differences.len() as f64;
            prop_assert!(mean < 25.0, "{mean}");
        }
    }

    /// Files are accepted only if libjpeg-turbo has no complaint, and with the same pixels.
    #[test]
    fn of_damaged_files_it_takes_only_what_is_sound(
        settings in settings(),
        (width, height) in (1..150_u32, 1..90_u32),
        seed in any::<u32>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of((any::<prop::sample::Index>(), 1..60_usize)),
        in_header in any::<bool>(),
        eighths in 1..=8_u32,
    ) {
        let mut file = write(&picture(width, height, seed), &settings);
        let scan = scan_of(&file);
        let reach = if in_header { JFIF..scan } else { scan..file.len() };
        for (at, value) in changes {
            file[reach.start + at.index(reach.len())] = value;
        }
        if let Some((at, length)) = cut {
            let start = reach.start + at.index(reach.len());
            file.drain(start..(start + length).min(file.len()));
        }
        let Some((found, reference)) = both(&file, eighths, settings.is_progressive) else {
            return Ok(());
        };
        // Changed tables make numbers that are too large for either, and samples that mean nothing.
        if is_same_transform(eighths) && !in_header {
            let differences = differences(found, reference);
            let far = differences.iter().filter(|difference| **difference > 2).count();
            prop_assert!(far * 20 <= differences.len(), "{far} of {}", differences.len());
        }
    }

    #[test]
    fn arbitrary_data_does_no_harm(
        settings in settings(),
        data in prop::collection::vec(prop_oneof![9 => any::<u8>(), 1 => Just(0xFF)], 0..3000),
        eighths in 1..=8_u32,
    ) {
        let sound = write(&picture(100, 60, 1), &settings);
        let file = [&sound[..scan_of(&sound)], &data, &header::END].concat();
        let _ = decode(&file, &job(&file, eighths));
    }
}

#[test]
fn of_headers_with_a_byte_changed_it_takes_only_what_is_sound() {
    for (sampling, is_progressive) in [
        (sys::TJSAMP_TJSAMP_GRAY, false),
        (sys::TJSAMP_TJSAMP_420, false),
        (sys::TJSAMP_TJSAMP_422, true),
    ] {
        let settings =
            Settings { sampling, is_progressive, is_optimized: true, quality: 60, restart: 1 };
        let sound = write(&picture(17, 9, 5), &settings);
        for at in JFIF..scan_of(&sound) {
            let flipped = (0..8).map(|bit| sound[at] ^ (1 << bit));
            for value in flipped.chain([0, u8::MAX]) {
                let mut file = sound.clone();
                file[at] = value;
                both(&file, 2, is_progressive);
            }
        }
    }
}
