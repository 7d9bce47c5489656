//! Recipes: what one system's or bank's mails look like, as TOML data that a merchant can read.
//!
//! A recipe has layouts (versions, languages, kinds of mail); a layout has markers that must stand in a mail and fields
//! with ordered places to look at. A recipe only finds words and where they stand: what they mean, whether they agree
//! and whether the sender may say so is decided by `shop` and `bank`. Patterns are linear and size-limited.

mod compile;
mod example;
mod extract;
mod file;
mod gates;
pub mod index;
pub mod learn;
mod shipped;
pub mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

pub use extract::{Found, find, label_at, labelled, rows};
pub use file::{Common, PaymentWords};
use gates::Gates;
use index::Phrase;
use view::{PageKind, View};

use super::numbers::{self, DateFormat, NumberFormat};
use crate::ledger::{Currency, Language, Money};

/// Fields that a recipe may fill: first those of orders, then those of bookings.
pub const FIELDS: [&str; 30] = [
    "order_number",
    "invoice_number",
    "order_date",
    "customer_name",
    "customer_email",
    "company",
    "country",
    "billing",
    "total",
    "amount_due",
    "payment_method",
    "paid",
    "due_date",
    "terms_days",
    "refund_amount",
    "new_total",
    "account",
    "amount",
    "booking_date",
    "direction",
    "payer_name",
    "payer_email",
    "payer_iban",
    "remittance",
    "reference",
    "transaction_id",
    "end_to_end_id",
    "original_transaction_id",
    "return_reason",
    "count",
];

/// One compiled recipe.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Its name (file name without `.toml`).
    pub name: String,
    /// Name of the system or bank for people.
    pub title: String,
    /// Exact sender domains, of a bank or provider; empty: any listed sender.
    pub from: Vec<String>,
    /// The sender signs nothing: SPF is enough for a proposal.
    pub spf_is_enough: bool,
    /// A name that ends with a point was cut by the sender.
    pub names_are_cut: bool,
    /// Its layouts.
    pub layouts: Vec<Arc<Layout>>,
    /// Shared payment words (the recipe's own before them) and countries.
    pub common: Arc<Common>,
    /// Which layouts a word may lead to, over all recipes that were compiled together, and its own number among them.
    gates: Arc<Gates>,
    number: usize,
    examples: Vec<(String, file::Example)>,
}

/// One kind of mail in one version and language.
#[derive(Debug)]
pub struct Layout {
    /// For people.
    pub name: String,
    /// What such a mail says.
    pub event: Event,
    /// Its language; `None`: told by the mail's words.
    pub language: Option<Language>,
    /// Fields by name.
    pub fields: BTreeMap<String, Field>,
    /// A pattern with named groups that is matched over all lines again and again: several bookings of one mail.
    pub rows: Option<Regex>,
    /// Labels of which each begins a booking of its own (in lower case); empty: one booking.
    pub each: Vec<String>,
    /// How its amounts are written.
    pub numbers: Vec<NumberFormat>,
    /// How its dates are written.
    pub dates: Vec<DateFormat>,
    /// Currency where none is printed beside an amount.
    pub currency: Option<Currency>,
    /// What a sign that several currencies share (`$`) means in these mails.
    pub shared_sign: Option<Currency>,
    /// How its rows add up.
    pub sum: Option<Sum>,
    /// Words of the field `direction` (in lower case) and what they make of the booking; empty: always `event`.
    pub directions: Vec<(Event, Vec<String>)>,
    matching: Matching,
}

/// What a mail of a layout says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Event {
    Order,
    Incomplete,
    Cancellation,
    Refund,
    Paid,
    Ignored,
    PaymentReceived,
    PaymentReturned,
    PaymentPending,
    PaymentSent,
}

impl Event {
    const NAMES: &str = "order, incomplete, cancellation, refund, paid, ignored, payment_received, payment_returned, \
                         payment_pending, payment_sent";

    fn named(name: &str) -> Option<Event> {
        Some(match name {
            "order" => Event::Order,
            "incomplete" => Event::Incomplete,
            "cancellation" => Event::Cancellation,
            "refund" => Event::Refund,
            "paid" => Event::Paid,
            "ignored" => Event::Ignored,
            "payment_received" => Event::PaymentReceived,
            "payment_returned" => Event::PaymentReturned,
            "payment_pending" => Event::PaymentPending,
            "payment_sent" => Event::PaymentSent,
            _ => return None,
        })
    }

    /// A shop says it, not a bank.
    pub fn is_shop(self) -> bool {
        matches!(
            self,
            Event::Order | Event::Incomplete | Event::Cancellation | Event::Refund | Event::Paid
        )
    }
}

/// A field: places to look at, in order.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The places.
    pub alternatives: Vec<Alternative>,
}

/// One place to look at, and the pattern that takes the value out of what stands there.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Where.
    pub place: Place,
    /// First group (or all) of the match is the value.
    pub pattern: Option<Regex>,
    /// Only on this side of the mail.
    pub page: Option<PageKind>,
    /// Which of several finds counts first.
    pub take: Take,
}

/// Which of several finds of one place counts first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Take {
    /// In the order of the mail.
    #[default]
    First,
    /// The last one first: a label that also stands beside every item.
    Last,
    /// Only the nth, counted from one.
    Nth(usize),
}

