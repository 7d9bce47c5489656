//! What speaks for a claim and what against it: the facts behind a booking and the reasons beside a proposal.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{self, Fit};
use crate::ledger::books::{Books, Owner, owner};
use crate::ledger::event::Payment;
use crate::ledger::invoice::{Invoice, InvoiceKey};
use crate::ledger::note::money_in;
use crate::ledger::reference;
use crate::ledger::{Language, Money, Note};

/// Claims of one open amount that are looked at; more of them tell nothing anyway.
pub const MOST_OF_ONE_AMOUNT: usize = 200;
/// Proposals that a question shows beside those that the text names.
const MOST_SHOWN: usize = 5;
/// Proposals that a question shows at all.
const MOST_NAMED: usize = 12;
/// A proposal with less is not shown.
const LEAST_SHOWN: i32 = 40;

/// A claim that a payment may belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The claim.
    pub invoice: InvoiceKey,
    /// Reasons for.
    pub reasons: Vec<Note>,
    /// Reasons against.
    pub against: Vec<Note>,
    /// Sort key only; a score never books.
    pub score: i32,
}

/// How the payer fits the customer, from against to for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payer {
    /// His IBAN has paid for others only.
    Foreign,
    /// Nothing is known of him.
    Unknown,
    /// Surname or a cut name.
    Surname,
    /// The whole name.
    Name,
    /// The customer's own e-mail address.
    Address,
    /// An IBAN that has paid for this customer.
    Iban,
}

impl Payer {
    /// Enough for a second fact.
    pub fn fits(self) -> bool {
        self >= Payer::Name
    }

    /// In words, if there is something to say for him.
    pub fn in_words(self) -> Option<Note> {
        let (de, en) = match self {
            Payer::Foreign | Payer::Unknown => return None,
            Payer::Surname => (
                "der Zahler hat den Nachnamen des Kunden",
                "the payer has the customer's surname",
            ),
            Payer::Name => (
                "der Zahler hat den Namen des Kunden",
                "the payer has the customer's name",
            ),
            Payer::Address => (
                "die E-Mail-Adresse des Zahlers ist die des Kunden",
                "the payer's e-mail address is the customer's",
            ),
            Payer::Iban => (
                "von der IBAN des Zahlers kam schon Geld für diesen Kunden",
                "the payer's IBAN has paid for this customer before",
            ),
        };
        Some(Note::plain(de, en))
    }

    fn score(self) -> i32 {
        match self {
            Payer::Foreign => -40,
            Payer::Unknown => 0,
            Payer::Surname => 8,
            Payer::Name => 20,
            Payer::Address | Payer::Iban => 45,
        }
    }
}

/// How the payment's text points to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clue {
    /// A short number without a word before it.
    Short,
    /// The number of its customer.
    Customer,
    /// One slip away from its number.
    Near,
    /// Its number.
    Exact,
    /// A creditor reference.
    Checked,
}

impl Clue {
    fn score(self) -> i32 {
        match self {
            Clue::Checked => 60,
            Clue::Exact => 50,
            Clue::Near => 25,
            Clue::Customer => 20,
            Clue::Short => 15,
        }
    }

    fn in_words(self) -> Note {
        let (de, en) = match self {
            Clue::Checked => (
                "eine Zahlungsreferenz mit richtigen Prüfziffern nennt sie",
                "a reference with right check digits names it",
            ),
            Clue::Exact => (
                "der Verwendungszweck nennt ihre Nummer",
                "the purpose names its number",
            ),
            Clue::Near => (
                "im Verwendungszweck steht eine Nummer, die um ein Zeichen von ihrer abweicht",
                "the purpose holds a number that is one slip away from its number",
            ),
            Clue::Customer => (
                "der Verwendungszweck nennt die Nummer ihres Kunden",
                "the purpose names its customer's number",
            ),
            Clue::Short => (
                "im Verwendungszweck steht ihre Nummer, aber nichts sagt, dass sie gemeint ist",
                "the purpose holds its number, but nothing says that it is meant",
            ),
        };
        Note::plain(de, en)
    }
}

