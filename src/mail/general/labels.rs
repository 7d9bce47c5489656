//! The words of order mails, from `templates/recipes/_labels.toml`: one list per meaning. Data only, compiled in.

use std::sync::LazyLock;

use serde::Deserialize;

/// The lists; all words in lower case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The order's number.
    pub number: Vec<String>,
    /// The day of the order.
    pub date: Vec<String>,
    /// The gross total.
    pub total: Vec<String>,
    /// What stands behind or before a total's label and keeps it gross.
    pub gross: Vec<String>,
    /// Words that make an amount a net one.
    pub net: Vec<String>,
    /// Sums of parts: not added up again.
    pub subtotal: Vec<String>,
    /// Taxes: contained in the total or added to net prices.
    pub tax: Vec<String>,
    /// Lowers the total, however its sign is printed.
    pub discount: Vec<String>,
    /// What is still to be paid.
    pub due: Vec<String>,
    /// A part that is paid already: then the rest must be printed too.
    pub deposit: Vec<String>,
    /// How it is paid.
    pub payment: Vec<String>,
    /// Whether it is paid.
    pub status: Vec<String>,
    /// Heads the billing address.
    pub billing: Vec<String>,
    /// Ends an address: another section begins.
    pub other_sections: Vec<String>,
    /// The customer's address.
    pub email: Vec<String>,
    /// The day on which it is due.
    pub due_date: Vec<String>,
    /// Says in German that a mail is about a new order.
    pub order_german: Vec<String>,
    /// Says so in the other languages.
    pub order: Vec<String>,
    /// The mail goes to the merchant, so `To` is no customer.
    pub to_merchant: Vec<String>,
    /// A subject or heading that is about something else than a new order.
    pub elsewhere: Vec<String>,
    /// A subject or heading that begins so is about an invoice: perhaps a supplier's to the merchant.
    pub invoice: Vec<String>,
    /// Values of a status that void an order.
    pub void: Vec<String>,
    /// Says that money has come, unless its line denies it (`not_yet`).
    pub paid: Vec<String>,
    /// In a line with one of these, money is spoken of that has not come.
    pub not_yet: Vec<String>,
    /// Beginnings of words that confirm: an order counts only where its mail thanks for it, confirms it or says that it came.
    pub confirms: Vec<String>,
}

/// All lists. A test holds the file to be readable.
pub static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../templates/recipes/_labels.toml")).unwrap_or_default()
});