/// A place in a mail.
#[derive(Clone, Debug)]
pub enum Place {
    /// Behind a label: in the same line, the next line of the cell, the next cell, or (`next`) the next row.
    Label {
        /// In lower case, without colon.
        labels: Vec<Phrase>,
        /// The next row counts too.
        next: bool,
    },
    /// The lines after a label up to a stop label.
    Section {
        /// In lower case, without colon.
        after: Vec<Phrase>,
        /// Where it ends.
        until: Vec<String>,
        /// The person stands before the company.
        name_first: bool,
        /// Blank lines of a text do not end it.
        blank_lines: bool,
    },
    /// The amounts behind several labels, all of them there, to be added.
    Add(Vec<Vec<Phrase>>),
    /// Anywhere in the lines: only with a pattern.
    Anywhere,
    /// A header field.
    Header(String),
    /// Structured data.
    Markup(String),
    /// Always this.
    Value(String),
}

/// How the rows above the total add up to it.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// Cells of the row that heads the items.
    pub from: Vec<String>,
    /// Labels of the first row that counts itself, where the items' own rows do not add up (unit prices, net prices).
    pub first: Vec<String>,
    /// Where they end, besides the total's own labels.
    pub until: Vec<String>,
    /// Rows that are subtotals.
    pub ignore: Vec<String>,
    /// Rows that are taxes (added only to net prices).
    pub tax: Vec<String>,
    /// Rows printed without a minus that lower the total.
    pub minus: Vec<String>,
    /// Labels of the row that the others must give, where it is not the total (a marketplace's payout).
    pub result: Vec<String>,
    /// Item lines of a text without a table: first group is the amount.
    pub item: Option<Regex>,
}

#[derive(Clone, Debug, Default)]
struct Matching {
    /// Of each group one.
    all: Vec<Vec<Phrase>>,
    any: Vec<Phrase>,
    none: Vec<Phrase>,
    subject: Vec<Phrase>,
}

impl Layout {
    /// How exactly the markers fit: `None` if they do not, else the letters that they cover.
    pub fn fits(&self, view: &View<'_>) -> Option<usize> {
        let m = &self.matching;
        let holds = |group: &Vec<Phrase>| {
            let hit = group.iter().find(|marker| view.holds(marker))?;
            Some(hit.text().len())
        };
        let all = m.all.iter().map(holds).sum::<Option<usize>>()?;
        let subject = m.subject.iter().find(|marker| view.titled(marker));
        if subject.is_none() && !m.subject.is_empty()
            || m.none.iter().any(|marker| view.holds(marker))
        {
            return None;
        }
        let any = m.any.iter().find(|marker| view.holds(marker));
        if any.is_none() && !m.any.is_empty() {
            return None;
        }
        let letters = |marker: &Phrase| marker.text().len();
        Some(all + any.into_iter().chain(subject).map(letters).sum::<usize>())
    }
}

impl Layout {
    /// An amount as this layout writes it, with the currency beside it, else the one that the recipe names.
    pub fn money(&self, text: &str) -> Option<Money> {
        let found = numbers::amount(text, &self.numbers)?;
        let otherwise = if found.shared_sign {
            self.shared_sign
        } else {
            self.currency
        };
        let money = Money::new(found.value, found.currency.or(otherwise)?);
        (money.amount.abs() <= Money::LIMIT).then_some(money)
    }
}

impl Recipe {
    /// Compiles recipes from `(file name, TOML text)` pairs; later ones replace earlier ones of the same name
    /// (the merchant's folder overlays the shipped ones). `_common.toml` holds what all share.
    ///
    /// # Errors
    /// Every problem found, each with file, line and column.
    pub fn compile(files: &[(String, String)]) -> Result<Vec<Recipe>, Vec<String>> {
        compile::all(files)
    }

    /// The recipes that are shipped inside the program.
    pub fn shipped() -> &'static [(&'static str, &'static str)] {
        shipped::SHIPPED
    }

    /// The layouts that fit a mail, the most exact first. `domain` is the sender's: a recipe with fixed domains
    /// fits only those.
    pub fn fitting<'r>(
        recipes: &'r [Recipe],
        view: &View<'_>,
        domain: &str,
    ) -> Vec<(&'r Recipe, &'r Arc<Layout>)> {
        let is_of = |recipe: &Recipe| recipe.from.iter().any(|from| from == domain);
        // A known provider's mails are read by its own recipe only.
        let provider = recipes.iter().any(is_of);
        let mut fitting: Vec<(usize, &Recipe, &Arc<Layout>)> = gates::candidates(recipes, view)
            .into_iter()
            .filter(|(recipe, _)| match provider {
                true => is_of(recipe),
                false => recipe.from.is_empty(),
            })
            .filter_map(|(recipe, layout)| {
                layout.fits(view).map(|letters| (letters, recipe, layout))
            })
            .collect();
        // What is also a cancellation or a payment is no new order, however well the order's layout fits.
        fitting.sort_by_key(|&(letters, _, layout)| {
            (layout.event == Event::Order, std::cmp::Reverse(letters))
        });
        fitting
            .into_iter()
            .map(|(_, recipe, layout)| (recipe, layout))
            .collect()
    }

    /// Runs the examples that the recipe carries; the failures, each with file, line and what differed.
    pub fn check_examples(&self) -> Vec<String> {
        self.examples
            .iter()
            .flat_map(|(place, example)| example::check(self, place, example))
            .collect()
    }
}