/// How the payer fits this claim's customer.
pub fn payer(payment: &Payment, invoice: &Invoice, books: &Books) -> Payer {
    let owners = payment
        .payer_iban
        .as_ref()
        .and_then(|iban| books.ibans.get(iban));
    if owners.is_some_and(|owners| owners.contains_key(&owner(invoice))) {
        return Payer::Iban;
    }
    let email = payment.payer_email.as_deref();
    if invoice
        .address()
        .zip(email)
        .is_some_and(|(address, email)| address.as_str().eq_ignore_ascii_case(email))
    {
        return Payer::Address;
    }
    match names::fit(payment, &invoice.issued.customer) {
        Fit::Full => Payer::Name,
        _ if owners.is_some() => Payer::Foreign,
        Fit::Part => Payer::Surname,
        Fit::None => Payer::Unknown,
    }
}

/// Another customer whose claim the amount closes too, and whom the payer fits: it speaks against the number.
pub fn rival(payment: &Payment, invoice: &Invoice, books: &Books) -> bool {
    let this = owner(invoice);
    books
        .closing(payment.amount)
        .take(MOST_OF_ONE_AMOUNT)
        .filter_map(|key| books.invoices.get(key))
        .any(|other| owner(other) != this && payer(payment, other, books).fits())
}

/// A number of the text that is one slip away from the claim's, and itself nobody's number.
pub fn near_number(invoice: &Invoice, numbers: &[String], books: &Books) -> Option<String> {
    let own = std::iter::once(&invoice.key.number).chain(&invoice.issued.invoice_number);
    let forms: Vec<String> = own.flat_map(|number| reference::forms(number)).collect();
    numbers
        .iter()
        .filter(|number| !books.by_number.contains_key(*number))
        .find(|number| forms.iter().any(|form| reference::is_near(form, number)))
        .cloned()
}

/// A claim that comes into question, and why.
#[derive(Clone, Copy, Default)]
struct Found {
    clue: Option<Clue>,
    /// With others of its customer it gives the amount.
    together: bool,
}

/// See [`super::candidates`].
pub fn candidates(payment: &Payment, books: &Books) -> Vec<Candidate> {
    let numbers = reference::long_numbers(payment);
    let mut found: Vec<(&Invoice, bool, Candidate)> = in_question(payment, books)
        .into_iter()
        .filter_map(|(key, mut here)| {
            let invoice = books.invoices.get(key)?;
            let near = near_number(invoice, &numbers, books).map(|_| Clue::Near);
            here.clue = here.clue.max(near);
            let named = here
                .clue
                .is_some_and(|clue| matches!(clue, Clue::Customer | Clue::Exact | Clue::Checked));
            Some((invoice, named, weigh(payment, invoice, here, books)))
        })
        .filter(|(_, named, candidate)| *named || candidate.score >= LEAST_SHOWN)
        .collect();
    // Of equals the older claim first (§ 366 (2) BGB).
    found.sort_by(|(a, _, x), (b, _, y)| {
        (y.score, a.issued.order_date, &a.key).cmp(&(x.score, b.issued.order_date, &b.key))
    });
    let mut others = 0;
    found
        .into_iter()
        .filter(|(_, named, _)| {
            others += usize::from(!named);
            *named || others <= MOST_SHOWN
        })
        .map(|(_, _, candidate)| candidate)
        .take(MOST_NAMED)
        .collect()
}

fn in_question<'a>(payment: &Payment, books: &'a Books) -> BTreeMap<&'a InvoiceKey, Found> {
    let mut clues: BTreeMap<&InvoiceKey, Found> = BTreeMap::new();
    for (key, clue) in named_clues(payment, books) {
        let best = clues.entry(key).or_default();
        best.clue = best.clue.max(Some(clue));
    }
    let closing = books.closing(payment.amount).take(MOST_OF_ONE_AMOUNT);
    for key in closing.chain(of_payer(payment, books)) {
        clues.entry(key).or_default();
    }
    let by_number = super::owner::by_number(payment, books);
    for invoice in by_number
        .iter()
        .flat_map(|whose| books.open_of(whose))
        .take(MOST_OF_ONE_AMOUNT)
    {
        let best = clues.entry(&invoice.key).or_default();
        best.clue = best.clue.max(Some(Clue::Customer));
    }
    let mut owners: BTreeSet<Owner> = by_number.into_iter().cloned().collect();
    owners.extend(super::owner::by_name(payment, books));
    if let Some(known) = payment
        .payer_iban
        .as_ref()
        .and_then(|iban| books.ibans.get(iban))
    {
        owners.extend(known.keys().cloned());
    }
    for whose in &owners {
        for key in super::owner::summed(payment, books, whose) {
            clues.entry(key).or_default().together = true;
        }
    }
    clues
}

