//! The stack that an analysis runs on.
//!
//! Reading, evaluating and interpreting recurse, each to a depth of its own that is bounded. How much stack that takes is
//! known; how much the caller has left is not: Node and Python call from threads of their own.

use rayon::ThreadPoolBuilder;

use crate::{Error, ErrorKind, Result};

/// Bytes for each thread. Only what is touched is ever taken from the system.
const STACK: usize = 64 << 20;

/// Runs `analysis` on a thread whose stack is large enough for whatever it reads, and with it all that it does in parallel.
/// The threads end with it: a process may fork afterwards (Python's `multiprocessing`), and its child would wait for
/// threads that it does not have.
///
/// # Errors
/// Those of `analysis`; that the system gives no threads.
pub(super) fn with_room<T: Send>(analysis: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let threads = ThreadPoolBuilder::new().stack_size(STACK).thread_name(|_| "seawall".to_owned()).build();
    match threads {
        Ok(threads) => threads.install(analysis),
        Err(error) => Err(Error::new(ErrorKind::Internal, format!("no thread could be started: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(levels: u32) -> u64 {
        let room = std::hint::black_box([u64::from(levels); 128]);
        if levels == 0 { 0 } else { room.iter().sum::<u64>() % 2 + deep(levels - 1) }
    }

    #[test]
    fn the_stack_of_the_caller_does_not_matter() {
        let small =
            std::thread::Builder::new().stack_size(128 << 10).spawn(|| with_room(|| Ok(deep(20_000))));
        assert!(matches!(small.expect("a thread").join(), Ok(Ok(_))));
    }

    #[test]
    fn errors_come_through() {
        let failed: Result<()> = with_room(|| Err(Error::new(ErrorKind::Path, "nowhere")));
        assert_eq!(failed.expect_err("an error").message, "nowhere");
    }
}
