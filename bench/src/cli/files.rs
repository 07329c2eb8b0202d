//! Files of random bytes, which are in the memory that keeps files when they have been written.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use shared::error::Cause;

use super::Options;

/// Files of a folder: what cameras and people make.
const A_FOLDER: u32 = 500;

/// The files of the bench.
pub struct Files {
    /// The folder of those that are hashed.
    pub hashed: PathBuf,
    /// The folder of those that are sent.
    pub sent: PathBuf,
    /// The folder of the large one.
    pub large: PathBuf,
}

impl Files {
    /// Writes them.
    pub fn write(folder: &Path, options: &Options) -> Result<Self, Cause> {
        let files = Self {
            hashed: folder.join("hashed"),
            sent: folder.join("sent"),
            large: folder.join("large"),
        };
        let distinct = options.distinct.min(options.files).max(1);
        for number in 0..options.files {
            let path = place(&files.hashed, number)?;
            if number < distinct {
                write_random(&path, options.bytes)?;
            } else {
                fs::hard_link(place(&files.hashed, number % distinct)?, path)?;
            }
        }
        for number in 0..options.sent {
            let path = place(&files.sent, number)?;
            if number < distinct {
                fs::hard_link(place(&files.hashed, number)?, path)?;
            } else {
                write_random(&path, options.bytes)?;
            }
        }
        fs::create_dir(&files.large)?;
        write_random(&files.large.join("large.jpg"), options.large)?;
        Ok(files)
    }

    /// Returns the paths of those that are sent, in their order.
    pub fn sent_paths(&self, options: &Options) -> Result<Vec<PathBuf>, Cause> {
        let mut paths = Vec::new();
        for number in 0..options.sent {
            paths.push(place(&self.sent, number)?);
        }
        Ok(paths)
    }
}

/// Returns the path of the file of this number; its folder is made.
pub fn place(folder: &Path, number: u32) -> io::Result<PathBuf> {
    let folder = folder.join(format!("{:03}", number / A_FOLDER));
    fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("IMG_{number:06}.jpg")))
}

fn write_random(path: &Path, bytes: u32) -> io::Result<()> {
    let mut file = File::create(path)?;
    io::copy(&mut File::open("/dev/urandom")?.take(bytes.into()), &mut file)?;
    file.flush()
}
