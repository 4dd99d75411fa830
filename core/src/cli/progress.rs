//! Progress on a terminal, for runs over a second.

use std::io::{Write, stderr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Shows the seconds from the first one on, until it is dropped.
pub(super) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins, if the terminal is to see it.
    pub(super) fn start(shown: bool) -> Self {
        let running = shown.then(|| {
            let (stop, stopped) = channel();
            let thread = std::thread::spawn(move || {
                let started = Instant::now();
                let mut drawn = false;
                while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                    let _ = write!(
                        stderr(),
                        "\rseawall: reading schema and code, {} s",
                        started.elapsed().as_secs()
                    );
                    let _ = stderr().flush();
                    drawn = true;
                }
                if drawn {
                    // Back to the first column, and the line is cleared.
                    let _ = write!(stderr(), "\r\u{1b}[K");
                    let _ = stderr().flush();
                }
            });
            (stop, thread)
        });
        Self { running }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}
