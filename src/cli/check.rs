//! `check`: configuration, templates, recipes, secrets, folders and, if asked, servers. All findings at once, so that
//! one look is enough.

use std::path::Path;

use serde::Serialize;

use super::{places, servers};
use crate::config::{Config, MailSource, OutgoingWay};
use crate::daemon::Reply;
use crate::ledger::SealKey;
use crate::report::{clean, json_text};
use crate::world::{library, service};

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub area: String,
    /// It is right.
    pub ok: bool,
    /// What was found, and what to do if it is wrong.
    pub text: String,
    /// Exit code that a wrong one asks for.
    #[serde(skip)]
    pub exit: u8,
}

impl Finding {
    /// Something right.
    pub fn fine(area: &str, text: impl Into<String>) -> Finding {
        Finding {
            area: area.into(),
            ok: true,
            text: text.into(),
            exit: 0,
        }
    }

    /// Something wrong in the configuration, a file or a folder.
    pub fn wrong(area: &str, text: impl Into<String>) -> Finding {
        Finding {
            area: area.into(),
            ok: false,
            text: text.into(),
            exit: 4,
        }
    }

    /// Something wrong with a server.
    pub fn server(area: &str, text: impl Into<String>) -> Finding {
        Finding {
            exit: 5,
            ..Finding::wrong(area, text)
        }
    }
}

/// Checks configuration, secrets, folders, templates, recipes; the servers too if asked.
pub fn run(path: &Path, online: bool, send: Option<&str>, json: bool) -> Reply {
    let config = match crate::daemon::load::load(path) {
        Ok(config) => config,
        Err(reply) => return reply,
    };
    let mut findings = vec![Finding::fine("configuration", summary(&config))];
    templates(&config, &mut findings);
    recipes(&config, &mut findings);
    secrets(&config, &mut findings);
    places::look(&config, &mut findings);
    if online {
        servers::log_in(&config, &mut findings);
    }
    if let Some(address) = send {
        servers::send(&config, address, &mut findings);
    }
    reply(path, &findings, online || send.is_some(), json)
}

fn reply(path: &Path, findings: &[Finding], online: bool, json: bool) -> Reply {
    let wrong = findings.iter().filter(|finding| !finding.ok).count();
    // A wrong configuration first: most troubles of a server come from it.
    let exit = findings
        .iter()
        .map(|finding| finding.exit)
        .filter(|&exit| exit > 0)
        .min()
        .unwrap_or(0);
    let text = if json {
        json_text(&findings)
    } else {
        findings.iter().map(line).collect()
    };
    let talk = match wrong {
        0 if online => "Everything is right.\n".into(),
        0 => format!(
            "Everything is right. Next, the servers: {} check --online\n",
            program(path)
        ),
        1 => "One thing is wrong.\n".into(),
        n => format!("{n} things are wrong.\n"),
    };
    Reply { text, talk, exit }
}

/// How the same program is called with the same configuration.
pub fn program(path: &Path) -> String {
    if path == Path::new(super::args::CONFIG) {
        "mahnwerk".into()
    } else {
        format!("mahnwerk --config {}", path.display())
    }
}

fn line(finding: &Finding) -> String {
    let mark = if finding.ok { "ok   " } else { "wrong" };
    format!("{mark} {:<14} {}\n", finding.area, clean(&finding.text))
}

fn summary(config: &Config) -> String {
    let names = |names: Vec<&str>| names.join(", ");
    format!(
        "mailboxes: {}; shops: {}; accounts: {}",
        names(
            config
                .mailboxes
                .iter()
                .map(|mailbox| mailbox.name.as_str())
                .collect()
        ),
        names(config.shops.iter().map(|shop| shop.name.as_str()).collect()),
        names(
            config
                .accounts
                .iter()
                .map(|account| account.name.as_str())
                .collect()
        ),
    )
}

fn templates(config: &Config, findings: &mut Vec<Finding>) {
    let letters = match library::letters(&config.paths) {
        Ok(letters) => letters,
        Err(problems) => {
            findings.extend(
                problems
                    .into_iter()
                    .map(|text| Finding::wrong("templates", text)),
            );
            return;
        }
    };
    let names = letters.names();
    let rules = &config.reminders;
    let mut missing = 0;
    for level in rules
        .levels
        .iter()
        .chain(&rules.prepayment)
        .filter(|level| !names.contains(&level.letter))
    {
        missing += 1;
        let all = names.iter().cloned().collect::<Vec<_>>().join(", ");
        let text = format!(
            "the level `{}` has the letter `{}`, which no template writes; there is {all}",
            level.name, level.letter
        );
        findings.push(Finding::wrong("templates", text));
    }
    if missing == 0 {
        findings.push(Finding::fine(
            "templates",
            "all compile, and every level has its letter",
        ));
    }
}

fn recipes(config: &Config, findings: &mut Vec<Finding>) {
    let recipes = match library::recipes(&config.paths) {
        Ok(recipes) => recipes,
        Err(problems) => {
            findings.extend(
                problems
                    .into_iter()
                    .map(|text| Finding::wrong("recipes", text)),
            );
            return;
        }
    };
    let before = findings.len();
    for recipe in &recipes {
        findings.extend(
            recipe
                .check_examples()
                .into_iter()
                .map(|text| Finding::wrong("recipes", text)),
        );
    }
    for shop in &config.shops {
        if let Some(system) = shop
            .system
            .as_ref()
            .filter(|system| !recipes.iter().any(|recipe| recipe.name == **system))
        {
            let all = recipes
                .iter()
                .map(|recipe| recipe.name.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            let text = format!(
                "the shop `{}` has the system `{system}`, which is no recipe; there is {all}",
                shop.name
            );
            findings.push(Finding::wrong("recipes", text));
        }
    }
    if findings.len() == before {
        findings.push(Finding::fine(
            "recipes",
            "all compile, and their examples are read right",
        ));
    }
}

fn secrets(config: &Config, findings: &mut Vec<Finding>) {
    let key = service::password(&config.seal_key)
        .and_then(|key| SealKey::new(key.expose().trim().as_bytes()).map(drop));
    findings.push(match key {
        Ok(()) => Finding::fine("seal_key", "is there and long enough"),
        Err(text) => Finding::wrong("seal_key", text),
    });
    let of_mailboxes = config
        .mailboxes
        .iter()
        .filter_map(|mailbox| match &mailbox.source {
            MailSource::Imap { login, .. } => Some((format!("mailbox {}", mailbox.name), login)),
            MailSource::Maildir(_) => None,
        });
    let outgoing = match &config.outgoing.way {
        OutgoingWay::Smtp(login) => Some(("outgoing".to_owned(), login)),
        OutgoingWay::Maildir(_) => None,
    };
    for (area, login) in of_mailboxes.chain(outgoing) {
        findings.push(match service::password(&login.password) {
            Ok(_) => Finding::fine(&area, "its password is there"),
            Err(text) => Finding::wrong(&area, text),
        });
    }
}
