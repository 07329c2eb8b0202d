//! The contenders, and the process in which each makes renditions.
//!
//! A contender is a program that takes `--to FORMAT --repeat N [--keep FOLDER] PHOTOGRAPH...` and
//! prints what [`Said`] holds, as JSON.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use shared::error::Cause;
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

use super::cases::{Case, Source};
use crate::machine::on_one_cpu;

/// The longest that one may take: longer than any of them does on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(10);

/// A program or library that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Contender {
    /// The library of this project.
    Ours,
    /// sharp, as it is best used: one decode, each rendition from the next larger one.
    Sharp,
    /// sharp, as most people write it: a pipeline a rendition.
    SharpPipelines,
    /// `vipsthumbnail`: a process a rendition.
    Vipsthumbnail,
    /// Pillow.
    Pillow,
    /// No renditions: what decoding a JPEG cannot do without.
    Floor,
}

impl Contender {
    /// All, in the order of a round.
    pub const ALL: [Self; 6] = [
        Self::Ours,
        Self::Sharp,
        Self::SharpPipelines,
        Self::Vipsthumbnail,
        Self::Pillow,
        Self::Floor,
    ];

    /// Returns its name in arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sharp => "sharp",
            Self::SharpPipelines => "sharp-pipelines",
            Self::Vipsthumbnail => "vipsthumbnail",
            Self::Pillow => "pillow",
            Self::Floor => "floor",
        }
    }

    /// Returns its name in the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ours => "Albumen",
            Self::Sharp => "sharp, chained",
            Self::SharpPipelines => "sharp, three pipelines",
            Self::Vipsthumbnail => "vipsthumbnail",
            Self::Pillow => "Pillow",
            Self::Floor => "floor",
        }
    }

    /// Says whether it has a part in a case. There is a floor only of what DCT-scaled decoding
    /// skips.
    pub fn can(self, case: &Case) -> bool {
        self != Self::Floor || !matches!(case.source, Source::Webp | Source::Png)
    }
}

/// The report that a process printed of itself.
#[derive(Debug, Deserialize, Serialize)]
pub struct Said {
    /// Program and version.
    pub version: String,
    /// Peak memory before the first photograph, in bytes.
    pub idle: u64,
    /// Peak memory, in bytes.
    pub peak: u64,
    /// For each photograph, what it took each time that it was handled.
    pub photographs: Vec<Vec<Spent>>,
}

/// The time that one photograph took, in seconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Spent {
    /// User and system time.
    pub cpu: f64,
    /// Time on the wall.
    pub wall: f64,
}

/// The peers as `./dev bench` installs them.
pub struct Peers {
    /// The folder in which they are.
    pub folder: PathBuf,
}

impl Peers {
    /// Starts a process that makes renditions of these photographs, and returns what it says of
    /// itself. The renditions are written to the folder `keep`.
    ///
    /// # Errors
    /// When it cannot be started, fails, or takes longer than [`PATIENCE`].
    pub async fn measure(
        &self,
        contender: Contender,
        case: &Case,
        photographs: &[PathBuf],
        repeat: u32,
        keep: Option<&Path>,
    ) -> Result<Said, Cause> {
        let (program, first) = self.program(contender)?;
        let mut command = Command::new(&program);
        command
            .args(first)
            .args(["--to", case.to.name(), "--repeat", &repeat.to_string()]);
        if let Some(folder) = keep {
            command.arg("--keep").arg(folder);
        }
        command.args(photographs).env_clear().envs(environment());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let (mut child, _) =
            on_one_cpu(command).map_err(|failure| format!("{}: {failure}", program.display()))?;
        let mut output = child.stdout.take().ok_or("no output")?;
        let mut said = Vec::new();
        let ends = async {
            output.read_to_end(&mut said).await?;
            child.wait().await
        };
        let status = timeout(PATIENCE, ends)
            .await
            .map_err(|_| "took too long")??;
        if !status.success() {
            return Err(format!("ended: {status}").into());
        }
        Ok(serde_json::from_slice(&said)?)
    }

    /// Returns a contender's program, and the arguments that come first.
    fn program(&self, contender: Contender) -> Result<(PathBuf, Vec<OsString>), Cause> {
        let own =
            |name: &str| Ok((std::env::current_exe()?, vec!["contender".into(), name.into()]));
        let node = |way: &str| {
            let script = self.folder.join("sharp.mjs").into_os_string();
            (self.folder.join("node_modules/node/bin/node"), vec![script, way.into()])
        };
        let python = |script: &str| {
            (self.folder.join("venv/bin/python"), vec![self.folder.join(script).into_os_string()])
        };
        match contender {
            Contender::Ours | Contender::Floor => own(contender.name()),
            Contender::Sharp => Ok(node("chained")),
            Contender::SharpPipelines => Ok(node("pipelines")),
            Contender::Vipsthumbnail => Ok(python("vipsthumbnail.py")),
            Contender::Pillow => Ok(python("pillow_peer.py")),
        }
    }
}

/// Returns the environment of every contender: one thread, since libvips and Node.js's pool would
/// start more, and memory that is kept from photograph to photograph, as `template.yaml` has it for
/// the function that renders.
pub fn environment() -> [(&'static str, &'static str); 6] {
    [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
        ("VIPS_CONCURRENCY", "1"),
        ("UV_THREADPOOL_SIZE", "1"),
        ("MALLOC_MMAP_THRESHOLD_", "33554432"),
        ("MALLOC_TRIM_THRESHOLD_", "536870912"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_as_the_function_keeps_it() {
        let template = include_str!("../../../template.yaml");
        for (name, value) in environment()
            .into_iter()
            .filter(|(name, _)| name.starts_with("MALLOC"))
        {
            assert!(template.contains(&format!("{name}: \"{value}\"")), "{name}");
        }
    }
}
