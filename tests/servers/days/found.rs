//! What lies in the mailboxes at the end, read without any help of the daemon's books.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use jiff::Timestamp;
use jiff::civil::Date;
use mahnwerk::ledger::{Event, Fact, SealKey};
use mail_parser::MessageParser;

use super::stage::{MERCHANT, Stage, zone};

const SEAL_KEY: &str = "the seal key of the merchant of these tests";

/// A mail as it lies there.
#[derive(Clone, Debug)]
pub struct Mail {
    pub message_id: String,
    pub subject: String,
    /// Day in its Date header, in the merchant's zone.
    pub day: Date,
    /// Facts in seals that are ours.
    pub facts: Vec<Fact>,
    pub text: String,
}

impl Mail {
    pub fn read(bytes: &[u8]) -> Mail {
        let mail = MessageParser::default().parse(bytes).expect("a mail");
        let key = SealKey::new(SEAL_KEY.as_bytes()).unwrap();
        let seals = mail
            .headers_raw()
            .filter(|(name, _)| name.eq_ignore_ascii_case("X-Mahnwerk-Fact"));
        let facts = seals.map(|(_, seal)| Event::unseal(seal, &key).expect("our own seal").fact);
        let date = mail.date().expect("a date").to_timestamp();
        Mail {
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            day: Timestamp::from_second(date)
                .unwrap()
                .to_zoned_datetime(zone())
                .date(),
            facts: facts.collect(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
        }
    }

    fn is_digest(&self) -> bool {
        self.facts.iter().any(|fact| matches!(fact, Fact::Told(_)))
    }

    /// `tee/30201 level 1, ...`; each claim must also stand in the words that the customer reads.
    fn claims(&self) -> Vec<String> {
        let mut claims = Vec::new();
        for fact in &self.facts {
            if let Fact::Reminded(reminded) = fact {
                for step in &reminded.steps {
                    let number = &step.invoice.number;
                    assert!(
                        self.text.contains(number),
                        "{number} is not in {}",
                        self.text
                    );
                    claims.push(format!("{} level {}", step.invoice, step.level));
                }
            }
        }
        claims
    }
}

/// The digests in the merchant's mailbox.
pub fn digests(stage: &Stage) -> Vec<Mail> {
    stage
        .mailbox()
        .into_iter()
        .filter(Mail::is_digest)
        .collect()
}

/// Every mailbox but the merchant's, with what lies in it.
pub fn customers(stage: &Stage) -> BTreeMap<String, Vec<Mail>> {
    let mut found = BTreeMap::new();
    for domain in fs::read_dir(stage.rig.path().join("mail"))
        .unwrap()
        .flatten()
    {
        for local in fs::read_dir(domain.path()).unwrap().flatten() {
            let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
            let address = format!("{}@{}", name(&local), name(&domain));
            if address != MERCHANT {
                let mails = stage.rig.mails(&address);
                found.insert(address, mails.iter().map(|mail| Mail::read(mail)).collect());
            }
        }
    }
    found
}

/// How many letters each customer has.
pub fn counts(stage: &Stage) -> Vec<(String, usize)> {
    customers(stage)
        .into_iter()
        .map(|(address, mails)| (address, mails.len()))
        .collect()
}

/// Everything that customers and merchant got, as the expectation file has it.
pub fn account(stage: &Stage) -> String {
    let mut text = String::new();
    for (address, mails) in customers(stage) {
        text += &format!("{address}\n");
        for mail in mails {
            let claims = mail.claims().join(", ");
            text += &format!("  {}  {} | {claims}\n", mail.day, mail.subject);
        }
    }
    text += &format!("\n{MERCHANT}: a digest of each of these days\n");
    for digest in digests(stage) {
        let subject = digest.subject.split(" [mw-").next().unwrap();
        text += &format!("  {}  {subject}\n", digest.day);
    }
    text
}

/// The merchant's mailbox holds one copy of each letter, and of nothing else.
pub fn assert_copies(stage: &Stage) {
    let ids = |mails: &[Mail]| -> Vec<String> {
        let mut ids: Vec<String> = mails.iter().map(|mail| mail.message_id.clone()).collect();
        ids.sort();
        ids
    };
    let copies = stage
        .mailbox()
        .into_iter()
        .filter(|mail| !mail.facts.is_empty() && !mail.is_digest());
    let letters: Vec<Mail> = customers(stage).into_values().flatten().collect();
    let letters = ids(&letters);
    assert_eq!(ids(&copies.collect::<Vec<_>>()), letters);
    assert_eq!(
        letters.iter().collect::<BTreeSet<_>>().len(),
        letters.len(),
        "a letter came twice"
    );
    let digests = digests(stage);
    let days: BTreeSet<Date> = digests.iter().map(|digest| digest.day).collect();
    assert_eq!(days.len(), digests.len(), "two digests of one day");
}

/// How many of these mails are copies of reminders.
pub fn letters_among(mails: &[Vec<u8>]) -> usize {
    let reminds = |mail: &&Vec<u8>| {
        let facts = Mail::read(mail).facts;
        facts.iter().any(|fact| matches!(fact, Fact::Reminded(_)))
    };
    mails.iter().filter(reminds).count()
}
