//! `learn`: drafts a recipe from sample mails and named values, shows what it reads from them, and writes it into the
//! merchant's folder. Never overwrites a file.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::LearnArgs;
use super::explain;
use crate::daemon::{Reply, load};
use crate::mail::parts::Mail;
use crate::mail::recipe::learn::{Learned, NAMED, Sample, is_named, learn};
use crate::report;

/// Learns and writes; with `--dry-run` only shows.
pub fn run(config: &Path, args: &LearnArgs, json: bool) -> Reply {
    match attempt(config, args) {
        Ok((learned, file)) => told(args, &learned, file.as_deref(), json),
        Err(reply) => reply,
    }
}

fn attempt(config: &Path, args: &LearnArgs) -> Result<(Learned, Option<PathBuf>), Reply> {
    let name = &args.name;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if name.is_empty() || !name.chars().all(plain) || name.starts_with('_') {
        return Err(failed(
            2,
            format!("`{name}` is no name for a recipe: use a-z, 0-9, - and _\n"),
        ));
    }
    let values = values(args)?;
    let file = match args.dry_run {
        true => None,
        false => Some(folder(config, args)?.join(format!("{name}.toml"))),
    };
    if let Some(file) = file.as_ref().filter(|file| file.exists()) {
        return Err(failed(
            1,
            format!("{} is there already; nothing was written\n", file.display()),
        ));
    }
    let mut mails = Vec::new();
    for path in &args.files {
        let bytes = explain::bytes(path)
            .map_err(|why| failed(1, format!("{}: {why}\n", path.display())))?;
        let mail = Mail::parse(&bytes)
            .map_err(|why| failed(1, format!("{}: {}\n", path.display(), why.0)))?;
        mails.push((bytes, mail));
    }
    let samples: Vec<Sample<'_>> = mails
        .iter()
        .zip(values)
        .map(|((bytes, mail), values)| Sample {
            mail,
            bytes,
            values,
        })
        .collect();
    let learned = learn(name, &samples).map_err(|problems| {
        let lines: String = problems
            .iter()
            .map(|problem| format!("{}\n", report::clean(problem)))
            .collect();
        failed(1, format!("{lines}Nothing was written.\n"))
    })?;
    if let Some(file) = &file {
        write(file, &learned.text)
            .map_err(|why| failed(1, format!("{}: {why}\n", file.display())))?;
    }
    Ok((learned, file))
}

fn failed(exit: u8, talk: String) -> Reply {
    Reply {
        talk,
        exit,
        ..Reply::default()
    }
}

/// `FIELD=VALUE` of the first mail, `2:FIELD=VALUE` of the second.
fn values(args: &LearnArgs) -> Result<Vec<BTreeMap<String, String>>, Reply> {
    let mut values = vec![BTreeMap::new(); args.files.len()];
    for named in &args.values {
        let wrong = || {
            let all = NAMED.join(", ");
            failed(
                2,
                format!("`{named}` is no FIELD=VALUE or 2:FIELD=VALUE; fields: {all}\n"),
            )
        };
        let (field, value) = named.split_once('=').ok_or_else(wrong)?;
        let (mail, field) = match field.split_once(':') {
            Some((mail, field)) => (mail.parse::<usize>().map_err(|_| wrong())?, field),
            None => (1, field),
        };
        let slot = mail
            .checked_sub(1)
            .and_then(|mail| values.get_mut(mail))
            .ok_or_else(wrong)?;
        if !is_named(field) || value.trim().is_empty() {
            return Err(wrong());
        }
        slot.insert(field.to_owned(), value.trim().to_owned());
    }
    for field in ["order_number", "total"] {
        if !values.iter().any(|mail| mail.contains_key(field)) {
            return Err(failed(
                2,
                format!("name at least order_number and total, e.g. --value {field}=...\n"),
            ));
        }
    }
    Ok(values)
}

fn folder(config: &Path, args: &LearnArgs) -> Result<PathBuf, Reply> {
    if let Some(folder) = &args.into {
        return Ok(folder.clone());
    }
    let config = load::load(config)?;
    config.paths.recipes.ok_or_else(|| {
        failed(
            4,
            "the configuration has no folder [paths] recipes; name one with --into FOLDER\n".into(),
        )
    })
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    // `create_new`: a file that appeared in the meantime is not overwritten either.
    let mut opened = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()
}

fn told(args: &LearnArgs, learned: &Learned, file: Option<&Path>, json: bool) -> Reply {
    let name = |path: &PathBuf| path.display().to_string();
    let pairs = args.files.iter().zip(&learned.readings);
    let text = if json {
        let readings: Vec<_> = pairs.map(|(path, reading)| serde_json::json!({"file": name(path), "reading": reading.shown()})).collect();
        report::json_text(
            &serde_json::json!({"written": file, "recipe": learned.text, "readings": readings}),
        )
    } else {
        let shown: String = pairs
            .map(|(path, reading)| report::explain::text(&name(path), reading))
            .collect();
        format!("{shown}{}", learned.text)
    };
    let talk = match file {
        Some(file) => format!(
            "Written: {}. Look at what it reads above, then: mahnwerk check\n",
            file.display()
        ),
        None => "Nothing was written.\n".into(),
    };
    Reply {
        text,
        talk,
        exit: 0,
    }
}
