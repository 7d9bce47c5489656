//! What a shop's mail says: an order, its cancellation, refund or payment. Turns the words that a recipe (or markup)
//! found into one reading, and refuses it as soon as two places of the mail disagree.
//!
//! Knows no sender and no trust: `read` decides whether the facts may be taken. Invariant: an order that leaves here
//! has a number, a positive total and a customer who is not the shop itself.

pub mod address;
mod check;
pub mod facts;
mod marked;
mod order;
pub mod payment;
pub mod take;

pub use marked::{money as marked_money, read_marked};
pub use order::read_layout;
pub use take::number;

use super::parts::{Mail, Person};
use super::recipe::view::View;
use super::{Kind, OrderReading, Trace};
use crate::ledger::{CustomerAddress, Language};

/// Mail providers whose domain a shop shares with its customers.
const PROVIDERS: [&str; 48] = [
    "gmail.com",
    "googlemail.com",
    "gmx.de",
    "gmx.net",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "web.de",
    "t-online.de",
    "magenta.de",
    "freenet.de",
    "arcor.de",
    "vodafone.de",
    "online.de",
    "1und1.de",
    "kabelmail.de",
    "unitybox.de",
    "mail.de",
    "posteo.de",
    "mailbox.org",
    "outlook.com",
    "outlook.de",
    "hotmail.com",
    "hotmail.de",
    "live.com",
    "live.de",
    "msn.com",
    "yahoo.com",
    "yahoo.de",
    "ymail.com",
    "aol.com",
    "aol.de",
    "icloud.com",
    "me.com",
    "mac.com",
    "proton.me",
    "protonmail.com",
    "a1.net",
    "aon.at",
    "chello.at",
    "bluewin.ch",
    "hispeed.ch",
    "sunrise.ch",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "libero.it",
    "btinternet.com",
];

/// What was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// What the mail is.
    pub kind: Kind,
    /// The order in it.
    pub order: OrderReading,
    /// Its language.
    pub language: Language,
    /// Steps.
    pub trace: Vec<Trace>,
}

/// Addresses that are never a customer's: the shop's own.
pub struct Shop<'a> {
    /// The sender of this mail and other addresses of the merchant.
    pub addresses: Vec<&'a CustomerAddress>,
    /// Who passed the mail on by hand, which may have lost the customer's address. His own is never the customer's,
    /// but his mail provider may be.
    pub forwarder: Option<&'a CustomerAddress>,
}

impl Shop<'_> {
    /// Whether this could be a customer's address.
    pub fn may_be_customer(&self, address: &CustomerAddress) -> bool {
        let local = address.as_str().split('@').next().unwrap_or("");
        let machine = [
            "noreply",
            "no-reply",
            "donotreply",
            "mailer-daemon",
            "postmaster",
        ]
        .contains(&local);
        // A shop's staff writes from the shop's own domain; a mail provider's domain is everybody's.
        let colleague = |own: &CustomerAddress| {
            own.domain() == address.domain() && !PROVIDERS.contains(&own.domain())
        };
        !machine
            && self.forwarder != Some(address)
            && !self
                .addresses
                .iter()
                .any(|own| *own == address || colleague(own))
    }

    /// The one person of a header that could be a customer.
    pub fn customer_in<'m>(&self, people: &'m [Person]) -> Option<&'m Person> {
        let mut customers = people
            .iter()
            .filter(|p| p.address.as_ref().is_some_and(|a| self.may_be_customer(a)));
        let first = customers.next()?;
        customers
            .all(|other| other.address == first.address)
            .then_some(first)
    }
}

/// Names by which the mail calls the customer outside of the address block.
pub fn known_names(mail: &Mail, view: &View<'_>, shop: &Shop<'_>) -> Vec<String> {
    let mut names: Vec<String> = [&mail.to, &mail.reply_to]
        .into_iter()
        .filter_map(|people| shop.customer_in(people))
        .map(|person| address::person(&person.name))
        .collect();
    for line in view
        .pages
        .iter()
        .flat_map(|page| page.rows.iter().flatten().flatten().take(12))
    {
        names.extend(take::greeted(line));
    }
    names.extend(view.marked("customer_name"));
    names.retain(|name| !name.trim().is_empty() && !name.contains('@'));
    names
}

/// German if a word of German order mails stands in it, else English.
fn language(mail: &Mail) -> Language {
    let german = [
        "bestellung",
        "rechnung",
        "guten tag",
        "vielen dank",
        "sehr geehrte",
    ];
    let lines = mail
        .html
        .iter()
        .chain(&mail.text)
        .map(|line| line.text().to_lowercase());
    let mut texts = lines.chain([mail.subject.to_lowercase()]);
    if texts.any(|text| german.iter().any(|word| text.contains(word))) {
        Language::De
    } else {
        Language::En
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn colleagues_are_no_customers_but_users_of_the_same_provider_are() {
        let address = |text: &str| CustomerAddress::new(text).unwrap();
        let (own, private) = (address("shop@tee.example"), address("tee-laden@gmx.de"));
        let shop = Shop {
            addresses: vec![&own, &private],
            forwarder: None,
        };
        for (customer, may) in [
            ("chef@tee.example", false),
            ("tee-laden@gmx.de", false),
            ("ida@gmx.de", true),
            ("noreply@post.example", false),
            ("ida@post.example", true),
        ] {
            assert_eq!(shop.may_be_customer(&address(customer)), may, "{customer}");
        }
    }
}