fn named_clues<'a>(payment: &Payment, books: &'a Books) -> Vec<(&'a InvoiceKey, Clue)> {
    reference::named(payment, |form| books.by_number.contains_key(form))
        .into_iter()
        .filter_map(|named| {
            let clue = match (named.checked, named.sure) {
                (true, _) => Clue::Checked,
                (false, true) => Clue::Exact,
                (false, false) => Clue::Short,
            };
            Some(
                books
                    .by_number
                    .get(&named.form)?
                    .iter()
                    .map(move |key| (key, clue)),
            )
        })
        .flatten()
        .collect()
}

/// Open claims of those whom the payer's IBAN or address means.
fn of_payer<'a>(payment: &Payment, books: &'a Books) -> Vec<&'a InvoiceKey> {
    let owners = payment
        .payer_iban
        .as_ref()
        .and_then(|iban| books.ibans.get(iban));
    let owners = owners.into_iter().flat_map(BTreeMap::keys);
    let addresses = owners.chain(&payment.payer_email);
    addresses
        .filter_map(|owner| {
            books
                .customers
                .get(&crate::ledger::CustomerAddress::new(owner).ok()?)
        })
        .flat_map(|customer| &customer.invoices)
        .filter(|key| books.open.contains_key(key))
        .take(MOST_OF_ONE_AMOUNT)
        .collect()
}

/// Reasons and score of one claim.
fn weigh(payment: &Payment, invoice: &Invoice, found: Found, books: &Books) -> Candidate {
    let (mut reasons, mut against, mut score) = (Vec::new(), Vec::new(), 0);
    if let Some(clue) = found.clue {
        score += clue.score();
        reasons.push(clue.in_words());
    }
    let (amount, open) = (payment.amount, invoice.open());
    if invoice.cancelled.is_some() {
        against.push(Note::plain("sie wurde storniert", "it was cancelled"));
    } else if amount.currency != invoice.total.currency {
        let currency = invoice.total.currency;
        against.push(Note::plain(
            format!("sie lautet auf {currency}"),
            format!("it is in {currency}"),
        ));
    } else if open.is_zero() {
        against.push(Note::plain(
            "auf ihr ist nichts offen",
            "nothing is open on it",
        ));
    } else if found.together && amount != open {
        score += 40;
        reasons.push(Note::plain(
            "zusammen mit anderen dieses Kunden ergibt sie den Betrag",
            "with others of this customer it gives the amount",
        ));
    } else {
        score += compared(amount, open, &mut reasons, &mut against);
    }
    let payer = payer(payment, invoice, books);
    score += payer.score();
    reasons.extend(payer.in_words());
    match payer {
        Payer::Foreign => against.push(Note::plain(
            "von der IBAN des Zahlers kam bisher Geld für einen anderen Kunden",
            "the payer's IBAN has paid for another customer",
        )),
        Payer::Unknown if payment.payer.is_some() => against.push(Note::plain(
            "der Zahler heißt anders",
            "the payer has another name",
        )),
        _ => {}
    }
    Candidate {
        invoice: invoice.key.clone(),
        reasons,
        against,
        score,
    }
}

/// The amount against what is open: its points, and its reason on the side where it belongs.
fn compared(amount: Money, open: Money, reasons: &mut Vec<Note>, against: &mut Vec<Note>) -> i32 {
    let de = |money| money_in(Language::De, money);
    let en = |money| money_in(Language::En, money);
    if amount == open {
        reasons.push(Note::plain(
            format!("{} ist genau der offene Betrag", de(amount)),
            format!("{} is exactly what is open", en(amount)),
        ));
        return 40;
    }
    if amount.amount < open.amount {
        against.push(Note::plain(
            format!("offen sind {}, mehr als {}", de(open), de(amount)),
            format!("{} is open, more than {}", en(open), en(amount)),
        ));
        return 15;
    }
    against.push(Note::plain(
        format!("offen sind nur {}, weniger als {}", de(open), de(amount)),
        format!("only {} is open, less than {}", en(open), en(amount)),
    ));
    5
}
