//! The questions to the merchant, in the order in which they are numbered: doubts about letters, the circuit breaker, money,
//! steps that need a yes, ladders at their end, claims from before the start.
//!
//! Knows the merchant's language. Invariant: a question stays until it is answered or void; only a claim from before the
//! start is asked once (a reply to that digest still finds it), and at most twenty of them in one digest, so that a digest
//! with hundreds of old claims stays readable.

use std::collections::HashSet;

use super::due::Kind;
use super::forecast::Outlook;
use super::offer;
use super::step::Verdict;
use super::{Flight, Policy, Present, Question, QuestionId, Step};
use crate::ledger::event::Choice;
use crate::ledger::note::{date_in, money_in};
use crate::ledger::{Invoice, InvoiceKey, Language, Ledger};

/// Claims from before the start that one digest asks about.
const OLD_AT_ONCE: usize = 20;
/// Proposals that one digest asks about.
const OFFERS_AT_ONCE: usize = 20;

/// All open questions.
pub(super) fn questions(
    policy: &Policy,
    ledger: &Ledger,
    present: &Present<'_>,
    outlook: &Outlook,
) -> Vec<Question> {
    let ask = Ask { policy, ledger };
    let doubtful = present
        .flights
        .iter()
        .filter(|flight| flight.is_in_doubt(present.at, policy))
        .filter(|flight| !is_answered(flight, ledger));
    let mut questions: Vec<Question> = doubtful.filter_map(|flight| ask.doubt(flight)).collect();
    questions.extend(outlook.breaker.clone().map(|id| ask.breaker(id)));
    questions.extend(
        ledger
            .open_payments()
            .filter_map(|payment| ask.payment(payment)),
    );
    questions.extend(
        outlook
            .asked
            .iter()
            .map(|(step, verdict)| ask.step(step, verdict)),
    );
    questions.extend(outlook.ended.iter().filter_map(|claim| ask.end(claim)));
    let proposals = ledger.proposals().into_iter().take(OFFERS_AT_ONCE);
    questions.extend(proposals.filter_map(|waiting| offer::question(policy, waiting)));
    questions.extend(ask.old_claims());
    questions
}

/// The merchant has said what became of this attempt: the next turn does as he says.
fn is_answered(flight: &Flight, ledger: &Ledger) -> bool {
    let answer = ledger.answer_to(&QuestionId::Doubt(flight.letter));
    answer.is_some_and(|(at, _)| flight.tried.is_none_or(|tried| at > tried))
}

pub(super) struct Ask<'a> {
    pub(super) policy: &'a Policy,
    pub(super) ledger: &'a Ledger,
}

