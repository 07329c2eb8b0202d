//! The runtimes that are measured: our binary, and the peers as `./dev bench` installs them in
//! `target/bench`.

use std::{
    path::{Path, PathBuf, absolute},
    process::Command,
};

use shared::error::Cause;

/// A way to run the function.
pub struct Runtime {
    /// Its name in the table.
    pub name: String,
    /// The program that speaks to the Runtime API.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder of the handler, where a runtime client looks for one.
    pub folder: Option<PathBuf>,
    /// The folder of Python's packages.
    packages: Option<PathBuf>,
    /// Everything that is deployed, but for the interpreter.
    deployed: Vec<PathBuf>,
}

impl Runtime {
    /// A function of ours, in the folder of this process.
    pub fn of_binary(name: &str) -> Result<Self, Cause> {
        let program = std::env::current_exe()?.with_file_name(name);
        let name = name.to_owned();
        let arguments = vec![];
        let deployed = vec![program.clone()];
        Ok(Self { name, program, arguments, folder: None, packages: None, deployed })
    }
}

/// A way to write the function.
#[derive(Clone, Copy)]
enum Design {
    /// As most people write it: one query of the album's items.
    Items,
    /// As ours is: a page beside its head.
    Pages,
}

impl Design {
    const ALL: [Self; 2] = [Self::Items, Self::Pages];

    /// Returns the file of the handler, without its ending, as Node.js has it.
    fn file(self) -> &'static str {
        match self {
            Self::Items => "get-album",
            Self::Pages => "get-album-pages",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Pages => "pages",
        }
    }
}

/// Ours, then Node.js and Python, each as most people write it and in our design: in the order of
/// the table.
pub fn all(binaries: Option<PathBuf>, peers: &Path) -> Result<Vec<Runtime>, Cause> {
    let own = || {
        Ok::<_, Cause>(
            std::env::current_exe()?
                .parent()
                .ok_or("no folder of binaries")?
                .to_owned(),
        )
    };
    let binaries = absolute(binaries.map_or_else(own, Ok)?)?;
    let peers = absolute(peers)?;
    let mut all = vec![ours(&binaries)];
    for design in Design::ALL {
        all.push(node(&peers.join("node"), design)?);
    }
    for design in Design::ALL {
        all.push(python(&peers.join("python"), design)?);
    }
    Ok(all)
}

fn ours(binaries: &Path) -> Runtime {
    let program = binaries.join("get-album");
    let deployed = vec![program.clone()];
    Runtime {
        name: "Albumen (Rust)".to_owned(),
        program,
        arguments: vec![],
        folder: None,
        packages: None,
        deployed,
    }
}

fn node(peer: &Path, design: Design) -> Result<Runtime, Cause> {
    let program = peer.join("node_modules/node/bin/node");
    let client = peer.join("node_modules/aws-lambda-ric");
    let folder = peer.join("dist");
    let handler = format!("{}.handler", design.file());
    let bundle = folder.join(design.file()).with_extension("js");
    let deployed = ["index.mjs", "rapid-client.node", "package.json"].map(|file| client.join(file));
    Ok(Runtime {
        name: format!("Node.js {}, {}", version(&program)?, design.name()),
        arguments: vec![client.join("index.mjs").display().to_string(), handler],
        program,
        deployed: [deployed.as_slice(), &[bundle]].concat(),
        folder: Some(folder),
        packages: None,
    })
}

fn python(peer: &Path, design: Design) -> Result<Runtime, Cause> {
    let program = peer.join("venv/bin/python");
    let packages = peer.join("packages");
    let folder = peer.join("handler");
    let module = design.file().replace('-', "_");
    let source = folder.join(&module).with_extension("py");
    Ok(Runtime {
        name: format!("Python {}, {}", version(&program)?, design.name()),
        program,
        arguments: vec!["-m".to_owned(), "awslambdaric".to_owned(), format!("{module}.handler")],
        deployed: vec![packages.clone(), source],
        folder: Some(folder),
        packages: Some(packages),
    })
}

/// `v24.21.0` or `Python 3.11.7`: the number in it.
fn version(program: &Path) -> Result<String, Cause> {
    let said = Command::new(program).arg("--version").output();
    let said = said.map_err(|error| {
        format!("{}: {error}; ./dev bench reads installs it", program.display())
    })?;
    let said = String::from_utf8(said.stdout)?;
    Ok(said
        .trim()
        .trim_start_matches("Python ")
        .trim_start_matches('v')
        .to_owned())
}

impl Runtime {
    /// The variables that tell a runtime client where the handler is.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let text = |path: &PathBuf| path.display().to_string();
        let handler = self.arguments.last().map_or("bootstrap", String::as_str);
        let mut variables = vec![("_HANDLER", handler.to_owned())];
        variables.extend(
            self.folder
                .as_ref()
                .map(|folder| ("LAMBDA_TASK_ROOT", text(folder))),
        );
        variables.extend(
            self.packages
                .as_ref()
                .map(|packages| ("PYTHONPATH", text(packages))),
        );
        variables
    }

    /// The size of what is deployed, in bytes.
    pub fn size(&self) -> Result<u64, Cause> {
        self.deployed.iter().map(|path| size(path)).sum()
    }
}

fn size(path: &Path) -> Result<u64, Cause> {
    let about = path
        .symlink_metadata()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if !about.is_dir() {
        return Ok(about.len());
    }
    std::fs::read_dir(path)?
        .map(|entry| size(&entry?.path()))
        .sum()
}
