//! A part of an export while it is made: a ZIP that is sent to S3 as it grows.
//!
//! Files are stored as they are, because photos do not get smaller. What is held in memory is the
//! bytes that S3 has not been sent yet, at most one piece of them, and a line for each file, of
//! which a part has a limited number; never a file.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::{Bytes, BytesMut};
use shared::{
    Result,
    domain::{
        ExportId, LocalTime, Moment, Sha256, Summing,
        export::{ExportManifest, ManifestFile},
    },
    error::Error,
    stores::{ExportFileWriter, ObjectStream},
};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Above this a file gets the 64-bit fields of Zip64; a little below what 32 bits hold.
const LARGE: u64 = u32::MAX as u64 - (1 << 16);

/// The bytes that the ZIP has written and S3 has not been sent. A piece is written where the last
/// one was, which `BytesMut` takes back when that is sent: with a buffer for each, the process
/// would hold several.
#[derive(Clone)]
struct Unsent(Arc<Mutex<BytesMut>>);

impl Unsent {
    /// Room for a piece, and for what is written beyond its end at once.
    const ROOM: usize = ExportFileWriter::AT_ONCE + (256 << 10);

    fn new() -> Self {
        Self(Arc::new(Mutex::new(BytesMut::with_capacity(Self::ROOM))))
    }

    fn take(&self, least: usize) -> Option<Bytes> {
        let mut bytes = self.bytes();
        (bytes.len() >= least.max(1)).then(|| bytes.split().freeze())
    }

    fn bytes(&self) -> MutexGuard<'_, BytesMut> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A part that is being made.
pub struct PartWriter<'a> {
    zip: ZipWriter<StreamWriter<Unsent>>,
    unsent: Unsent,
    writing: ExportFileWriter<'a>,
    sum: Summing,
    /// Bytes that S3 has been sent.
    sent: u64,
    files: Vec<ManifestFile>,
}

/// A part that is an object.
pub struct Whole {
    /// Its key.
    pub object: String,
    /// Its size.
    pub bytes: u64,
    /// The sum of its bytes.
    pub sha256: Sha256,
}

/// A JSON array that is being written into a part.
pub struct JsonList {
    open: Open,
    first: bool,
}

/// A file that is being written into a part.
struct Open {
    path: String,
    sum: Summing,
    bytes: u64,
}

impl<'a> PartWriter<'a> {
    /// A part that is written here.
    pub fn begin(writing: ExportFileWriter<'a>) -> Self {
        let unsent = Unsent::new();
        let zip = ZipWriter::new_stream(unsent.clone());
        Self { zip, unsent, writing, sum: Summing::default(), sent: 0, files: Vec::new() }
    }

    /// About how many bytes it has so far.
    pub fn bytes(&self) -> u64 {
        let unsent = self.unsent.bytes().len();
        // What each file costs in the directory at the end, and in the manifest.
        self.sent
            + unsent as u64
            + self
                .files
                .iter()
                .map(|file| 300 + 3 * file.path.len() as u64)
                .sum::<u64>()
    }

    /// Puts a file in, as its bytes come; their sum.
    pub async fn file(
        &mut self,
        path: &str,
        at: LocalTime,
        mut incoming: ObjectStream,
    ) -> Result<Sha256> {
        let mut open = self.open(path, incoming.size as u64, at)?;
        while let Some(bytes) = incoming.next().await? {
            self.write(&mut open, &bytes).await?;
        }
        Ok(self.close(open))
    }

    /// Begins a JSON array whose items come in pages.
    pub fn begin_list(&mut self, path: &str) -> Result<JsonList> {
        // How long it will be is not known.
        Ok(JsonList { open: self.open(path, LARGE + 1, now())?, first: true })
    }

    /// Puts items into a list.
    pub async fn add<T: serde::Serialize + Send>(
        &mut self,
        list: &mut JsonList,
        items: Vec<T>,
    ) -> Result<()> {
        for item in items {
            let between = if std::mem::take(&mut list.first) { "[\n" } else { ",\n" };
            let line = serde_json::to_string(&item).map_err(Error::internal)?;
            self.write(&mut list.open, format!("{between}{line}").as_bytes())
                .await?;
        }
        Ok(())
    }

    /// Ends a list.
    pub async fn end_list(&mut self, mut list: JsonList) -> Result<()> {
        self.write(&mut list.open, if list.first { b"[]\n" } else { b"\n]\n" })
            .await?;
        self.close(list.open);
        Ok(())
    }

    /// Puts one JSON value in.
    pub async fn json(
        &mut self,
        path: &str,
        at: LocalTime,
        value: &(impl serde::Serialize + Sync),
    ) -> Result<()> {
        let json = serde_json::to_vec_pretty(value).map_err(Error::internal)?;
        let mut open = self.open(path, json.len() as u64, at)?;
        self.write(&mut open, &json).await?;
        self.close(open);
        Ok(())
    }

    fn open(&mut self, path: &str, size: u64, at: LocalTime) -> Result<Open> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let options = options
            .large_file(size > LARGE)
            .last_modified_time(date(at))
            .unix_permissions(0o644);
        self.zip
            .start_file(path, options)
            .map_err(Error::internal)?;
        Ok(Open { path: path.to_owned(), sum: Summing::default(), bytes: 0 })
    }

    async fn write(&mut self, open: &mut Open, bytes: &[u8]) -> Result<()> {
        open.sum.add(bytes);
        open.bytes += bytes.len() as u64;
        self.zip.write_all(bytes).map_err(Error::internal)?;
        self.send(ExportFileWriter::AT_ONCE).await
    }

    fn close(&mut self, open: Open) -> Sha256 {
        let sum = open.sum.sum();
        self.files
            .push(ManifestFile { path: open.path, bytes: open.bytes, sha256: sum.into() });
        sum
    }

    async fn send(&mut self, least: usize) -> Result<()> {
        let Some(bytes) = self.unsent.take(least) else { return Ok(()) };
        self.sum.add(&bytes);
        self.sent += bytes.len() as u64;
        self.writing.add(bytes).await
    }

    /// Puts the manifest in, and makes the object.
    pub async fn end(mut self, export: ExportId, part: u32, last: bool) -> Result<Whole> {
        let files = std::mem::take(&mut self.files);
        let manifest = ExportManifest { version: 1, export, part, last, files };
        self.json(&format!("manifest-{part:04}.json"), now(), &manifest)
            .await?;
        self.zip.finish().map_err(Error::internal)?;
        if let Some(bytes) = self.unsent.take(1) {
            self.sum.add(&bytes);
            self.sent += bytes.len() as u64;
            self.writing.add(bytes).await?;
        }
        Ok(Whole { object: self.writing.end().await?, bytes: self.sent, sha256: self.sum.sum() })
    }
}

/// Now, on a clock of UTC: whoever asked for the export has said no other.
pub fn now() -> LocalTime {
    LocalTime::of(Moment::now(), None)
}

/// ZIP has dates without a zone, in the years from 1980 to 2107.
fn date(at: LocalTime) -> DateTime {
    let at = at.date_time();
    let year = u16::try_from(at.year()).unwrap_or(0);
    let month = u8::from(at.month());
    let day = at.day();
    let date = DateTime::from_date_and_time(year, month, day, at.hour(), at.minute(), at.second());
    date.unwrap_or_default()
}
