//! Checksums of S3: five algorithms, which `s3s` has as five fields of every type.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use std::collections::BTreeMap;

use s3s::{
    checksum::ChecksumHasher,
    dto::{Checksum, ChecksumAlgorithm},
};

/// Checksums in base64, by the names of their algorithms: `SHA256`.
pub type ChecksumMap = BTreeMap<String, String>;

/// The algorithms that are supported here.
pub const ALGORITHMS: [&str; 5] = [
    ChecksumAlgorithm::CRC32,
    ChecksumAlgorithm::CRC32C,
    ChecksumAlgorithm::SHA1,
    ChecksumAlgorithm::SHA256,
    ChecksumAlgorithm::CRC64NVME,
];

// Many types have these fields in common, and no trait that says so.
macro_rules! take_checksums {
    ($from:expr) => {
        s3s::dto::Checksum {
            checksum_crc32: $from.checksum_crc32.take(),
            checksum_crc32c: $from.checksum_crc32c.take(),
            checksum_sha1: $from.checksum_sha1.take(),
            checksum_sha256: $from.checksum_sha256.take(),
            checksum_crc64nvme: $from.checksum_crc64nvme.take(),
            ..s3s::dto::Checksum::default()
        }
    };
}
pub(super) use take_checksums;

macro_rules! set_checksums {
    ($target:expr, $checksum:expr) => {
        let checksum: s3s::dto::Checksum = $checksum;
        $target.checksum_crc32 = checksum.checksum_crc32;
        $target.checksum_crc32c = checksum.checksum_crc32c;
        $target.checksum_sha1 = checksum.checksum_sha1;
        $target.checksum_sha256 = checksum.checksum_sha256;
        $target.checksum_crc64nvme = checksum.checksum_crc64nvme;
    };
}
pub(super) use set_checksums;

/// Returns a hasher of the algorithms that `wants` names.
pub fn hasher(wants: impl Fn(&str) -> bool) -> ChecksumHasher {
    ChecksumHasher {
        crc32: wants(ChecksumAlgorithm::CRC32).then(Default::default),
        crc32c: wants(ChecksumAlgorithm::CRC32C).then(Default::default),
        sha1: wants(ChecksumAlgorithm::SHA1).then(Default::default),
        sha256: wants(ChecksumAlgorithm::SHA256).then(Default::default),
        crc64nvme: wants(ChecksumAlgorithm::CRC64NVME).then(Default::default),
    }
}

/// Returns the checksums that are there.
pub fn to_map(checksum: &Checksum) -> ChecksumMap {
    let mut map = ChecksumMap::new();
    for (algorithm, sum) in [
        (ChecksumAlgorithm::CRC32, &checksum.checksum_crc32),
        (ChecksumAlgorithm::CRC32C, &checksum.checksum_crc32c),
        (ChecksumAlgorithm::SHA1, &checksum.checksum_sha1),
        (ChecksumAlgorithm::SHA256, &checksum.checksum_sha256),
        (ChecksumAlgorithm::CRC64NVME, &checksum.checksum_crc64nvme),
    ] {
        if let Some(sum) = sum {
            map.insert(algorithm.to_owned(), sum.clone());
        }
    }
    map
}

/// Returns the one checksum as `s3s` has it.
pub fn of_algorithm(algorithm: &str, sum: &str) -> Checksum {
    let sum_of = |name: &str| if name == algorithm { Some(sum.to_owned()) } else { None };
    Checksum {
        checksum_crc32: sum_of(ChecksumAlgorithm::CRC32),
        checksum_crc32c: sum_of(ChecksumAlgorithm::CRC32C),
        checksum_sha1: sum_of(ChecksumAlgorithm::SHA1),
        checksum_sha256: sum_of(ChecksumAlgorithm::SHA256),
        checksum_crc64nvme: sum_of(ChecksumAlgorithm::CRC64NVME),
        ..Checksum::default()
    }
}
