//! Every name that a template may use: the one list that compilation checks against and that documents are made from.
//!
//! `[]` after a name means: a list, each entry has the names that follow. A test holds this list and the sample
//! contexts together, in both directions.

/// Which context a letter is rendered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// To a customer: every letter that is not one of the others, also letters of the merchant's own.
    Customer,
    /// The merchant's digest.
    Digest,
    /// The answer to words that were not understood.
    Answer,
    /// The receipt of an order given on the shell.
    CommandReceipt,
}

impl Kind {
    /// The kind of a letter by its template's name.
    pub fn of(template: &str) -> Kind {
        match template {
            "digest" => Kind::Digest,
            "answer" => Kind::Answer,
            "command_receipt" => Kind::CommandReceipt,
            _ => Kind::Customer,
        }
    }
}

/// A name that a template may use.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Letters that have it.
    pub kinds: &'static [Kind],
    /// Its name as written in a template; inside a `for`, the part behind `[].` belongs to the loop's own name.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// A value.
    pub example: &'static str,
}

const fn v(
    kinds: &'static [Kind],
    name: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Variable {
    Variable {
        kinds,
        name,
        meaning,
        example,
    }
}

const ALL: &[Kind] = &[
    Kind::Customer,
    Kind::Digest,
    Kind::Answer,
    Kind::CommandReceipt,
];
const C: &[Kind] = &[Kind::Customer];
const D: &[Kind] = &[Kind::Digest];
const A: &[Kind] = &[Kind::Answer];
const R: &[Kind] = &[Kind::CommandReceipt];

/// The documented names.
#[rustfmt::skip]
pub const VARIABLES: &[Variable] = &[
    v(ALL, "language", "language of the letter: de or en", "de"),
    v(ALL, "today", "day of the letter", "2026-11-24"),
    v(ALL, "sender.name", "your business name", "Papierladen Beispiel"),
    v(ALL, "sender.address", "your From address", "rechnung@laden.example"),
    v(ALL, "sender.identity[]", "lines of your business identity", "Papierladen Beispiel GmbH, Musterweg 1, 50667 Köln"),
    v(C, "customer.name", "the person, if known", "Erika Muster"),
    v(C, "customer.company", "the company, if known", "Muster GmbH"),
    v(C, "customer.address", "where the letter goes", "erika@muster.example"),
    v(C, "greeting", "greeting with the name, without the comma", "Guten Tag Erika Muster"),
    v(C, "first_letter", "true if this customer never had a letter from us", "true"),
    v(C, "numbers", "order numbers for a subject, at most three by name", "20-1001, 20-1002"),
    v(C, "claims[].number", "order number", "20-1001"),
    v(C, "claims[].invoice_number", "invoice number, if known", "RE-2041"),
    v(C, "claims[].shop", "your shop's name as customers know it", "Papierladen"),
    v(C, "claims[].order_date", "day of the order", "2026-10-12"),
    v(C, "claims[].due", "day on which it is due", "2026-10-26"),
    v(C, "claims[].overdue_days", "days since then, 0 if not yet due", "29"),
    v(C, "claims[].prepayment", "true for an order to be paid in advance", "false"),
    v(C, "claims[].total", "total", "149.90 EUR"),
    v(C, "claims[].paid_before", "what was paid before the claim came, if the shop's mail says so", "10.00 EUR"),
    v(C, "claims[].paid[].on", "day of a payment", "2026-11-02"),
    v(C, "claims[].paid[].amount", "its amount", "50.00 EUR"),
    v(C, "claims[].paid[].returned", "true if this money went back", "false"),
    v(C, "claims[].open", "what is still open", "99.90 EUR"),
    v(C, "claims[].step", "true if the claim takes a level with this letter, false if it is only listed", "true"),
    v(C, "claims[].level", "number of its level, if it has one", "2"),
    v(C, "claims[].level_name", "name of its level", "Zahlungserinnerung"),
    v(C, "sums[]", "open in all, one entry for each currency", "99.90 EUR"),
    v(C, "deadline", "day until which to pay, if the letter names one", "2026-12-04"),
    v(C, "pay[].holder", "account holder exactly as the bank has it", "Papierladen Beispiel GmbH"),
    v(C, "pay[].iban", "account to pay to", "DE02120300000000202051"),
    v(C, "pay[].bic", "its BIC, if configured", "BYLADEM1001"),
    v(C, "pay[].bank", "its bank, if configured", "Musterbank"),
    v(C, "pay[].sums[]", "what is to be paid to this account, by currency", "99.90 EUR"),
    v(C, "pay[].reference", "what the customer is to write on the transfer", "20-1001"),
    v(C, "seen_until", "payments are known up to and including this day, if known", "2026-11-23"),
    v(D, "reply_tag", "mark that must end the subject: it lets a reply find this digest", "[mw-...]"),
    v(D, "questions[].number", "number of a question", "1"),
    v(D, "questions[].text", "the question", "Gehört diese Zahlung zu 20-1001?"),
    v(D, "questions[].choices[].reply", "exact words of an answer", "ja 1"),
    v(D, "questions[].choices[].meaning", "what they do", "auf 20-1001 buchen"),
    v(D, "tomorrow[].customer", "name of a customer who gets a letter on the next sending day", "Erika Muster"),
    v(D, "tomorrow[].address", "his address", "erika@muster.example"),
    v(D, "tomorrow[].letter", "which letter", "Zahlungserinnerung"),
    v(D, "tomorrow[].claims[].number", "order number", "20-1001"),
    v(D, "tomorrow[].claims[].open", "what is open on it", "99.90 EUR"),
    v(D, "tomorrow[].claims[].level_name", "level it takes; missing if it is only listed", "Zahlungserinnerung"),
    v(D, "tomorrow[].claims[].question", "number of the question that stops this step, if there is one", "2"),
    v(D, "tomorrow[].sums[]", "open in all, by currency", "99.90 EUR"),
    v(D, "tomorrow[].reasons[]", "why it goes out", "fällig seit 26.10.2026"),
    v(D, "holds[].claim", "claim that is held; missing if everything is", "laden/20-1003"),
    v(D, "holds[].text", "why", "pausiert bis 15.12.2026"),
    v(D, "new_claims[].number", "order number of a new claim", "20-1009"),
    v(D, "new_claims[].shop", "shop", "Papierladen"),
    v(D, "new_claims[].customer", "customer", "Max Beispiel"),
    v(D, "new_claims[].total", "total", "20.00 EUR"),
    v(D, "new_claims[].due", "due date", "2026-12-08"),
    v(D, "new_claims[].remark", "what keeps it from being reminded, if anything", "schon bezahlt"),
    v(D, "old_claims[].number", "order number of a claim from before the start", "19-0001"),
    v(D, "old_claims[].shop", "shop", "Papierladen"),
    v(D, "old_claims[].customer", "customer", "Otto Alt"),
    v(D, "old_claims[].total", "total", "35.00 EUR"),
    v(D, "old_claims[].due", "due date", "2026-08-31"),
    v(D, "old_claims[].remark", "what keeps it from being reminded", "vor dem Start"),
    v(D, "money[].amount", "money that came in; negative if it went back", "50.00 EUR"),
    v(D, "money[].payer", "payer as printed", "ERIKA MUSTER"),
    v(D, "money[].booked", "what became of it", "gebucht auf 20-1001"),
    v(D, "answers[]", "an answer of a customer, an automatic reply or a bounce", "erika@muster.example schreibt: ..."),
    v(D, "orders[]", "what you ordered since the last digest", "20-1001 bis 15.12.2026 pausiert"),
    v(D, "sent[]", "a letter that went out since the last digest", "Zahlungserinnerung an erika@muster.example"),
    v(D, "figures[].open", "open in all, by currency", "1204.00 EUR"),
    v(D, "figures[].overdue", "how much of it is overdue", "299.80 EUR"),
    v(D, "mails.read", "mails read since the last digest", "14"),
    v(D, "mails.booked", "of them: facts were taken from them", "9"),
    v(D, "mails.ignored", "of them: understood, nothing to take", "3"),
    v(D, "mails.review[].sender", "sender of a mail that was not understood or not trusted", "info@fremd.example"),
    v(D, "mails.review[].subject", "its subject", "Ihre Zahlung"),
    v(D, "mails.review[].reason", "why it is in review", "der Absender ist nicht eingetragen"),
    v(D, "mails.errors[].what", "a mail that could not be read", "INBOX 4711"),
    v(D, "mails.errors[].reason", "why", "größer als 10 MiB"),
    v(A, "words", "what you wrote, shortened", "bitte mal schauen"),
    v(A, "reply_tag", "mark of the last digest: it lets a reply find it; empty before the first digest", "[mw-...]"),
    v(R, "order", "the order in words", "20-1001 ist bezahlt"),
];
