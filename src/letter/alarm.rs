//! The one mail that is written without a template and sent without the store: that the store fails.

use jiff::Timestamp;

use super::compose::Mail;
use super::phrases::plain;
use super::templates::Words;
use super::{Letter, Letters, Sender};
use crate::ledger::{Language, Note, SealKey};

impl Letters {
    /// Tells the merchant that nothing is sent any more, and why. It carries no fact, so a second one does no harm.
    ///
    /// # Errors
    /// The reason in words why it cannot be written.
    pub fn alarm(
        &self,
        trouble: &str,
        sender: &Sender,
        at: Timestamp,
        key: &SealKey,
    ) -> Result<Letter, Note> {
        let (subject, before, after) = match sender.language {
            Language::De => (
                "Mahnwerk sendet nicht mehr",
                "der Speicher von Mahnwerk hat einen Fehler gemeldet. Bis er behoben ist, geht kein Brief hinaus; Mails \
                 werden weiter gelesen.",
                "Danach: `systemctl restart mahnwerk`. Die Postfächer wissen alles; `mahnwerk rebuild` baut den Speicher \
                 neu auf.",
            ),
            Language::En => (
                "Mahnwerk has stopped sending",
                "the store of Mahnwerk reported an error. Until it is mended no letter goes out; mails are still read.",
                "Then: `systemctl restart mahnwerk`. The mailboxes know everything; `mahnwerk rebuild` makes the store \
                 anew.",
            ),
        };
        let trouble = plain(trouble);
        let escaped = trouble
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let words = Words {
            subject: subject.into(),
            text: format!("{before}\n\n{trouble}\n\n{after}\n"),
            html: format!(
                "<html><body><p>{before}</p><p>{escaped}</p><p>{after}</p></body></html>\n"
            ),
        };
        let mail = Mail {
            id: key.identity(&format!("alarm {at} {trouble}")),
            to: (None, &sender.merchant),
            customer: None,
            accounts: false,
            thread: Vec::new(),
            events: Vec::new(),
            words,
        };
        mail.finish(sender, at, Some(key))
    }
}
