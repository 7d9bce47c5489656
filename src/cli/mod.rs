//! Commands and flags (clap), one short file or function each.
//!
//! Data goes to stdout, talk to stderr. A command that asks or orders speaks to the running daemon; while none runs
//! it opens the store itself. Both ways print the same [`Reply`].

pub mod args;
pub mod bridge;
pub mod check;
pub mod day;
pub mod explain;
pub mod learn;
pub mod order;
pub mod output;
pub mod places;
pub mod servers;
pub mod setup;
pub mod write;

use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, error::ErrorKind};

use crate::config::Config;
use crate::daemon::{self, Reply, Request};
use crate::demo;
use crate::world::service;
use args::{Cli, Verb};

/// The whole program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    output::print(&answer(&cli.config, cli.json, cli.command))
}

/// Runs a command to its final answer.
fn answer(config: &Path, json: bool, verb: Verb) -> Reply {
    match verb {
        Verb::Run => {
            service::log(false);
            daemon::run(config)
        }
        Verb::Setup(args) => setup::run(config, &args),
        Verb::Check { online, send } => check::run(config, online, send.as_deref(), json),
        Verb::Demo { dir } => demo::demo(dir.as_deref()),
        Verb::Explain(args) => explain::run(config, &args, json),
        Verb::Learn(args) => learn::run(config, &args, json),
        Verb::Rebuild { yes, dry_run } => with(config, |config| {
            daemon::rebuild(&config, yes, dry_run, json)
        }),
        Verb::Replay {
            mails,
            until,
            letters,
        } => with(config, |config| {
            let until = until.past(today(&config));
            daemon::replay(&config, &mails, until, &letters, json)
        }),
        Verb::Preview {
            number,
            template,
            output,
        } => with(config, |config| {
            let reply = send(config, Request::Preview { number, template });
            output::to_file(reply, output.as_deref())
        }),
        other => with(config, |config| {
            let today = today(&config);
            match order::request(other, json, today) {
                (request, None) => send(config, request),
                (request, Some(would)) => order::only_say(send(config, request), &would),
            }
        }),
    }
}

/// Loads the configuration first.
fn with(path: &Path, then: impl FnOnce(Config) -> Reply) -> Reply {
    match daemon::load::load(path) {
        Ok(config) => then(config),
        Err(reply) => reply,
    }
}

/// Asks the running daemon, else the store.
fn send(config: Config, request: Request) -> Reply {
    match bridge::ask(&config.paths.socket, &request) {
        Some(reply) => reply,
        None => daemon::offline(&config, &request),
    }
}

/// The civil day in the merchant's zone.
fn today(config: &Config) -> jiff::civil::Date {
    crate::world::service::now()
        .to_zoned_datetime(config.merchant.zone.clone())
        .date()
}

/// What clap says about a wrong command line, or the help that was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe while printing help is nobody's problem.
    let _ = error.print();
    if error.kind() == ErrorKind::InvalidSubcommand {
        let names: Vec<String> = Cli::command()
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(|command| command.get_name().to_owned())
            .collect();
        output::talk(&format!("\nCommands: {}\n", names.join(", ")));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
