//! A shell that ends the server when this process is killed, because nobody else would.

use std::{io, process::Stdio};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, Command},
};

/// The shell's script. A server that is asked to end before it is ready does not end, so after
/// twenty seconds it is killed.
const SCRIPT: &str = r#"read line && exit
kill -TERM "$0"
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
do sleep 1; kill -0 "$0" || exit
done
kill -KILL "$0""#;

/// A shell that waits for a line. When this process is killed the pipe closes without one, and the
/// shell ends the server in its stead.
#[derive(Debug)]
pub struct Watchdog {
    shell: Child,
    // Apart from the shell, because waiting for a child closes its pipe.
    pipe: Option<ChildStdin>,
}

impl Watchdog {
    /// Starts a shell that watches over the process with this id.
    pub fn start(pid: u32) -> io::Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, &pid.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    /// Resolves once the shell has exited.
    pub async fn exited(&mut self) {
        // Any status means that it is gone.
        let _ = self.shell.wait().await;
    }

    /// Tells it that there is nothing left to end, and waits until it is gone.
    pub async fn dismiss(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.write_all(b"\n").await;
        }
        self.exited().await;
    }
}
