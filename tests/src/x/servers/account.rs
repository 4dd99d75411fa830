//! Servers that refuse to run as root: the account that they run as, and the folder that it owns.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::super::{Outcome, tool};

/// A folder for one server, and the account that owns it where we are root.
pub struct Home {
    pub folder: PathBuf,
    account: Option<String>,
}

impl Home {
    /// Makes a fresh folder below the system's temporary one. Where we are root, the server's Debian package brings an
    /// account, which gets the folder.
    pub fn make(name: &str, account: &str) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("seawall-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let root = tool::output(tool::command("id").arg("-u"))?.trim() == "0";
        let home = Self { folder, account: root.then(|| account.to_owned()) };
        if root {
            let found = tool::output(tool::command("id").args(["-u", account]));
            found.map_err(|error| {
                tool::cannot(&format!("we are root, and there is no account {account}: {error}"))
            })?;
            tool::output(tool::command("chown").arg(account).arg(&home.folder))?;
        }
        Ok(home)
    }

    /// A command that runs as the account, in the folder.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = match &self.account {
            Some(account) => {
                let mut command = Command::new("setpriv");
                command
                    .arg(format!("--reuid={account}"))
                    .arg("--regid")
                    .arg(account)
                    .args(["--clear-groups", "--"]);
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(&self.folder).env("HOME", &self.folder);
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A server that is ended with us.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast end, SIGTERM MariaDB's: both end on the latter.
        let _ = tool::output(tool::command("kill").args(["-TERM", &self.0.id().to_string()]));
        for _ in 0..100 {
            if matches!(self.0.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody listens at.
pub fn free_port() -> Outcome<u16> {
    let listener =
        std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}
