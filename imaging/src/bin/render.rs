//! `render`: what the library makes of a photograph, for people to look at.

use clap::Parser;
use imaging::{Error, Facts, Options, Rendered, render};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Prints what a photograph says of itself and the sizes of its renditions.
#[derive(Parser)]
struct Args {
    /// A photograph in any of the formats that are read.
    file: PathBuf,
    /// Write the renditions to this folder, as NAME-EDGE.webp; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", error.code())]
    Photo {
        #[from]
        error: Error,
    },
}

impl Failure {
    fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("render: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    let bytes = fs::read(&args.file).map_err(|error| Failure::file(&args.file, error))?;
    let start = Instant::now();
    let rendered = render(&bytes, &Options::default())?;
    let took = start.elapsed();
    // A reader that went away, such as `head`, has seen enough.
    let _ = print(&mut io::stdout().lock(), &rendered, took);
    args.out
        .as_deref()
        .map_or(Ok(()), |folder| write(&rendered, &args.file, folder))
}

fn print(out: &mut impl Write, rendered: &Rendered, took: Duration) -> io::Result<()> {
    print_facts(out, &rendered.summary.facts)?;
    for rendition in &rendered.renditions {
        let (edge, bytes) = (rendition.long_edge, rendition.bytes.len());
        writeln!(out, "{edge:>11}  {} × {}, {bytes} bytes", rendition.width, rendition.height)?;
    }
    writeln!(out, "placeholder  {} bytes", rendered.summary.placeholder.len())?;
    writeln!(out, "       took  {} ms", took.as_millis())
}

fn print_facts(out: &mut impl Write, facts: &Facts) -> io::Result<()> {
    writeln!(out, "     format  {}", facts.format)?;
    writeln!(out, "       size  {} × {}", facts.width, facts.height)?;
    writeln!(out, "orientation  {}", facts.orientation)?;
    writeln!(out, "     frames  {}", facts.frames)?;
    writeln!(out, "    profile  {}", facts.profile.as_deref().unwrap_or("none"))?;
    writeln!(out, "      alpha  {}", if facts.has_alpha { "yes" } else { "no" })?;
    if let Some(taken) = facts.taken_at {
        let minutes = taken
            .offset_minutes
            .map(|minutes| format!(", {minutes} minutes east of UTC"));
        writeln!(out, "      taken  {}{}", taken.local, minutes.unwrap_or_default())?;
    }
    if let Some(camera) = &facts.camera {
        let names: Vec<&str> = [&camera.make, &camera.model, &camera.lens]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        writeln!(out, "     camera  {}", names.join(", "))?;
    }
    if let Some(exposure) = facts.exposure {
        let number =
            |value: Option<f64>| value.map_or("?".to_owned(), |value| format!("{value:.4}"));
        let iso = exposure.iso.map_or("?".to_owned(), |iso| iso.to_string());
        let (seconds, aperture) = (number(exposure.seconds), number(exposure.aperture));
        writeln!(
            out,
            "   exposure  {seconds} s, f/{aperture}, ISO {iso}, {} mm",
            number(exposure.focal_length)
        )?;
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

fn write(rendered: &Rendered, file: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, error))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    for rendition in &rendered.renditions {
        let path = folder.join(format!("{name}-{}.webp", rendition.long_edge));
        fs::write(&path, &rendition.bytes).map_err(|error| Failure::file(&path, error))?;
    }
    Ok(())
}
