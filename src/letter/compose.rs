//! From an action to a finished mail.
//!
//! Knows what each action becomes: identity, recipients, sealed facts. The identity is made of what the mail is for
//! (kind, recipient, steps, day), so the same decision is the same letter however often it is composed.

use jiff::Timestamp;
use jiff::civil::Date;
use tera::Context;

use super::context::{self, greeting_name};
use super::digest::{AnswerContext, CommandContext, digest, shortened};
use super::mime::{self, Draft};
use super::orders::order_text;
use super::phrases::held;
use super::proof::{self, Intent};
use super::sample;
use super::templates::Words;
use super::variables::Kind;
use super::{Letter, Letters, Sender, context::SenderContext};
use crate::ledger::event::{Reminded, Told};
use crate::ledger::policy::CustomerLetter;
use crate::ledger::{
    Action, CustomerAddress, Digest, Event, EventKey, Evidence, Fact, Language, Ledger, Note,
    Policy, SealKey, SourceId,
};

impl Letters {
    /// The finished mail of an action. Same input, same bytes.
    ///
    /// # Errors
    /// The reason in words why this letter cannot be written (it is then held and the merchant told).
    pub fn compose(
        &self,
        action: &Action,
        ledger: &Ledger,
        policy: &Policy,
        sender: &Sender,
        at: Timestamp,
        key: &SealKey,
    ) -> Result<Letter, Note> {
        let desk = Desk {
            letters: self,
            ledger,
            policy,
            sender,
            at,
            key,
        };
        match action {
            Action::Write(letter) => desk.customer(letter),
            Action::Tell(digest) => desk.digest(digest),
            Action::Reply(event) => desk.reply(event),
        }
    }

    /// A finished sample of a letter, to the merchant: for previews and `check --send`.
    ///
    /// # Errors
    /// The reason in words.
    pub fn sample(
        &self,
        template: &str,
        language: Language,
        sender: &Sender,
        at: Timestamp,
    ) -> Result<Letter, Note> {
        let language = self.in_language(template, language)?;
        let context = sample::of_sender(Kind::of(template), template, language, sender)
            .ok_or_else(|| held("das Muster ist unvollständig", "the sample is incomplete"))?;
        let mut words = self.rendered(template, language, &context)?;
        words.subject = match sender.language {
            Language::De => format!("[Muster] {}", words.subject),
            Language::En => format!("[Sample] {}", words.subject),
        };
        let id = SourceId::of(format!("sample {template} {language:?} {at}").as_bytes());
        let mail = Mail {
            id,
            to: (None, &sender.merchant),
            customer: None,
            accounts: false,
            thread: Vec::new(),
            events: Vec::new(),
            words,
        };
        mail.finish(sender, at, None)
    }

    fn in_language(&self, template: &str, wanted: Language) -> Result<Language, Note> {
        self.language_of(template, wanted).ok_or_else(|| {
            held(
                &format!("es gibt keinen Brief `{template}`"),
                &format!("there is no letter `{template}`"),
            )
        })
    }

    fn rendered(
        &self,
        template: &str,
        language: Language,
        context: &Context,
    ) -> Result<Words, Note> {
        self.words(template, language, context).map_err(|error| {
            held(
                &format!("der Brief `{template}` lässt sich nicht schreiben: {error}"),
                &format!("the letter `{template}` cannot be written: {error}"),
            )
        })
    }
}

struct Desk<'a> {
    letters: &'a Letters,
    ledger: &'a Ledger,
    policy: &'a Policy,
    sender: &'a Sender,
    at: Timestamp,
    key: &'a SealKey,
}

/// A mail with everything decided; what is left are bytes and the last look.
pub(super) struct Mail<'a> {
    pub(super) id: SourceId,
    pub(super) to: (Option<&'a str>, &'a CustomerAddress),
    pub(super) customer: Option<&'a CustomerAddress>,
    /// Hold it to the configured accounts.
    pub(super) accounts: bool,
    pub(super) thread: Vec<SourceId>,
    pub(super) events: Vec<Event>,
    pub(super) words: Words,
}

