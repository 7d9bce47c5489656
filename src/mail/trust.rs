//! Who is speaking, and on what evidence (DESIGN 6, level E2): the strict From rule and a real RFC 8601 reader of the
//! receiving server's `Authentication-Results`. Knows which senders the merchant listed; knows no file and no DNS.

use crate::ledger::{CustomerAddress, PaymentMethod};

/// What the merchant's configuration says about senders. Built by the daemon.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Exact authserv-ids of the merchant's receiving servers.
    pub hosts: Vec<String>,
    /// Shops and their sender addresses.
    pub shops: Vec<ShopSender>,
    /// The merchant's accounts.
    pub accounts: Vec<OwnAccount>,
    /// Addresses from which the merchant writes replies and forwards.
    pub merchant: Vec<CustomerAddress>,
    /// Our own From address; never a customer.
    pub own: Option<CustomerAddress>,
    /// `explain --assume-trusted`: every sender counts as listed, see the head of the scoring script.
    pub assume: bool,
    /// The merchant's zone: in it a mail's received time becomes a civil day.
    pub zone: jiff::tz::TimeZone,
}

impl Default for Trust {
    /// Nobody is trusted; days are those of UTC.
    fn default() -> Trust {
        Trust {
            hosts: Vec::new(),
            shops: Vec::new(),
            accounts: Vec::new(),
            merchant: Vec::new(),
            own: None,
            assume: false,
            zone: jiff::tz::TimeZone::UTC,
        }
    }
}

/// A shop as a sender.
#[derive(Clone, Debug)]
pub struct ShopSender {
    /// Name in the configuration; first half of a claim's key.
    pub shop: String,
    /// Exact sender addresses.
    pub senders: Vec<CustomerAddress>,
    /// Use only this recipe (`shopware6`), if set.
    pub system: Option<String>,
    /// Method of orders whose mail prints none.
    pub default_method: Option<PaymentMethod>,
}

/// One of the merchant's accounts.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    /// IBAN without blanks, or a provider's name (`paypal`).
    pub id: String,
    /// Senders whose mails about it count (bank mails, mailed statements), besides a recipe's fixed domains.
    pub senders: Vec<CustomerAddress>,
    /// Address under which a provider knows the merchant (PayPal).
    pub address: Option<CustomerAddress>,
}
