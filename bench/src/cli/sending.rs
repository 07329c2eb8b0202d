//! Files that are sent, by the program and by `curl`.

use std::{fmt::Write, fs, path::Path, process::Command, time::Duration};

use running_system::RunningSystem;
use serde_json::json;
use shared::{domain::Sha256, error::Cause};

use super::{
    Options,
    files::Files,
    process,
    program::{Program, Run},
};
use crate::{note, person::Person};

/// The runs over the files that are sent.
pub struct Sent {
    /// Processor time of the program, which sums the files first.
    pub ours: Duration,
    /// Processor time of the program when it has summed them before.
    pub ours_summed: Duration,
    /// The most memory that it has had, in bytes, the large file included.
    pub memory: u64,
    /// Processor time of `curl`.
    pub curl: Duration,
    /// Processor time of `sha256sum`.
    pub sha256sum: Duration,
}

/// Measures.
pub async fn measure(
    system: &RunningSystem,
    program: &Program,
    files: &Files,
    options: &Options,
) -> Result<Sent, Cause> {
    note("by the program");
    let run = upload(system, program, files, options, false).await?;
    note("by the program, summed before");
    let summed = upload(system, program, files, options, true).await?;
    note("by curl");
    let curl = curl(system, files, options).await?;
    let mut command = Command::new("sha256sum");
    command.args(files.sent_paths(options)?);
    let sha256sum = process::run(command).await?.cpu;
    note("A large file");
    let person = Person::sign_up(system).await?;
    let home = program.sign_in(system, &person.token)?;
    let large = home.upload(&files.large, &[]).await?;
    large.check("sent", 1)?;
    let memory = [&run, &summed, &large].map(|run| run.ended.memory);
    Ok(Sent {
        ours: run.ended.cpu,
        ours_summed: summed.ended.cpu,
        memory: memory.into_iter().max().unwrap_or(0),
        curl,
        sha256sum,
    })
}

/// Has the program send all files for somebody new.
async fn upload(
    system: &RunningSystem,
    program: &Program,
    files: &Files,
    options: &Options,
    is_summed: bool,
) -> Result<Run, Cause> {
    let person = Person::sign_up(system).await?;
    let home = program.sign_in(system, &person.token)?;
    if is_summed {
        home.upload(&files.sent, &["--dry-run"]).await?;
    }
    let run = home.upload(&files.sent, &[]).await?;
    run.check("sent", options.sent)?;
    Ok(run)
}

/// Has one process of curl send the same files, which are announced before; returns its processor
/// time.
async fn curl(system: &RunningSystem, files: &Files, options: &Options) -> Result<Duration, Cause> {
    let person = Person::sign_up(system).await?;
    let album = person.empty_album().await?;
    let mut requests = String::new();
    for path in files.sent_paths(options)? {
        write_request(&person, &album, &path, &mut requests).await?;
    }
    let config = tempfile::NamedTempFile::new()?;
    fs::write(config.path(), requests)?;
    let mut command = Command::new("curl");
    command.arg("--config").arg(config.path());
    Ok(process::run(command).await?.cpu)
}

/// Announces a file, and writes what curl shall send.
async fn write_request(
    person: &Person,
    album: &str,
    path: &Path,
    requests: &mut String,
) -> Result<(), Cause> {
    let bytes = fs::read(path)?;
    let photo = json!({
        "name": "bench.jpg", "size": bytes.len(), "content_type": "image/jpeg",
        "sha256": String::from(Sha256::of(&bytes)), "multipart": false,
    });
    let announced = person
        .post(&format!("/v1/albums/{album}/photos"), photo)
        .await?;
    let upload = &announced["upload"];
    if !requests.is_empty() {
        requests.push_str("next\n");
    }
    let url = upload["url"].as_str().ok_or("an upload without a URL")?;
    writeln!(requests, "url = \"{url}\"\nupload-file = \"{}\"", path.display())?;
    for (name, value) in upload["headers"].as_object().into_iter().flatten() {
        let is_of_connection = ["host", "content-length"].contains(&name.as_str());
        if let (Some(value), false) = (value.as_str(), is_of_connection) {
            writeln!(requests, "header = \"{name}: {value}\"")?;
        }
    }
    // Without the wait for leave to send.
    requests.push_str("header = \"Expect:\"\noutput = \"/dev/null\"\n");
    requests.push_str("silent\nshow-error\nfail\nnoproxy = \"*\"\n");
    Ok(())
}
