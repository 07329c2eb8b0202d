//! `load`: see the library.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    load::main().await
}
