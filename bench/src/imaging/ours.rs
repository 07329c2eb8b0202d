//! The contenders that are this program: our library, and the floor.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use imaging::{Encoding, RenderOptions};
use rustix::time::{ClockId, clock_gettime};
use shared::error::Cause;
use turbojpeg::{Decompressor, PixelFormat, ScalingFactor};

use super::{
    cases::{EDGES, Output},
    contenders::{Said, Spent},
};
use crate::machine::{join, peak_memory};

/// Options of the process that `bench imaging` starts for a contender that is this program.
#[derive(Args, Debug)]
pub struct Contend {
    who: Who,
    #[arg(long)]
    to: Output,
    #[arg(long, default_value_t = 1)]
    repeat: u32,
    #[arg(long)]
    keep: Option<PathBuf>,
    /// The library's option of that name.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// A control group to join before anything is measured.
    #[arg(long)]
    group: Option<PathBuf>,
    #[arg(required = true)]
    photographs: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    Ours,
    Floor,
}

/// Files with their long edge, in pixels.
type Files = Vec<(u32, Vec<u8>)>;

/// Makes renditions, and returns what they took: [`Said`] as JSON.
///
/// # Errors
/// When a photograph cannot be read or rendered.
pub fn contend(options: &Contend) -> Result<String, Cause> {
    if let Some(group) = &options.group {
        join(group)?;
    }
    let idle = peak_memory("self")?;
    handle(options, options.photographs.first().ok_or("no photograph")?)?;
    let mut photographs = Vec::new();
    for photograph in &options.photographs {
        let mut runs = Vec::new();
        for run in 0..options.repeat {
            let began = Instant::now();
            let cpu_before = processor_time()?;
            let files = handle(options, photograph)?;
            let cpu = processor_time()?.saturating_sub(cpu_before);
            runs.push(Spent { cpu: cpu.as_secs_f64(), wall: began.elapsed().as_secs_f64() });
            if run == 0
                && let Some(folder) = &options.keep
            {
                keep(&files, folder, photograph, options.to)?;
            }
        }
        photographs.push(runs);
    }
    let version = format!("Albumen {}", env!("CARGO_PKG_VERSION"));
    Ok(serde_json::to_string(&Said { version, idle, peak: peak_memory("self")?, photographs })?)
}

/// Handles one photograph as the peers do: from the file to the renditions in memory.
fn handle(options: &Contend, photograph: &Path) -> Result<Files, Cause> {
    let bytes = fs::read(photograph)?;
    match options.who {
        Who::Ours => render(&bytes, options),
        Who::Floor => floor(&bytes),
    }
}

/// Makes the renditions with our library.
fn render(bytes: &[u8], contend: &Contend) -> Result<Files, Cause> {
    let encoding = match contend.to {
        Output::Webp => Encoding::WebP,
        Output::Jpeg => Encoding::Jpeg,
    };
    let options = RenderOptions {
        long_edges: EDGES.to_vec(),
        encoding,
        threads: contend.threads,
        ..RenderOptions::default()
    };
    let rendered = imaging::render(bytes, &options)?;
    let mut files = Vec::new();
    for rendition in rendered.renditions {
        files.push((rendition.long_edge, rendition.bytes));
    }
    Ok(files)
}

/// Decodes with libjpeg-turbo at an eighth, and makes no rendition: this undoes the entropy coding
/// of every coefficient and does little more than average with it. Nobody can read a JPEG without
/// that.
fn floor(bytes: &[u8]) -> Result<Files, Cause> {
    let mut decoder = Decompressor::new()?;
    decoder.set_scaling_factor(ScalingFactor::ONE_EIGHTH)?;
    let whole = decoder.read_header(bytes)?;
    let header = whole.scaled(ScalingFactor::ONE_EIGHTH);
    let pitch = header.width * 3;
    let mut pixels = vec![0; pitch * header.height];
    let image = turbojpeg::Image {
        pixels: &mut pixels[..],
        width: header.width,
        pitch,
        height: header.height,
        format: PixelFormat::RGB,
    };
    decoder.decompress(bytes, image)?;
    Ok(Vec::new())
}

/// Writes the renditions to a folder, named after their photograph and long edge.
fn keep(files: &Files, folder: &Path, photograph: &Path, to: Output) -> Result<(), Cause> {
    let name = photograph.file_stem().unwrap_or_default().display();
    for (edge, file) in files {
        fs::write(folder.join(format!("{name}-{edge}.{}", to.name())), file)?;
    }
    Ok(())
}

/// Returns the user and system time of all threads of this process.
fn processor_time() -> Result<Duration, Cause> {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
}
