//! Shops and accounts, and whether they fit together: a sender belongs to one of them, a shop is paid to an account.

use std::collections::BTreeMap;

use super::sections::unique;
use super::values::{self, METHODS, address, bic, iban, line, number, quoted, short_name, word};
use super::walk::Part;
use super::{Account, Merchant, Shop};
use crate::ledger::CustomerAddress;

/// `[[account]]`, all of them.
pub(super) fn accounts(root: &Part, merchant: Option<&Merchant>) -> Option<Vec<Account>> {
    let parts = root.sections("account").unwrap_or_default();
    let accounts: Vec<Option<Account>> = parts.iter().map(|part| account(part, merchant)).collect();
    if !parts.iter().any(|part| part.has("iban")) {
        let text =
            "There is no [[account]] with an `iban`: name the bank account that customers pay to.";
        root.unfit("account", text);
    }
    unique(&parts, &accounts, "name", |account| account.name.clone());
    let known: Vec<Option<String>> = accounts
        .iter()
        .map(|account| account.as_ref()?.iban.clone())
        .collect();
    unique(&parts, &known, "iban", String::clone);
    accounts.into_iter().collect()
}

fn account(part: &Part, merchant: Option<&Merchant>) -> Option<Account> {
    let name = part.need(
        "name",
        "write a short name, e.g. name = \"main\"",
        short_name,
    );
    let iban = part.get("iban", iban);
    // PayPal is the one provider whose mails the program reads.
    let provider = part.get("provider", word(&[("paypal", "paypal")]));
    let holder = part.get("holder", line);
    let bic = part.get("bic", bic);
    let bank = part.get("bank", line);
    let senders = part.list("senders", address).unwrap_or_default();
    let own = part.get("address", address);
    part.finish();
    match (part.has("iban"), part.has("provider")) {
        (true, true) => part.unfit(
            "provider",
            "`iban` and `provider` exclude each other: make two accounts of it",
        ),
        (false, false) => part.unfit(
            "iban",
            "[[account]] has no `iban`: write it, or provider = \"paypal\"",
        ),
        // EU 2024/886: banks compare the payee's name with the IBAN and warn the customer of a difference.
        (true, false) if !part.has("holder") => {
            part.unfit(
                "holder",
                "[[account]] has no `holder`: write the account holder exactly as the bank has it",
            );
        }
        (false, true) if !part.has("address") => {
            part.unfit("address", "[[account]] has no `address`: write the address under which the provider knows you");
        }
        _ => {}
    }
    let holder = if part.has("holder") {
        holder
    } else {
        merchant.map(|merchant| merchant.name.clone())
    };
    Some(Account {
        name: name?,
        iban,
        provider: provider.map(str::to_owned),
        holder: holder?,
        bic,
        bank,
        senders,
        address: own,
    })
}

/// `[[shop]]`, all of them. `accounts` is `None` if one of them is wrong: then nothing is said about names.
pub(super) fn shops(root: &Part, accounts: Option<&[Account]>) -> Option<Vec<Shop>> {
    let parts = root.sections("shop").unwrap_or_default();
    if parts.is_empty() {
        root.unfit(
            "shop",
            "There is no [[shop]]: name your shop and the address that its order mails come from.",
        );
    }
    let shops: Vec<Option<Shop>> = parts.iter().map(|part| shop(part, accounts)).collect();
    unique(&parts, &shops, "name", |shop| shop.name.clone());
    senders(root, &parts);
    shops.into_iter().collect()
}

fn shop(part: &Part, accounts: Option<&[Account]>) -> Option<Shop> {
    let name = part.need(
        "name",
        "write a short name, e.g. name = \"garden\"",
        short_name,
    );
    let title = part.get("title", line);
    let senders = part.list("senders", address);
    let system = part.get("system", short_name);
    let default_method = part.get("default_method", word(METHODS));
    let term_days = part.get("term_days", number(0..=365));
    let account = part.get("account", short_name);
    part.finish();
    if senders.as_ref().is_none_or(Vec::is_empty) && !part.has("senders") {
        part.unfit(
            "senders",
            "[[shop]] has no `senders`: list the exact addresses that its order mails come from",
        );
    }
    let account = if part.has("account") {
        fitting(part, account?, accounts)
    } else {
        only(part, accounts)
    };
    let name = name?;
    let title = if part.has("title") {
        title?
    } else {
        name.clone()
    };
    Some(Shop {
        name,
        title,
        senders: senders?,
        system,
        default_method,
        term_days,
        account: account?,
    })
}

/// The account named in the shop, if there is one of this name that customers can transfer to.
fn fitting(part: &Part, name: String, accounts: Option<&[Account]>) -> Option<String> {
    let accounts = accounts?;
    match accounts.iter().find(|account| account.name == name) {
        Some(account) if account.iban.is_some() => return Some(name),
        Some(_) => part.unfit(
            "account",
            format!("`account` \"{name}\" has no IBAN to transfer to; name a bank account"),
        ),
        None => {
            let names = quoted(accounts.iter().map(|account| &account.name));
            part.unfit(
                "account",
                format!("`account` \"{name}\" is no [[account]]; there is {names}"),
            );
        }
    }
    None
}

/// The only bank account there is.
fn only(part: &Part, accounts: Option<&[Account]>) -> Option<String> {
    let banks: Vec<&Account> = accounts?
        .iter()
        .filter(|account| account.iban.is_some())
        .collect();
    match banks[..] {
        [one] => Some(one.name.clone()),
        [] => None, // said already
        _ => {
            let names = quoted(banks.iter().map(|account| &account.name));
            part.unfit(
                "account",
                format!("[[shop]] has no `account`: say which one its customers pay to ({names})"),
            );
            None
        }
    }
}

/// A mail of a sender must not be an order of two shops, or an order and a payment.
fn senders(root: &Part, shops: &[Part]) {
    let mut owners: BTreeMap<CustomerAddress, usize> = BTreeMap::new();
    let accounts = root.sections("account").unwrap_or_default();
    for (index, part) in shops.iter().chain(&accounts).enumerate() {
        for sender in part.quietly("senders", values::address) {
            match owners.get(&sender) {
                Some(&owner) if owner != index => {
                    part.unfit("senders", format!("`senders` names {sender}, which another shop or account lists too; a sender belongs to one"));
                }
                _ => {
                    owners.insert(sender, index);
                }
            }
        }
    }
}
