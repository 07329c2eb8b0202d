//! The cases: what is made of what, and the targets that each has.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use imaging::{DecodeLimits, Format, LONG_EDGES, inspect};
use shared::error::Cause;

use crate::note;

/// The long edges of the renditions, in pixels, the largest first: the order of their making.
pub const EDGES: [u32; 3] = {
    let [small, middle, large] = LONG_EDGES;
    [large, middle, small]
};

/// The format that the renditions are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
}

impl Output {
    /// Returns its name in arguments, which is the ending of its files, too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpeg",
        }
    }
}

/// A kind of photograph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A baseline JPEG of about 12 megapixels.
    Jpeg12,
    /// A baseline JPEG of about 24 megapixels.
    Jpeg24,
    /// A baseline JPEG of about 48 megapixels.
    Jpeg48,
    /// A progressive JPEG.
    Progressive,
    /// A WebP.
    Webp,
    /// A PNG.
    Png,
}

/// One thing that is measured.
#[derive(Debug)]
pub struct Case {
    /// Its name in arguments.
    pub name: &'static str,
    /// Its name in the table.
    pub title: &'static str,
    /// The kind of photograph that is read.
    pub source: Source,
    /// The format that is written.
    pub to: Output,
    /// The target: the most that it may cost, as a part of sharp's processor time.
    pub cpu: f64,
}

const fn case(
    name: &'static str,
    title: &'static str,
    source: Source,
    to: Output,
    cpu: f64,
) -> Case {
    Case { name, title, source, to, cpu }
}

/// All cases.
pub const CASES: [Case; 9] = [
    case("12mp-to-jpeg", "12 MP JPEG → JPEG", Source::Jpeg12, Output::Jpeg, 0.50),
    case("24mp-to-jpeg", "24 MP JPEG → JPEG", Source::Jpeg24, Output::Jpeg, 0.50),
    case("48mp-to-jpeg", "48 MP JPEG → JPEG", Source::Jpeg48, Output::Jpeg, 0.60),
    case(
        "progressive-to-jpeg",
        "12 MP progressive → JPEG",
        Source::Progressive,
        Output::Jpeg,
        0.60,
    ),
    case("12mp-to-webp", "12 MP JPEG → WebP", Source::Jpeg12, Output::Webp, 0.60),
    case("24mp-to-webp", "24 MP JPEG → WebP", Source::Jpeg24, Output::Webp, 0.60),
    case("48mp-to-webp", "48 MP JPEG → WebP", Source::Jpeg48, Output::Webp, 0.60),
    case("webp-to-webp", "12 MP WebP → WebP", Source::Webp, Output::Webp, 0.85),
    case("png-to-webp", "12 MP PNG → WebP", Source::Png, Output::Webp, 0.85),
];

impl Source {
    /// Returns the kind of a file; `None` for what no case reads.
    fn of(bytes: &[u8]) -> Option<Self> {
        let header = inspect(bytes, &DecodeLimits::default()).ok()?;
        if header.width.max(header.height) < EDGES[0] {
            return None;
        }
        let pixels = u64::from(header.width) * u64::from(header.height);
        match header.format {
            Format::Jpeg if turbojpeg::read_header(bytes).ok()?.is_progressive => {
                Some(Self::Progressive)
            }
            Format::Jpeg if pixels < 18_000_000 => Some(Self::Jpeg12),
            Format::Jpeg if pixels < 36_000_000 => Some(Self::Jpeg24),
            Format::Jpeg => Some(Self::Jpeg48),
            Format::WebP => Some(Self::Webp),
            Format::Png => Some(Self::Png),
            _ => None,
        }
    }
}

/// The photographs of each kind.
#[derive(Debug)]
pub struct Photographs {
    by_source: BTreeMap<Source, Vec<PathBuf>>,
}

impl Photographs {
    /// Finds those in a folder, by what is in the files; only the first of each kind where one is
    /// enough.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn find(folder: &Path, one: bool) -> Result<Self, Cause> {
        let entries =
            fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        let mut by_source: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for file in files {
            let Some(source) = Source::of(&fs::read(&file)?) else {
                note(&format!("Left out, no photograph for this bench: {}", file.display()));
                continue;
            };
            by_source.entry(source).or_default().push(file);
        }
        if one {
            for files in by_source.values_mut() {
                files.truncate(1);
            }
        }
        Ok(Self { by_source })
    }

    /// Returns those of a kind.
    pub fn of(&self, source: Source) -> &[PathBuf] {
        self.by_source.get(&source).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of photographs of the kind that has most.
    pub fn most(&self) -> usize {
        self.by_source.values().map(Vec::len).max().unwrap_or(0)
    }
}
