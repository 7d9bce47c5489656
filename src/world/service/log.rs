//! The log: one line an event to stderr, for journald or a terminal. Nothing in a line can end it, colour it or hide it.
//!
//! What is logged is what happened to the program: counts, mailbox names, order numbers, identities, errors of servers.
//! Never a customer's name or address, a subject, a text, an amount of a person or a secret; who needs those reads the
//! ledger (`mahnwerk show`), which forgets what it must.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::{IsTerminal, Write as _};
use std::os::unix::fs::MetadataExt;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// Longest line.
const LINE: usize = 4096;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// `<6>text`: journald takes the number as the priority and has its own clock.
    Journal,
    /// Time, level, text; coloured levels.
    Colour,
    /// Time, level, text.
    Plain,
}

/// Starts the log, once: events of our own and warnings of others; with `verbose` our details too.
pub fn log(verbose: bool) {
    let lines = Lines {
        look: look(),
        verbose,
    };
    // A second call (tests) leaves the first one in force.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
}

fn look() -> Look {
    let env = |name| std::env::var(name).unwrap_or_default();
    let stderr = fs::metadata("/proc/self/fd/2").map(|file| (file.dev(), file.ino()));
    let stream = stderr.map(|(device, inode)| format!("{device}:{inode}"));
    let journal = env("JOURNAL_STREAM");
    if !journal.is_empty() && stream.is_ok_and(|stream| stream == journal) {
        Look::Journal
    } else if std::io::stderr().is_terminal() && env("NO_COLOR").is_empty() && env("TERM") != "dumb"
    {
        Look::Colour
    } else {
        Look::Plain
    }
}

/// Writes events as lines.
struct Lines {
    look: Look,
    verbose: bool,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let meta = event.metadata();
        let ours = meta.target().starts_with("mahnwerk");
        let most = match (ours, self.verbose) {
            (true, true) => Level::DEBUG,
            (true, false) => Level::INFO,
            (false, _) => Level::WARN,
        };
        if *meta.level() > most {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let line = line(self.look, *meta.level(), &text.finish(), super::now());
        // One write: lines of two threads do not mix. A closed stderr is nobody's trouble.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

fn line(look: Look, level: Level, text: &str, at: jiff::Timestamp) -> String {
    let (priority, colour) = match level {
        Level::ERROR => (3, 31),
        Level::WARN => (4, 33),
        Level::INFO => (6, 32),
        _ => (7, 2),
    };
    match look {
        Look::Journal => format!("<{priority}>{text}\n"),
        Look::Colour => format!("{at:.0} \x1b[{colour}m{level:>5}\x1b[0m {text}\n"),
        Look::Plain => format!("{at:.0} {level:>5} {text}\n"),
    }
}

/// The message first, then `name=value`.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn finish(mut self) -> String {
        self.message.push_str(&self.fields);
        clean(&self.message)
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => {
                let _ = write!(self.fields, " {name}={value}");
            }
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

/// One harmless line: line ends become ` | `, other control characters and those that turn or hide text become `?`, and
/// it is cut at 4096 bytes.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LINE));
    for c in text.trim_end().chars() {
        if out.len() >= LINE {
            out.push_str(" ...");
            break;
        }
        match c {
            '\n' => out.push_str(" | "),
            '\t' => out.push(' '),
            '\r' => {}
            // Zero width, direction marks and overrides, line separators, byte order mark.
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => out.push('?'),
            c if c.is_control() => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let text = "a\r\n<3>b\x1b[31mred\u{202e}back\u{0}\u{9b}\u{feff}\t c\n";
        assert_eq!(clean(text), "a | <3>b?[31mred?back???  c");
        assert!(clean(&"ä".repeat(9000)).len() < LINE + 8);
        assert_eq!(clean("Größe 5 €"), "Größe 5 €");
    }

    #[test]
    fn lines_look_as_their_reader_wants() {
        let at = jiff::Timestamp::from_second(1_760_000_000).unwrap();
        assert_eq!(line(Look::Journal, Level::WARN, "text", at), "<4>text\n");
        assert_eq!(
            line(Look::Plain, Level::INFO, "text", at),
            "2025-10-09T08:53:20Z  INFO text\n"
        );
        assert!(line(Look::Colour, Level::ERROR, "text", at).contains("\x1b[31mERROR"));
    }

    #[test]
    fn message_first_then_fields() {
        struct Keep(Arc<Mutex<Vec<String>>>);
        impl<S: Subscriber> Layer<S> for Keep {
            fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
                let mut text = Text::default();
                event.record(&mut text);
                self.0.lock().unwrap().push(text.finish());
            }
        }
        let seen = Arc::new(Mutex::new(Vec::new()));
        let subscriber = Registry::default().with(Keep(seen.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(mails = 3, mailbox = "main\n<0>", "turn");
        });
        assert_eq!(*seen.lock().unwrap(), ["turn mails=3 mailbox=main | <0>"]);
    }
}
