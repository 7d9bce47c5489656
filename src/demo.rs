//! The daemon on two Maildirs and a scripted calendar of eight weeks: the same `turn`, the same sled store, real mails
//! in, real letters out, a crash in the middle. Prints what came in, what was decided and why; leaves everything to
//! look into.

mod script;
mod story;

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::daemon::{Daemon, Desk, Reply, load, open};
use crate::ledger::SourceId;
use crate::letter::Letter;
use crate::world::maildir::{MaildirInbox, MaildirOutbox};
use crate::world::store::Store;
use crate::world::{Outbox, Trouble, service};
use script::Script;
use story::Story;

/// Plays the demo in this folder, or in a new one.
pub fn demo(folder: Option<&Path>) -> Reply {
    let folder = match folder {
        Some(folder) => folder.to_path_buf(),
        None => std::env::temp_dir().join(format!("mahnwerk-demo-{}", service::now().as_second())),
    };
    if std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = format!(
            "{} is not empty; name a new folder with --dir",
            folder.display()
        );
        return Reply::failed(1, text);
    }
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Reply::failed(1, format!("the async runtime did not start: {error}")),
    };
    runtime
        .block_on(play(&folder))
        .unwrap_or_else(|error| Reply::failed(1, error))
}

/// Everything that is outside the daemon: the folders and the script.
struct Stage {
    folder: PathBuf,
    script: Script,
    story: Story,
}

type DemoDaemon = Daemon<MaildirInbox, DemoOutbox>;

async fn play(folder: &Path) -> Result<Reply, String> {
    script::set_up(folder)?;
    let mut stage = Stage {
        folder: folder.to_path_buf(),
        script: Script::new(),
        story: Story::default(),
    };
    let mut now = stage.script.start();
    let mut daemon = stage.open(now)?;
    while now < stage.script.end() {
        stage.arrivals(now)?;
        let planned = stage.story.plans(&daemon.desk, now);
        daemon.turn(now).await;
        stage.story.turn(&daemon.desk, now, &planned);
        stage.script.letters(&daemon.desk, now)?;
        let next = daemon.next_turn(now).min(stage.script.next_arrival());
        now = next.max(now + SignedDuration::from_mins(1));
        if daemon.outbox().died {
            stage.story.crash(now);
            drop(daemon);
            now += SignedDuration::from_mins(3);
            daemon = stage.open(now)?;
            daemon.outbox_mut().may_die = false;
        }
    }
    daemon.end();
    Ok(Reply {
        text: stage
            .story
            .end(&daemon.desk, stage.script.end(), &stage.folder),
        ..Reply::default()
    })
}

impl Stage {
    fn open(&self, now: Timestamp) -> Result<DemoDaemon, String> {
        let config = load::load(&self.folder.join("mahnwerk.toml")).map_err(|reply| reply.talk)?;
        let rules = open::rules(&config, now).map_err(|problems| problems.join("\n"))?;
        let store = Store::open(&config.paths.state).map_err(|error| error.text)?;
        let desk = Desk::open(store, rules, now).map_err(|error| error.text)?;
        let inbox = MaildirInbox::new("merchant", &self.folder.join("merchant"));
        let outbox = DemoOutbox {
            customers: MaildirOutbox::new(&self.folder.join("customers")),
            merchant: self.folder.join("merchant"),
            may_die: true,
            died: false,
        };
        Ok(Daemon::new(desk, vec![inbox], outbox, now))
    }

    fn arrivals(&mut self, now: Timestamp) -> Result<(), String> {
        for mail in self.script.take_arrived(now) {
            deliver(&self.folder.join("merchant"), &mail.bytes, mail.received)?;
        }
        Ok(())
    }
}

/// Letters into the customers' Maildir, the copy into the merchant's; dies once, just after a reminder was accepted.
#[derive(Debug)]
struct DemoOutbox {
    customers: MaildirOutbox,
    merchant: PathBuf,
    may_die: bool,
    died: bool,
}

impl Outbox for DemoOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        if self.died {
            return Err(Trouble::Later("the process is dead".into()));
        }
        if letter.customer.is_some() {
            self.customers.send(letter).await?;
        }
        deliver(&self.merchant, &letter.bytes, letter.at).map_err(Trouble::Later)?;
        if self.may_die && script::dies_at(letter) {
            self.died = true;
            return Err(Trouble::Unknown("the process was killed here".into()));
        }
        Ok(())
    }
}

/// Puts a mail into a Maildir as a mail server does; the name's first part is the time of delivery.
fn deliver(maildir: &Path, bytes: &[u8], received: Timestamp) -> Result<(), String> {
    let name = format!("{}.{}.demo", received.as_second(), SourceId::of(bytes));
    let path = maildir.join("new").join(name);
    std::fs::write(&path, bytes)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
