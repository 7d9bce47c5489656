//! The questions about money: what it is for, what becomes of a rest, whether a claim that is open again is reminded.

use super::ask::Ask;
use super::{Question, QuestionId};
use crate::ledger::InvoiceKey;
use crate::ledger::books::{Fate, PaymentState};
use crate::ledger::event::Choice;
use crate::ledger::matching::{Candidate, Rest, candidates};
use crate::ledger::note::{date_in, money_in};
use crate::ledger::{Money, Note};

/// Claims that a money question names.
const PROPOSALS: usize = 5;

impl Ask<'_> {
    /// The question about a payment, if there is one.
    pub(super) fn payment(&self, state: &PaymentState) -> Option<Question> {
        let (text, choices) = match &state.fate {
            Fate::Asked(claims) => (self.what_for(state), self.bookings(claims)),
            Fate::Short(parts) => self.what_of_the_rest(state, parts, state.rest.as_ref()?),
            Fate::Reopened(parts) => self.again(state, parts),
            _ => return None,
        };
        let id = QuestionId::Payment {
            source: state.key.source,
            index: state.key.index,
        };
        Some(Question { id, text, choices })
    }

    /// Amount, name and day of the money.
    fn money(&self, state: &PaymentState) -> (String, String, String) {
        let payment = &state.payment;
        let language = self.policy.language;
        let payer = payment
            .payer
            .as_deref()
            .or(payment.payer_email.as_deref())
            .unwrap_or("?");
        let civil = || self.policy.civil(state.key.at);
        let day = date_in(language, payment.booked.unwrap_or_else(civil));
        (money_in(language, payment.amount), payer.to_owned(), day)
    }

    fn what_for(&self, state: &PaymentState) -> String {
        let (amount, payer, day) = self.money(state);
        let purpose = state.payment.remittance.split_whitespace();
        let purpose = purpose.collect::<Vec<_>>().join(" ");
        let purpose: String = purpose.chars().take(80).collect();
        let mut text = self.say(
            &format!("{amount} von {payer} am {day}, Zweck „{purpose}“: wozu gehört das Geld?"),
            &format!(
                "{amount} from {payer} on {day}, purpose “{purpose}”: what is this money for?"
            ),
        );
        if let Some(rest) = &state.rest {
            let rest = rest.in_words();
            text.push_str(&format!("\n{}", self.say(&rest.de, &rest.en)));
        }
        for reason in self.reasons(state) {
            text.push('\n');
            text.push_str(&reason);
        }
        text
    }

    fn what_of_the_rest(
        &self,
        state: &PaymentState,
        parts: &[(InvoiceKey, Money)],
        rest: &Rest,
    ) -> (String, Vec<(String, String, Choice)>) {
        let (amount, payer, day) = self.money(state);
        let (claims, rest) = (names(parts), rest.in_words());
        let text = self.say(
            &format!(
                "{amount} von {payer} am {day}, gebucht auf {claims}; {}",
                rest.de
            ),
            &format!(
                "{amount} from {payer} on {day}, booked to {claims}; {}",
                rest.en
            ),
        );
        let choices = vec![
            self.yes("der Rest wird erlassen", "the rest is let go"),
            self.no("der Rest bleibt offen", "the rest stays open"),
        ];
        (text, choices)
    }

    fn again(
        &self,
        state: &PaymentState,
        parts: &[(InvoiceKey, Money)],
    ) -> (String, Vec<(String, String, Choice)>) {
        let (amount, payer, day) = self.money(state);
        let claims = names(parts);
        let text = self.say(
            &format!(
                "{amount} an {payer} gingen am {day} zurück; wieder offen: {claims}. Wieder mahnen?"
            ),
            &format!("{amount} went back to {payer} on {day}; open again: {claims}. Remind again?"),
        );
        let choices = vec![
            self.yes("wird wieder gemahnt", "is reminded again"),
            self.no("bleibt ohne Schreiben", "stays without letters"),
        ];
        (text, choices)
    }

    /// Why each proposal is one.
    fn reasons(&self, state: &PaymentState) -> Vec<String> {
        let proposals = candidates(&state.payment, self.ledger);
        let language = self.policy.language;
        let said = |notes: &[Note]| {
            let texts: Vec<&str> = notes.iter().map(|note| note.text(language)).collect();
            texts.join("; ")
        };
        let line = |candidate: &Candidate| {
            let against = match candidate.against.is_empty() {
                true => String::new(),
                false => format!(" ({})", said(&candidate.against)),
            };
            let claim = &candidate.invoice;
            format!("{claim}: {}{against}", said(&candidate.reasons))
        };
        proposals.iter().take(PROPOSALS).map(line).collect()
    }

    fn bookings(&self, claims: &[InvoiceKey]) -> Vec<(String, String, Choice)> {
        let mut choices = Vec::new();
        for (place, key) in claims.iter().take(PROPOSALS).enumerate() {
            let claim = self
                .ledger
                .invoice(key)
                .map_or_else(|| key.to_string(), |claim| self.claim(claim));
            let meaning = self.say(&format!("auf {claim} buchen"), &format!("book to {claim}"));
            if place == 0 {
                choices.push((self.say("ja", "yes"), meaning, Choice::Yes));
            } else {
                choices.push((
                    format!("{} {}", self.say("ja", "yes"), key.number),
                    meaning,
                    Choice::Take(key.clone()),
                ));
            }
        }
        choices.push(self.no("gehört zu keiner Forderung", "belongs to no claim"));
        choices
    }
}

fn names(parts: &[(InvoiceKey, Money)]) -> String {
    let claims: Vec<String> = parts.iter().map(|(claim, _)| claim.to_string()).collect();
    claims.join(", ")
}
