//! The only place that prints: data to stdout, talk to stderr.
//!
//! A reader that closed the pipe ends the output, not the command. Text that came from mails is made harmless where
//! it is put into a table (`report`), not here: JSON and finished mails must leave byte for byte.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::daemon::Reply;

/// Prints a reply; its exit code.
pub fn print(reply: &Reply) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let written = out
        .write_all(reply.text.as_bytes())
        .and_then(|()| out.flush());
    talk(&reply.talk);
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            talk(&format!("The output could not be written: {error}.\n"));
            ExitCode::from(1)
        }
        _ => ExitCode::from(reply.exit),
    }
}

/// Prints talk.
pub fn talk(text: &str) {
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let _ = write!(std::io::stderr().lock(), "{text}{end}"); // nowhere left to say that stderr is closed
}

/// Whether talk may be coloured: a terminal, and NO_COLOR is not set (no-color.org).
pub fn colours() -> bool {
    std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Puts a reply's text into a file instead of stdout, whole or not at all.
pub fn to_file(mut reply: Reply, file: Option<&Path>) -> Reply {
    let Some(file) = file.filter(|_| reply.exit == 0 || reply.exit == 3) else {
        return reply;
    };
    match super::write::whole(file, reply.text.as_bytes(), 0o644, true) {
        Ok(()) => {
            reply
                .talk
                .push_str(&format!("Written to {}.\n", file.display()));
            reply.text.clear();
        }
        Err(error) => {
            reply.talk.push_str(&format!("{error}\n"));
            reply.text.clear();
            reply.exit = 1;
        }
    }
    reply
}
