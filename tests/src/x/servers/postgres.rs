//! A PostgreSQL of our own: in a temporary folder, on a free port, without durability.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::{Outcome, tool};
use super::account::{Home, Running, free_port};

const INSTALL: &str = "PostgreSQL is needed (Debian: apt-get install postgresql)";

/// A running server. It ends with the value.
pub struct Server {
    psql: PathBuf,
    port: u16,
    // Dropped in this order: the server first, then its folder.
    _running: Running,
    home: Home,
}

impl Server {
    /// Makes a cluster and starts a server on it.
    pub fn start() -> Outcome<Self> {
        let folders = installed_versions();
        let find = |name| tool::find_program(name, &folders).ok_or_else(|| tool::cannot(INSTALL));
        let (initdb, postgres, psql) = (find("initdb")?, find("postgres")?, find("psql")?);
        println!("  {}", tool::output(tool::command(&postgres).arg("--version"))?.trim());
        let home = Home::make("postgres", "postgres")?;
        let data = home.folder.join("data");
        let mut make = home.command(&initdb);
        make.arg("-D").arg(&data).args([
            "-U",
            "seawall",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        tool::output(&mut make)?;
        let port = free_port()?;
        let mut serve = home.command(&postgres);
        serve.arg("-D").arg(&data).arg("-p").arg(port.to_string()).arg("-k").arg(&home.folder);
        serve.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
        ]);
        serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = serve.spawn().map_err(|error| format!("postgres could not be started: {error}"))?;
        let server = Self { psql, port, _running: Running(child), home };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Outcome {
        let begun = Instant::now();
        loop {
            match self.run("postgres", "SELECT 1;") {
                Ok(_) => return Ok(()),
                Err(error) if begun.elapsed() > Duration::from_secs(60) => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Where the server is, for programs that take a URL.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://seawall@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database from the untouched template.
    pub fn create_database(&self, name: &str) -> Outcome {
        self.run("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0;")).map(|_| ())
    }

    /// Runs a script with psql, stopping at the first error, and gives what it printed.
    pub fn run(&self, database: &str, script: &str) -> Outcome<String> {
        let (output, error) = self.run_far(database, script)?;
        error.map_or(Ok(output), Err)
    }

    /// [`Self::run`] that also gives what was printed before an error.
    pub fn run_far(&self, database: &str, script: &str) -> Outcome<(String, Option<String>)> {
        let mut command = Command::new(&self.psql);
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&self.home.folder);
        command.args(["-p", &self.port.to_string(), "-U", "seawall", "-d", database, "-f", "-"]);
        tool::both_of_input(&mut command, script)
    }
}

/// Where Debian keeps the versions of PostgreSQL, oldest first.
fn installed_versions() -> Vec<PathBuf> {
    let listing = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<PathBuf> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort_by_key(|folder| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    folders.iter().map(|folder: &PathBuf| Path::new(folder).join("bin")).collect()
}
