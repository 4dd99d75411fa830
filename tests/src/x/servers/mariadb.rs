//! A MariaDB of our own: in a temporary folder, reached over a socket there.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::{Outcome, tool};
use super::account::{Home, Running};

const INSTALL: &str = "MariaDB is needed (Debian: apt-get install mariadb-server)";

/// A running server. It ends with the value.
pub struct Server {
    client: PathBuf,
    _running: Running,
    home: Home,
}

impl Server {
    /// Makes a data folder and starts a server on it.
    pub fn start() -> Outcome<Self> {
        let folders = [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")];
        let find = |name| tool::find_program(name, &folders).ok_or_else(|| tool::cannot(INSTALL));
        let (install, serve, client) = (find("mariadb-install-db")?, find("mariadbd")?, find("mariadb")?);
        println!("  {}", tool::output(tool::command(&serve).arg("--version"))?.trim());
        let home = Home::make("mariadb", "mysql")?;
        let data = home.folder.join("data");
        let mut make = home.command(&install);
        make.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        make.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        tool::output(&mut make)?;
        let mut server = home.command(&serve);
        server.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        server.arg(format!("--socket={}", home.folder.join("socket").display()));
        server.args([
            "--skip-networking",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=32M",
            "--character-set-server=utf8mb4",
        ]);
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = server.spawn().map_err(|error| format!("mariadbd could not be started: {error}"))?;
        let server = Self { client, _running: Running(child), home };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Outcome {
        let begun = Instant::now();
        loop {
            match self.run("mysql", "SELECT 1;") {
                Ok(_) => return Ok(()),
                Err(error) if begun.elapsed() > Duration::from_secs(60) => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// The socket on which it is reached.
    pub fn socket(&self) -> PathBuf {
        self.home.folder.join("socket")
    }

    /// Makes a database.
    pub fn create_database(&self, name: &str) -> Outcome {
        self.run("mysql", &format!("CREATE DATABASE {name};")).map(|_| ())
    }

    /// Runs a script with the client, which stops at the first error, and gives what it printed.
    pub fn run(&self, database: &str, script: &str) -> Outcome<String> {
        let (output, error) = self.run_far(database, script)?;
        error.map_or(Ok(output), Err)
    }

    /// [`Self::run`] that also gives what was printed before an error.
    pub fn run_far(&self, database: &str, script: &str) -> Outcome<(String, Option<String>)> {
        let mut command = Command::new(&self.client);
        command.arg("--no-defaults").arg(format!("--socket={}", self.socket().display()));
        command.args(["-u", "root", "-N", "-B", "-r", "--default-character-set=utf8mb4", database]);
        tool::both_of_input(&mut command, script)
    }
}
