//! Disks of a system's own, each so small that a test can fill it: file systems in memory, which only
//! the system's processes see, in a user namespace where nobody has to be root.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// Mounts the disks, whose paths and sizes come first, up to `--`; then becomes what follows.
const MOUNT: &str = "\
    while [ \"$1\" != -- ]; do \
        mount -t tmpfs -o \"size=$2,mode=700\" tmpfs \"$1\" || exit 1; \
        shift 2; \
    done; \
    shift; \
    exec \"$@\"";
/// The namespaces in which disks are mounted: one of users, where anybody is root, and one of mounts.
const NAMESPACE: [&str; 3] = ["--user", "--map-root-user", "--mount"];
/// The name of the file that fills a disk.
const BALLAST: &str = ".ballast";

/// An engine that has a disk of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// The database's.
    Database,
    /// The hot table's.
    HotTable,
    /// The buckets'.
    Buckets,
    /// The queues'.
    Queues,
}

impl Disk {
    const ALL: [Self; 4] = [Self::Database, Self::HotTable, Self::Buckets, Self::Queues];

    /// Returns its folder in the system's data.
    fn folder(self) -> &'static str {
        match self {
            Self::Database => "mariadb",
            Self::HotTable => "disks/tables",
            Self::Buckets => "buckets",
            Self::Queues => "disks/queues",
        }
    }

    /// Returns its size: what the engine begins with, and some room.
    fn size(self) -> &'static str {
        match self {
            Self::Database => "512m",
            Self::HotTable | Self::Buckets | Self::Queues => "16m",
        }
    }

    /// Returns the file of an engine that has only a file, which then stands on the disk.
    fn file(self) -> Option<&'static str> {
        match self {
            Self::HotTable => Some("tables.sqlite"),
            Self::Queues => Some("queues.sqlite"),
            Self::Database | Self::Buckets => None,
        }
    }
}

/// Returns whether disks can be mounted here.
pub fn can_be_mounted() -> bool {
    let mut mount = Command::new("unshare");
    mount.args(NAMESPACE);
    mount.args(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]);
    mount.output().is_ok_and(|output| output.status.success())
}

/// Makes the folders of the disks in an empty data folder, and returns the words that a system's own
/// command line goes after.
pub(super) fn prepare(data: &Path) -> Vec<String> {
    // What marks a folder as a system's, which may not hold anything else.
    File::create(data.join("albumen.lock")).expect("a file");
    let mut words = vec!["unshare".to_owned()];
    words.extend(NAMESPACE.map(str::to_owned));
    words.extend(["sh", "-c", MOUNT, "sh"].map(str::to_owned));
    for disk in Disk::ALL {
        let folder = data.join(disk.folder());
        fs::create_dir_all(&folder).expect("a folder");
        if let Some(file) = disk.file() {
            symlink(folder.join(file), data.join(file)).expect("a link");
        }
        words.push(folder.display().to_string());
        words.push(disk.size().to_owned());
    }
    words.push("--".to_owned());
    words
}

/// A disk as it is seen from outside.
pub struct SmallDisk {
    ballast: PathBuf,
}

impl SmallDisk {
    pub(super) fn new(disk: Disk, process: u32, data: &Path) -> Self {
        let data = data.strip_prefix("/").expect("an absolute path");
        let root = Path::new("/proc").join(process.to_string()).join("root");
        Self { ballast: root.join(data).join(disk.folder()).join(BALLAST) }
    }

    /// Fills it to the last byte.
    ///
    /// # Panics
    /// When it is no disk that can be filled.
    pub fn fill(&self) {
        let mut ballast = File::create(&self.ballast).expect("a file on the disk");
        let piece = vec![1_u8; 4096];
        for _ in 0..(1 << 18) {
            if ballast.write_all(&piece).is_err() {
                return;
            }
        }
        panic!("{} has room for a gigabyte", self.ballast.display());
    }

    /// Gives it room again.
    ///
    /// # Panics
    /// When it was not filled.
    pub fn empty(&self) {
        fs::remove_file(&self.ballast).expect("a file on the disk");
    }
}
