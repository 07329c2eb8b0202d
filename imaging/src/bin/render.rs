//! `render`: shows the renditions and the facts of a photograph to people.

use clap::Parser;
use imaging::{Error, Exposure, PhotoFacts, RenderOptions, RenderedImage, Rendition, render};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Prints the facts of a photograph and the sizes of its renditions.
#[derive(Parser)]
struct RenderArguments {
    /// A photograph in any of the formats that are read.
    file: PathBuf,
    /// Write the renditions to this folder, as NAME-EDGE.webp; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A failure of the command.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", error.code())]
    Photo {
        #[from]
        error: Error,
    },
}

impl CommandError {
    fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }
}

fn main() -> ExitCode {
    match run(&RenderArguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("render: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &RenderArguments) -> Result<(), CommandError> {
    let bytes = fs::read(&args.file).map_err(|error| CommandError::file(&args.file, error))?;
    let start = Instant::now();
    let rendered = render(&bytes, &RenderOptions::default())?;
    let took = start.elapsed();
    // A reader that went away, such as `head`, has seen enough.
    let _ = print(&mut io::stdout().lock(), &rendered, took);
    match &args.out {
        Some(folder) => write(&rendered, &args.file, folder),
        None => Ok(()),
    }
}

fn print(out: &mut impl Write, rendered: &RenderedImage, took: Duration) -> io::Result<()> {
    print_facts(out, &rendered.summary.facts)?;
    for rendition in &rendered.renditions {
        let Rendition { long_edge, width, height, bytes } = rendition;
        writeln!(out, "{long_edge:>11}  {width} × {height}, {} bytes", bytes.len())?;
    }
    writeln!(out, "placeholder  {} bytes", rendered.summary.placeholder.len())?;
    writeln!(out, "       took  {} ms", took.as_millis())
}

fn print_facts(out: &mut impl Write, facts: &PhotoFacts) -> io::Result<()> {
    writeln!(out, "     format  {}", facts.format)?;
    writeln!(out, "       size  {} × {}", facts.width, facts.height)?;
    writeln!(out, "orientation  {}", facts.orientation)?;
    writeln!(out, "     frames  {}", facts.frames)?;
    writeln!(out, "    profile  {}", facts.profile.as_deref().unwrap_or("none"))?;
    writeln!(out, "      alpha  {}", if facts.has_alpha { "yes" } else { "no" })?;
    if let Some(taken) = facts.taken_at {
        let zone = match taken.offset_minutes {
            Some(minutes) => format!(", {minutes} minutes east of UTC"),
            None => String::new(),
        };
        writeln!(out, "      taken  {}{zone}", taken.local)?;
    }
    if let Some(camera) = &facts.camera {
        let mut names = Vec::new();
        for name in [&camera.make, &camera.model, &camera.lens] {
            names.extend(name.as_deref());
        }
        writeln!(out, "     camera  {}", names.join(", "))?;
    }
    if let Some(exposure) = facts.exposure {
        print_exposure(out, exposure)?;
    }
    if let Some(place) = facts.place {
        writeln!(out, "      place  {:.5}, {:.5}", place.latitude, place.longitude)?;
    }
    if let Some(caption) = &facts.caption {
        writeln!(out, "    caption  {caption:?}")?;
    }
    if !facts.keywords.is_empty() {
        writeln!(out, "   keywords  {}", facts.keywords.join(", "))?;
    }
    Ok(())
}

fn print_exposure(out: &mut impl Write, exposure: Exposure) -> io::Result<()> {
    let number = |value: Option<f64>| value.map_or("?".to_owned(), |value| format!("{value:.4}"));
    let seconds = number(exposure.seconds);
    let aperture = number(exposure.aperture);
    let iso = exposure.iso.map_or("?".to_owned(), |iso| iso.to_string());
    let focal_length = number(exposure.focal_length);
    writeln!(out, "   exposure  {seconds} s, f/{aperture}, ISO {iso}, {focal_length} mm")
}

fn write(rendered: &RenderedImage, file: &Path, folder: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(folder).map_err(|error| CommandError::file(folder, error))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    for rendition in &rendered.renditions {
        let path = folder.join(format!("{name}-{}.webp", rendition.long_edge));
        fs::write(&path, &rendition.bytes).map_err(|error| CommandError::file(&path, error))?;
    }
    Ok(())
}
