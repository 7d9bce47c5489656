//! From the configuration to what the pure rooms ask for: rules, listed senders, who writes.
//!
//! Values only; no file is read. The account of a shop is named in the configuration and is an IBAN everywhere else.

use jiff::civil::Date;

use crate::config::{Account, Config, Shop};
use crate::ledger::Policy;
use crate::ledger::policy::ShopTerms;
use crate::letter::{PayTo, Sender, ShopIdentity};
use crate::mail::Trust;
use crate::mail::trust::{OwnAccount, OwnName, ShopSender};

/// The rules in force. `start` counts where the configuration names no day.
pub fn policy(config: &Config, start: Date) -> Policy {
    let rules = &config.reminders;
    Policy {
        zone: config.merchant.zone.clone(),
        language: config.merchant.language,
        start: rules.start.unwrap_or(start),
        term_days: rules.term_days,
        deadline_days: rules.deadline_days,
        levels: rules.levels.clone(),
        prepayment: rules.prepayment.clone(),
        window: rules.window.clone(),
        digest_at: rules.digest_at,
        freshness_days: rules.freshness_days,
        gap_days: rules.gap_days,
        minimum: rules.minimum,
        breaker: rules.breaker,
        shops: config
            .shops
            .iter()
            .map(|shop| {
                let terms = ShopTerms {
                    account: account_of(config, shop),
                    default_method: shop.default_method,
                    term_days: shop.term_days,
                };
                (shop.name.clone(), terms)
            })
            .collect(),
        payment_information: rules.payment_information,
        receipt: rules.receipt,
        region: config.merchant.region,
        evidence_wait: config.outgoing.evidence_wait,
    }
}

/// Whose mails count.
pub fn trust(config: &Config) -> Trust {
    let mut hosts: Vec<String> = config
        .mailboxes
        .iter()
        .flat_map(|mailbox| mailbox.authserv_ids.clone())
        .collect();
    hosts.sort();
    hosts.dedup();
    Trust {
        hosts,
        shops: config
            .shops
            .iter()
            .map(|shop| ShopSender {
                shop: shop.name.clone(),
                senders: shop.senders.clone(),
                system: shop.system.clone(),
                default_method: shop.default_method,
            })
            .collect(),
        accounts: config
            .accounts
            .iter()
            .map(|account| OwnAccount {
                id: id(account),
                senders: account.senders.clone(),
                address: account.address.clone(),
            })
            .collect(),
        merchant: std::iter::once(&config.merchant.address)
            .chain(&config.merchant.also)
            .cloned()
            .collect(),
        own: Some(config.outgoing.from.clone()),
        names: names(config),
        identity: config.merchant.identity.clone(),
        zone: config.merchant.zone.clone(),
        assume: false,
    }
}

/// Names under which the merchant writes invoices.
fn names(config: &Config) -> Vec<OwnName> {
    let name = |name: &str, shop: Option<&str>| OwnName {
        name: name.to_owned(),
        shop: shop.map(str::to_owned),
    };
    let shops = config.shops.iter().map(|s| name(&s.title, Some(&s.name)));
    let holders = config.accounts.iter().map(|a| name(&a.holder, None));
    let own = [name(&config.merchant.name, None)];
    shops.chain(own).chain(holders).collect()
}

/// Who writes.
pub fn sender(config: &Config) -> Sender {
    let mailbox = config
        .mailboxes
        .first()
        .map_or(&config.outgoing.from, |mailbox| &mailbox.address);
    Sender {
        name: config.outgoing.from_name.clone(),
        address: config.outgoing.from.clone(),
        merchant: config.merchant.address.clone(),
        mailbox: mailbox.clone(),
        language: config.merchant.language,
        identity: config.merchant.identity.clone(),
        accounts: config
            .accounts
            .iter()
            .filter_map(|account| {
                Some(PayTo {
                    iban: account.iban.clone()?,
                    holder: account.holder.clone(),
                    bic: account.bic.clone(),
                    bank: account.bank.clone(),
                })
            })
            .collect(),
        shops: config
            .shops
            .iter()
            .map(|shop| ShopIdentity {
                shop: shop.name.clone(),
                title: shop.title.clone(),
                account: account_of(config, shop),
            })
            .collect(),
        zone: config.merchant.zone.clone(),
        rehearsal: config.outgoing.rehearsal,
    }
}

/// IBAN of a bank account, name of a provider.
fn id(account: &Account) -> String {
    account
        .iban
        .clone()
        .or_else(|| account.provider.clone())
        .unwrap_or_else(|| account.name.clone())
}

/// The account that a shop's claims are payable to; the configuration was checked to name one that exists.
fn account_of(config: &Config, shop: &Shop) -> String {
    config
        .accounts
        .iter()
        .find(|account| account.name == shop.account)
        .map_or_else(|| shop.account.clone(), id)
}
