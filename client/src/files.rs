//! Files: their sums, and their bytes as a stream.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use futures::{Stream, stream};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// The bytes that are read and sent at once.
const CHUNK: usize = 256 * 1024;

/// Returns the SHA-256 of a file in hexadecimal, and the bytes that it was made of. It blocks.
///
/// # Errors
/// A file that cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<(String, u64)> {
    let sum = || -> io::Result<(String, u64)> {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        let mut size = 0;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok((hex::encode(hash.finalize()), size));
            }
            hash.update(&buffer[..read]);
            size += read as u64;
        }
    };
    sum().map_err(|cause| Error::File { path: path.to_owned(), cause })
}

/// Returns the SHA-256 of a piece of a file in hexadecimal. It blocks.
pub(crate) fn sha256_of_piece(file: &File, offset: u64, size: u64) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = Piece { offset, left: size };
    while let Some(chunk) = piece.read_chunk(file)? {
        hash.update(&chunk);
    }
    Ok(hex::encode(hash.finalize()))
}

/// A piece of a file that is still to be read.
struct Piece {
    offset: u64,
    left: u64,
}

impl Piece {
    /// Reads the next chunk; `None` at the end. A file that ends before its piece is an error.
    fn read_chunk(&mut self, file: &File) -> io::Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        let size = CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK));
        let mut chunk = vec![0; size];
        file.read_exact_at(&mut chunk, self.offset)?;
        self.offset += size as u64;
        self.left -= size as u64;
        Ok(Some(Bytes::from(chunk)))
    }
}

/// Returns a piece of a file as a stream of chunks, each read on a thread that may block.
pub(crate) fn stream_of_piece(
    file: Arc<File>,
    offset: u64,
    size: u64,
) -> impl Stream<Item = io::Result<Bytes>> {
    let piece = Piece { offset, left: size };
    stream::try_unfold((file, piece), |(file, mut piece)| async move {
        let reading = tokio::task::spawn_blocking(move || {
            let chunk = piece.read_chunk(&file)?;
            Ok::<_, io::Error>(chunk.map(|chunk| (chunk, (file, piece))))
        });
        reading.await.map_err(io::Error::other)?
    })
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    /// The sums of `abc` and of nothing, after FIPS 180-4.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("bytes");
        file
    }

    #[test]
    fn a_sum_is_that_of_all_bytes() {
        let empty = sha256_of_file(file(b"").path()).expect("a sum");
        assert_eq!(empty, (NOTHING.to_owned(), 0));
        let sum = sha256_of_file(file(b"abc").path()).expect("a sum");
        assert_eq!(sum, (ABC.to_owned(), 3));
        let piece = file(b"xabcx");
        let sum = sha256_of_piece(piece.as_file(), 1, 3).expect("a sum");
        assert_eq!(sum, ABC);
    }

    #[tokio::test]
    async fn a_piece_is_streamed_whole() {
        let bytes: Vec<u8> = (0..251).cycle().take(CHUNK * 2 + 10).collect();
        let whole = file(&bytes);
        let opened = Arc::new(File::open(whole.path()).expect("a file"));
        let size = (CHUNK * 2) as u64;
        let chunks: Vec<Bytes> = stream_of_piece(Arc::clone(&opened), 5, size)
            .try_collect()
            .await
            .expect("chunks");
        assert_eq!(chunks.concat(), bytes[5..5 + CHUNK * 2]);
        let beyond = stream_of_piece(opened, 20, size).try_collect::<Vec<_>>();
        assert!(beyond.await.is_err(), "the file ends before");
    }
}