impl Desk<'_> {
    fn customer(&self, letter: &CustomerLetter) -> Result<Letter, Note> {
        let id = self.letter_id(letter);
        let language = self
            .letters
            .in_language(&letter.template, letter.language)?;
        let values =
            context::customer_letter(letter, language, self.ledger, self.policy, self.sender)?;
        let name = greeting_name(&values).map(str::to_owned);
        let mut words = self.rendered(&letter.template, language, &values)?;
        let rehearsal = self.sender.rehearsal;
        if rehearsal {
            let subject = &words.subject;
            words.subject = match self.sender.language {
                Language::De => format!("[Probe an {}] {subject}", letter.to),
                Language::En => format!("[Rehearsal to {}] {subject}", letter.to),
            };
        }
        let reminded = Fact::Reminded(Reminded {
            letter: id,
            to: letter.to.clone(),
            template: letter.template.clone(),
            steps: letter.steps.clone(),
            listed: letter.listed.clone(),
            on: letter.on,
            deadline: letter.deadline,
        });
        let mail = Mail {
            id,
            to: match rehearsal {
                true => (None, &self.sender.merchant),
                false => (name.as_deref(), &letter.to),
            },
            customer: Some(&letter.to),
            accounts: true,
            thread: self.thread(letter),
            events: vec![self.fact(id, reminded)],
            words,
        };
        mail.finish(self.sender, self.at, Some(self.key))
    }

    fn letter_id(&self, letter: &CustomerLetter) -> SourceId {
        let mut text = format!("letter {} {} {}", letter.to, letter.template, letter.on);
        for step in &letter.steps {
            text.push_str(&format!(" {}:{}", step.invoice, step.level));
        }
        if letter.steps.is_empty() {
            letter
                .listed
                .iter()
                .for_each(|claim| text.push_str(&format!(" {claim}")));
        }
        self.key.identity(&text)
    }

    /// Earlier letters about these claims, oldest first: mail programs show them as one conversation.
    fn thread(&self, letter: &CustomerLetter) -> Vec<SourceId> {
        let keys = context::claims_of(&letter.steps)
            .into_iter()
            .chain(&letter.listed);
        let mut earlier: Vec<(Date, SourceId)> = keys
            .filter_map(|key| self.ledger.invoice(key))
            .flat_map(|invoice| invoice.taken.iter().map(|taken| (taken.on, taken.letter)))
            .collect();
        earlier.sort();
        earlier.dedup();
        earlier.into_iter().map(|(_, letter)| letter).collect()
    }

    fn digest(&self, told: &Digest) -> Result<Letter, Note> {
        let id = self.key.identity(&format!("digest {}", told.on));
        let language = self.letters.in_language("digest", self.sender.language)?;
        let tag = self.key.reply_tag(id, told.on);
        let values = digest(
            told,
            language,
            self.ledger,
            self.policy,
            self.sender,
            tag.clone(),
        );
        let mut words = self.rendered("digest", language, &values)?;
        if !words.subject.contains(&tag) {
            words.subject = format!("{} {tag}", words.subject); // without it no answer finds its question
        }
        let fact: Told = told.told(id);
        let mut events = vec![self.fact(id, Fact::Told(fact))];
        events.extend(told.carried.iter().cloned());
        self.to_merchant(id, words, events)
    }

    fn reply(&self, event: &Event) -> Result<Letter, Note> {
        let (source, index) = (event.key.source, event.key.index);
        let id = self.key.identity(&format!("reply {source} {index}"));
        let today = self.at.to_zoned_datetime(self.sender.zone.clone()).date();
        let sender = SenderContext::of(self.sender);
        let replied = self.fact(id, Fact::Replied { to: source });
        match &event.fact {
            Fact::Ordered(command) => {
                let language = self
                    .letters
                    .in_language("command_receipt", self.sender.language)?;
                let order = order_text(command, language);
                let values = CommandContext {
                    language,
                    today,
                    sender,
                    order,
                };
                let words = self.rendered("command_receipt", language, &values)?;
                self.to_merchant(id, words, vec![replied, event.clone()])
            }
            Fact::Unclear { words } => {
                let language = self.letters.in_language("answer", self.sender.language)?;
                let last = self.ledger.told().last();
                let values = AnswerContext {
                    language,
                    today,
                    sender,
                    words: shortened(words),
                    reply_tag: last
                        .map(|(_, told)| self.key.reply_tag(told.digest, told.on))
                        .unwrap_or_default(),
                };
                let words = self.rendered("answer", language, &values)?;
                self.to_merchant(id, words, vec![replied])
            }
            _ => Err(held(
                "darauf gibt es keine Antwort zu schreiben",
                "there is no answer to be written to this",
            )),
        }
    }

    fn to_merchant(&self, id: SourceId, words: Words, events: Vec<Event>) -> Result<Letter, Note> {
        let mail = Mail {
            id,
            to: (None, &self.sender.merchant),
            customer: None,
            accounts: false,
            thread: Vec::new(),
            events,
            words,
        };
        mail.finish(self.sender, self.at, Some(self.key))
    }

    fn rendered(
        &self,
        template: &str,
        language: Language,
        values: &impl serde::Serialize,
    ) -> Result<Words, Note> {
        let context = Context::from_serialize(values)
            .map_err(|error| held(&error.to_string(), &error.to_string()))?;
        self.letters.rendered(template, language, &context)
    }

    fn fact(&self, id: SourceId, fact: Fact) -> Event {
        Event {
            key: EventKey {
                at: self.at,
                source: id,
                index: 0,
            },
            fact,
            by: Evidence::Sent,
        }
    }
}

impl Mail<'_> {
    pub(super) fn finish(
        self,
        sender: &Sender,
        at: Timestamp,
        key: Option<&SealKey>,
    ) -> Result<Letter, Note> {
        let seals: Vec<String> = match key {
            Some(key) => self.events.iter().map(|event| event.seal(key)).collect(),
            None => Vec::new(),
        };
        let draft = Draft {
            id: self.id,
            at,
            zone: &sender.zone,
            from: (&sender.name, &sender.address),
            to: self.to,
            reply_to: &sender.mailbox,
            thread: &self.thread,
            seals: &seals,
            words: &self.words,
        };
        let accounts: Vec<&str> = sender.accounts.iter().map(|to| to.iban.as_str()).collect();
        let intent = Intent {
            from: &sender.address,
            to: self.to.1,
            accounts: self.accounts.then_some(accounts.as_slice()),
        };
        let bytes = mime::bytes(&draft)
            .and_then(|bytes| proof::check(&bytes, &intent).map(|()| bytes))
            .map_err(|error| {
                held(
                    &format!("die Mail wurde nicht verschickt, weil die letzte Prüfung sie ablehnt: {error}"),
                    &format!("the mail was not sent because the last check refuses it: {error}"),
                )
            })?;
        let mut recipients = vec![self.to.1.clone()];
        if !recipients.contains(&sender.mailbox) {
            recipients.push(sender.mailbox.clone());
        }
        Ok(Letter {
            id: self.id,
            from: sender.address.clone(),
            recipients,
            customer: self.customer.cloned(),
            events: self.events,
            at,
            bytes,
        })
    }
}
