//! `explain`: what a mail file means, step by step.

use std::io::Read;
use std::path::Path;

use super::args::ExplainArgs;
use crate::daemon::load;
use crate::daemon::{Reply, settings};
use crate::ledger::SealKey;
use crate::mail::parts::{MAX_MAIL, Mail};
use crate::mail::recipe::view::View;
use crate::mail::{Outcome, RawMail, Reading, Recipe, Trust, is_file, read, read_file};
use crate::report::explain;
use crate::world::{library, service};

/// Reads the files and says what each means. The configuration is read only without `--assume-trusted`.
pub fn run(config: &Path, args: &ExplainArgs, json: bool) -> Reply {
    if args.lines {
        return lines(args);
    }
    let setting = match &args.assume_trusted {
        Some(hosts) => assumed(hosts),
        None => configured(config),
    };
    let (trust, recipes, key) = match setting {
        Ok(setting) => setting,
        Err(reply) => return reply,
    };
    let mut reply = Reply::default();
    for file in &args.files {
        match look(file, &recipes, &trust, &key) {
            Ok(reading) => {
                let name = file.display().to_string();
                let shown = if json {
                    explain::json(&name, &reading)
                } else {
                    explain::text(&name, &reading)
                };
                reply.text.push_str(&shown);
                // A program finds it in `outcome`; a person asked what the mail means, and it could not be read.
                if reading.outcome == Outcome::Error && !json {
                    reply.exit = 1;
                }
            }
            Err(why) => {
                reply.talk.push_str(&format!("{}: {why}\n", file.display()));
                reply.exit = 1;
            }
        }
    }
    reply
}

/// The mails as recipes see them: what an author of a recipe needs to know. Asks no configuration.
fn lines(args: &ExplainArgs) -> Reply {
    let mut reply = Reply::default();
    for file in &args.files {
        let mail = bytes(file).and_then(|bytes| Mail::parse(&bytes).map_err(|refused| refused.0));
        match mail {
            Ok(mail) => reply.text.push_str(&explain::lines(
                &file.display().to_string(),
                &View::new(&mail),
            )),
            Err(why) => {
                reply.talk.push_str(&format!("{}: {why}\n", file.display()));
                reply.exit = 1;
            }
        }
    }
    reply
}

type Setting = (Trust, Vec<Recipe>, SealKey);

/// Without a configuration: every sender counts as listed, the shipped recipes, and a key that seals nothing real.
fn assumed(hosts: &[String]) -> Result<Setting, Reply> {
    let trust = Trust {
        hosts: hosts.to_vec(),
        assume: true,
        ..Trust::default()
    };
    Ok((trust, shipped(), no_key()?))
}

fn shipped() -> Vec<Recipe> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let files: Vec<_> = Recipe::shipped().iter().map(owned).collect();
    Recipe::compile(&files).unwrap_or_default() // a test holds the shipped ones to compile
}

/// A key that nothing real is sealed with.
fn no_key() -> Result<SealKey, Reply> {
    SealKey::new(&[0; 32]).map_err(|talk| Reply {
        talk,
        exit: 1,
        ..Reply::default()
    })
}

fn configured(path: &Path) -> Result<Setting, Reply> {
    let config = load::load(path)?;
    let wrong = |talk: String| Reply {
        talk,
        exit: 4,
        ..Reply::default()
    };
    let recipes =
        library::recipes(&config.paths).map_err(|problems| wrong(problems.join("\n") + "\n"))?;
    // Without the key our own copies are not recognised; everything else is explained all the same.
    let key = service::password(&config.seal_key)
        .ok()
        .and_then(|key| SealKey::new(key.expose().trim().as_bytes()).ok());
    let key = key.map_or_else(no_key, Ok)?;
    Ok((settings::trust(&config), recipes, key))
}

fn look(file: &Path, recipes: &[Recipe], trust: &Trust, key: &SealKey) -> Result<Reading, String> {
    let bytes = bytes(file)?;
    let written = std::fs::metadata(file)
        .and_then(|meta| meta.modified())
        .ok()
        .and_then(|time| jiff::Timestamp::try_from(time).ok())
        .unwrap_or_default();
    if !is_file(&bytes) {
        let received = Mail::parse(&bytes)
            .ok()
            .and_then(|mail| mail.arrived())
            .unwrap_or(written);
        return Ok(read(&RawMail { bytes, received }, recipes, trust, key));
    }
    Ok(read_file(&bytes, written, trust))
}

/// A mail file, up to the reader's limit.
pub fn bytes(file: &Path) -> Result<Vec<u8>, String> {
    let meta = std::fs::metadata(file).map_err(|error| error.to_string())?;
    if meta.is_dir() {
        return Err("this is a folder; name mail files, e.g. FOLDER/*.eml".into());
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| error.to_string())?;
    // One byte more than the limit is enough for the reader to refuse.
    opened
        .take(MAX_MAIL as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}
