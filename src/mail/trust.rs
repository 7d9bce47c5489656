//! Who is speaking, and on what evidence (DESIGN 6, level E2): the strict From rule and a real RFC 8601 reader of the
//! receiving server's `Authentication-Results`. Knows which senders the merchant listed; knows no file and no DNS.

mod align;
mod from;
mod own;
mod results;
#[cfg(test)]
mod tests;
mod verdict;

use super::head::Head;
use crate::ledger::{CustomerAddress, Evidence, PaymentMethod};

pub use from::single_address;
pub use own::OwnName;
use verdict::Judgement;

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
    /// Names under which the merchant writes invoices: his own, his shops', those of his accounts.
    pub names: Vec<OwnName>,
    /// Lines of the business identity, which hold his tax numbers.
    pub identity: Vec<String>,
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
            names: Vec::new(),
            identity: Vec::new(),
            assume: false,
            zone: jiff::tz::TimeZone::UTC,
        }
    }
}

impl Trust {
    /// The shop that this address writes for. Tried without a configuration every sender is a listed shop, named by its domain.
    pub fn shop(&self, from: &CustomerAddress) -> Option<ShopSender> {
        let listed = self.shops.iter().find(|shop| shop.senders.contains(from));
        listed.cloned().or_else(|| {
            self.assume.then(|| ShopSender {
                shop: from.domain().to_owned(),
                senders: vec![from.clone()],
                system: None,
                default_method: None,
            })
        })
    }

    /// The accounts that this address may write about.
    pub fn accounts_of<'a>(
        &'a self,
        from: &'a CustomerAddress,
    ) -> impl Iterator<Item = &'a OwnAccount> {
        self.accounts
            .iter()
            .filter(move |account| account.senders.contains(from))
    }

    /// The account with this IBAN (blanks and case do not matter) or provider's name.
    pub fn account(&self, id: &str) -> Option<&OwnAccount> {
        let bare = |id: &str| -> String {
            id.chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| c.to_ascii_lowercase())
                .collect()
        };
        let id = bare(id);
        self.accounts.iter().find(|account| bare(&account.id) == id)
    }

    /// Whether the merchant writes replies and forwards from this address.
    pub fn is_merchant(&self, from: &CustomerAddress) -> bool {
        self.merchant.contains(from)
    }

    /// Whether a forward from this address is the merchant's own.
    pub fn may_forward(&self, from: &CustomerAddress) -> bool {
        self.assume || self.is_merchant(from)
    }

    /// Whether this is the address that we write from.
    pub fn is_own(&self, from: &CustomerAddress) -> bool {
        self.own.as_ref() == Some(from)
    }

    /// The civil day in the merchant's zone.
    pub fn day(&self, at: jiff::Timestamp) -> jiff::civil::Date {
        at.to_zoned_datetime(self.zone.clone()).date()
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

/// Who wrote a mail, and how far that is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The one address in From.
    pub from: CustomerAddress,
    /// Its domain.
    pub domain: String,
    /// How far it is proven.
    pub level: Level,
    /// What was found, in words; also of a proven one.
    pub why: String,
    /// The proof is SPF alone: good for a proposal where a recipe says so, never for a booking. Such a mail is
    /// [`Level::Unknown`], except where a mail is tried without a configuration.
    pub spf_only: bool,
    /// Who passed the mail on by hand. The proof is his; `from` is only what he shows (DESIGN 6).
    pub forwarder: Option<CustomerAddress>,
}

/// How far a From is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// Level E2: a listed host vouches for the From domain.
    Proven {
        /// Its authserv-id; `None` if the mail is only assumed to be authentic.
        host: Option<String>,
    },
    /// A listed host contradicts, or the proof is for somebody else.
    Failed,
    /// No listed host says anything, or it could not tell.
    Unknown,
}

impl Verdict {
    /// The From is proven.
    pub fn proven(&self) -> bool {
        matches!(self.level, Level::Proven { .. })
    }

    /// The From is proven, or stands on SPF alone (for recipes that say so).
    pub fn proven_or_spf(&self) -> bool {
        self.proven() || self.spf_only
    }

    /// Good for a question to the merchant, never for a booking: SPF alone, or a forward by hand.
    pub fn only_proposes(&self) -> bool {
        self.spf_only || self.forwarder.is_some()
    }

    /// The evidence for facts from this mail.
    pub fn evidence(&self) -> Evidence {
        let proven = self.forwarder.as_ref().unwrap_or(&self.from);
        match &self.level {
            Level::Proven { host: Some(host) } => Evidence::Verdict {
                host: host.clone(),
                domain: proven.domain().to_owned(),
            },
            Level::Proven { host: None } => Evidence::Assumed,
            Level::Failed | Level::Unknown => Evidence::Unproven,
        }
    }
}

/// Fields that may stand only once: with two of them two readers see two mails (RFC 5322 3.6).
const ONCE: [&str; 5] = ["subject", "to", "date", "message-id", "content-type"];

/// Judges a mail by its header.
///
/// # Errors
/// Why there is no single sender to judge at all, in words: such a mail is nobody's.
pub fn verdict(head: &Head, trust: &Trust) -> Result<Verdict, String> {
    let mut senders = head.all("from");
    let from = senders.next().ok_or("the mail has no From")?;
    if senders.next().is_some() {
        return Err("the mail has more than one From".into());
    }
    let from = single_address(from)?;
    if let Some(twice) = ONCE.iter().find(|name| head.all(name).count() > 1) {
        return Err(format!("the mail has more than one {twice} field"));
    }
    let domain = from.domain().to_owned();
    let (level, why, spf_only) = match verdict::judge(head, &trust.hosts, &domain, trust.assume) {
        Judgement::Proven { host, why } => {
            let host = (!trust.assume).then_some(host);
            (Level::Proven { host }, why, false)
        }
        Judgement::SpfOnly(why) if trust.assume => (Level::Proven { host: None }, why, true),
        Judgement::SpfOnly(why) => (Level::Unknown, why, true),
        Judgement::Failed(why) => (Level::Failed, why, false),
        Judgement::NoVerdict(why) if trust.assume => (
            Level::Proven { host: None },
            format!("{why}: assumed"),
            false,
        ),
        Judgement::NoVerdict(why) => (Level::Unknown, why, false),
        Judgement::Open(why) if trust.assume => (Level::Failed, why, false),
        Judgement::Open(why) => (Level::Unknown, why, false),
    };
    Ok(Verdict {
        from,
        domain,
        level,
        why,
        spf_only,
        forwarder: None,
    })
}
