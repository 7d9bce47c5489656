//! One question after the other: a flag answers it, else the person at the terminal, else the default. Without
//! questions every missing flag is named at once.

use std::io::{BufRead, IsTerminal, Write};

/// Takes the answers.
#[derive(Debug)]
pub(super) struct Ask {
    quiet: bool,
    /// What is missing or wrong, without questions.
    pub(super) problems: Vec<String>,
}

/// A question.
pub(super) struct Field<'a> {
    /// Flag that answers it.
    pub(super) flag: &'static str,
    /// The answer on the command line.
    pub(super) given: Option<&'a str>,
    /// In words.
    pub(super) words: &'a str,
    /// What counts if nothing is said.
    pub(super) usual: Option<String>,
    /// Whether an answer is right.
    pub(super) check: fn(&str) -> Result<(), String>,
}

impl<'a> Field<'a> {
    /// A question without a usual answer.
    pub(super) fn new(
        flag: &'static str,
        given: &'a Option<String>,
        words: &'a str,
        check: fn(&str) -> Result<(), String>,
    ) -> Field<'a> {
        Field {
            flag,
            given: given.as_deref(),
            words,
            usual: None,
            check,
        }
    }

    /// The same with a usual answer; none if it is empty.
    pub(super) fn usual(mut self, usual: &str) -> Field<'a> {
        self.usual = Some(usual.to_owned()).filter(|usual| !usual.is_empty());
        self
    }
}

/// The input ended before the last question.
#[derive(Debug)]
pub(super) struct Ended;

impl Ask {
    pub(super) fn new(quiet: bool) -> Ask {
        Ask {
            quiet,
            problems: Vec::new(),
        }
    }

    /// The answer; empty if it is among the problems.
    pub(super) fn field(&mut self, field: Field) -> Result<String, Ended> {
        if let Some(given) = field.given {
            if let Err(why) = (field.check)(given) {
                self.problems.push(format!("{} {why}", field.flag));
            }
            return Ok(given.trim().to_owned());
        }
        if self.quiet {
            if field.usual.is_none() {
                self.problems
                    .push(format!("{} is missing: {}", field.flag, field.words));
            }
            return Ok(field.usual.unwrap_or_default());
        }
        loop {
            let usual = field
                .usual
                .as_ref()
                .map_or(String::new(), |usual| format!(" [{usual}]"));
            say(&format!("{}{usual}: ", field.words));
            let answer = read()?;
            let answer = if answer.is_empty() {
                field.usual.clone().unwrap_or_default()
            } else {
                answer
            };
            if answer.is_empty() {
                say("An answer is needed here (Ctrl-D ends without writing anything).\n");
                continue;
            }
            match (field.check)(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => say(&format!("It {why}.\n")),
            }
        }
    }

    /// A password, typed without echo.
    pub(super) fn password(&mut self, words: &str) -> Result<String, Ended> {
        let hidden = std::io::stdin().is_terminal() && echo(false);
        say(&format!(
            "{words}{}: ",
            if hidden { " (not shown)" } else { "" }
        ));
        let answer = read();
        if hidden {
            echo(true);
            say("\n");
        }
        answer
    }

    /// Says something to the person.
    pub(super) fn tell(&self, text: &str) {
        if !self.quiet && !text.is_empty() {
            say(&format!("{text}\n"));
        }
    }
}

fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes()); // nowhere left to say that stderr is closed
}

fn read() -> Result<String, Ended> {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Err(Ended),
        Ok(_) => Ok(line.trim().to_owned()),
    }
}

/// Switches the terminal's echo; `false` if that is not possible.
fn echo(on: bool) -> bool {
    let word = if on { "echo" } else { "-echo" };
    std::process::Command::new("stty")
        .arg(word)
        .status()
        .is_ok_and(|status| status.success())
}