impl Ask<'_> {
    pub(super) fn say(&self, de: &str, en: &str) -> String {
        match self.policy.language {
            Language::De => de.to_string(),
            Language::En => en.to_string(),
        }
    }

    pub(super) fn yes(&self, de: &str, en: &str) -> (String, String, Choice) {
        (self.say("ja", "yes"), self.say(de, en), Choice::Yes)
    }

    pub(super) fn no(&self, de: &str, en: &str) -> (String, String, Choice) {
        (self.say("nein", "no"), self.say(de, en), Choice::No)
    }

    /// `laden/10247, Erika Beispiel, 89,90 € offen`
    pub(super) fn claim(&self, claim: &Invoice) -> String {
        let open = money_in(self.policy.language, claim.open());
        let open = self.say(&format!("{open} offen"), &format!("{open} open"));
        format!("{}, {}, {open}", claim.key, customer_in_words(claim))
    }

    fn doubt(&self, flight: &Flight) -> Option<Question> {
        let to = flight.to.as_ref()?;
        let on = date_in(self.policy.language, flight.on);
        Some(Question {
            id: QuestionId::Doubt(flight.letter),
            text: self.say(
                &format!("Das Schreiben vom {on} an {to} ist abgesandt, aber niemand hat es bestätigt und keine Kopie kam an. Ist es angekommen?"),
                &format!("The letter of {on} to {to} left, but nobody confirmed it and no copy arrived. Did it arrive?"),
            ),
            choices: vec![
                (self.say("gesendet", "sent"), self.say("gilt als gesendet", "counts as sent"), Choice::WasSent),
                (
                    self.say("nochmal", "again"),
                    self.say("dasselbe Schreiben noch einmal senden", "send the same letter again"),
                    Choice::SendAgain,
                ),
                (
                    self.say("überspringen", "skip"),
                    self.say("nicht senden, die Stufe gilt als genommen", "do not send, the level counts as taken"),
                    Choice::Skip,
                ),
            ],
        })
    }

    fn breaker(&self, id: QuestionId) -> Question {
        let day = match &id {
            QuestionId::Breaker(day) => date_in(self.policy.language, *day),
            _ => String::new(),
        };
        Question {
            id,
            text: self.say(
                &format!("Am {day} wären ungewöhnlich viele Schreiben fällig; deshalb geht keines hinaus. Sollen sie versandt werden?"),
                &format!("Unusually many letters are due on {day}; therefore none goes out. Let them go?"),
            ),
            choices: vec![
                self.yes(
                    "gehen am Tag der Antwort und am nächsten Versandtag hinaus",
                    "go out on the day of the answer and the next sending day",
                ),
                self.no("bleiben liegen; danach wird neu gefragt", "stay; after that you are asked anew"),
            ],
        }
    }

    fn step(&self, step: &Step, verdict: &Verdict) -> Question {
        let language = self.policy.language;
        let claim = self.ledger.invoice(&step.invoice);
        let name = claim
            .and_then(|claim| match self.policy.method(claim) {
                Some(crate::ledger::PaymentMethod::Invoice) => Some(Kind::Invoice),
                Some(_) => Some(Kind::Prepayment),
                None => None,
            })
            .and_then(|kind| {
                self.policy
                    .ladder(kind)
                    .get(usize::from(step.level).wrapping_sub(1))
            })
            .map_or("?", |rule| rule.name.as_str());
        let claim = claim.map_or_else(|| step.invoice.to_string(), |claim| self.claim(claim));
        let why: Vec<&str> = verdict
            .notes
            .iter()
            .filter(|note| !note.holds)
            .map(|note| note.text(language))
            .collect();
        Question {
            id: QuestionId::Step(step.clone()),
            text: self.say(
                &format!("{claim}: darf `{name}` hinaus? {}", why.join("; ")),
                &format!("{claim}: may `{name}` go out? {}", why.join("; ")),
            ),
            choices: vec![
                self.yes(
                    "geht am nächsten Versandtag hinaus",
                    "goes out on the next sending day",
                ),
                self.no(
                    "geht nicht hinaus, bis Sie `weiter` schreiben",
                    "does not go out until you write `resume`",
                ),
            ],
        }
    }

    fn end(&self, key: &InvoiceKey) -> Option<Question> {
        let claim = self.ledger.invoice(key)?;
        let about = self.claim(claim);
        let prepaid = self.policy.method(claim) != Some(crate::ledger::PaymentMethod::Invoice);
        let number = &key.number;
        let (text, yes) = if prepaid {
            (
                self.say(
                    &format!("{about}: zweimal erinnert und nicht bezahlt. Bestellung stornieren? (`pause {number}` schiebt die Frage auf)"),
                    &format!("{about}: reminded twice and not paid. Cancel the order? (`pause {number}` puts the question off)"),
                ),
                self.yes("gilt hier als storniert (im Shop stornieren Sie selbst)", "counts as cancelled here (you cancel it in the shop yourself)"),
            )
        } else {
            (
                self.say(
                    &format!("{about}: alle Fristen sind verstrichen. Abschreiben? (`pause {number}` schiebt die Frage auf)"),
                    &format!("{about}: all deadlines passed. Write it off? (`pause {number}` puts the question off)"),
                ),
                self.yes("wird abgeschrieben", "is written off"),
            )
        };
        let no = self.no(
            "bleibt offen, ohne weitere Schreiben",
            "stays open, without further letters",
        );
        Some(Question {
            id: QuestionId::End(key.clone()),
            text,
            choices: vec![yes, no],
        })
    }

    /// Claims from before the start that no digest asked about yet.
    fn old_claims(&self) -> Vec<Question> {
        let old = |claim: &&Invoice| is_waiting_old(self.policy, claim);
        let mut claims: Vec<&Invoice> = self.ledger.open_invoices().filter(old).collect();
        if claims.is_empty() {
            return Vec::new();
        }
        let asked: HashSet<&InvoiceKey> = self
            .ledger
            .told()
            .iter()
            .flat_map(|(_, told)| &told.questions)
            .filter_map(|question| match question {
                QuestionId::Old(claim) => Some(claim),
                _ => None,
            })
            .collect();
        claims.retain(|claim| !asked.contains(&claim.key));
        // The youngest first: they are the likeliest to be paid.
        claims.sort_by(|a, b| {
            b.issued
                .order_date
                .cmp(&a.issued.order_date)
                .then(a.key.cmp(&b.key))
        });
        claims
            .into_iter()
            .take(OLD_AT_ONCE)
            .map(|claim| self.old(claim))
            .collect()
    }

    fn old(&self, claim: &Invoice) -> Question {
        let about = self.claim(claim);
        let day = date_in(self.policy.language, claim.issued.order_date);
        Question {
            id: QuestionId::Old(claim.key.clone()),
            text: self.say(
                &format!("{about}: bestellt am {day}, vor dem Beginn. Soll sie gemahnt werden?"),
                &format!("{about}: ordered on {day}, before the start. Shall it be reminded?"),
            ),
            choices: vec![
                self.yes(
                    "wird gemahnt wie die anderen",
                    "is reminded like the others",
                ),
                self.no("bleibt nur gelistet", "stays listed only"),
            ],
        }
    }
}

/// A claim from before the start that the merchant could release.
pub(super) fn is_waiting_old(policy: &Policy, claim: &Invoice) -> bool {
    use crate::ledger::PaymentMethod::{BankTransfer, Invoice as OnInvoice, Prepayment};
    claim.issued.order_date < policy.start
        && !claim.released
        && matches!(
            policy.method(claim),
            None | Some(OnInvoice | Prepayment | BankTransfer)
        )
}

/// Whom a claim is against, for a line of text.
pub(super) fn customer_in_words(claim: &Invoice) -> String {
    let customer = &claim.issued.customer;
    let name = customer
        .company
        .as_ref()
        .or(customer.name.as_ref())
        .map(|name| name.as_str());
    match (name, &customer.address) {
        (Some(name), _) => name.to_string(),
        (None, Some(address)) => address.to_string(),
        (None, None) => "?".to_string(),
    }
}
