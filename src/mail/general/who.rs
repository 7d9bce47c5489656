//! Who ordered: an address behind a label, else in Reply-To or To, and the billing address. A name counts only where
//! something else names it too or the block leaves no choice; a company only with its legal form or beside a known name.

use super::labels::LABELS;
use super::pairs::{Pairs, normal};
use super::what;
use crate::ledger::CustomerAddress;
use crate::mail::recipe::Common;
use crate::mail::recipe::view::{Page, View};
use crate::mail::shop::address::{self, Address};
use crate::mail::shop::{Shop, known_names};

/// The customer as read.
pub struct Customer {
    /// His address.
    pub email: CustomerAddress,
    /// Where it stands.
    pub place: &'static str,
    /// Name, company, postcode, country.
    pub address: Address,
}

/// Longest address block, lines.
const BLOCK: usize = 10;
/// What ends the name of a company.
const FORMS: &[&str] = &[
    "gmbh", "mbh", "ag", "kg", "ohg", "ug", "gbr", "ek", "e.k.", "e.k", "eg", "e.v.", "ev", "e.u.",
    "se", "ltd", "ltd.", "limited", "llc", "inc", "inc.", "plc", "llp", "sarl", "sas", "sa",
    "s.a.", "eurl", "srl", "s.r.l.", "spa", "s.p.a.", "bv", "b.v.", "nv", "n.v.", "vof", "sl",
    "s.l.", "s.l.u.", "z.o.o.", "o.o.", "sp.j.", "mbb", "partg", "kgaa", "stiftung", "verein",
    "praxis", "kanzlei",
];

/// The customer.
///
/// # Errors
/// Why his address is not certain.
pub fn customer(
    view: &View<'_>,
    pairs: &Pairs,
    common: &Common,
    shop: &Shop<'_>,
) -> Result<Customer, String> {
    let known = known_names(view.mail, view, shop);
    let block = view.pages.iter().find_map(billing);
    let address = block
        .as_deref()
        .map(|block| read_block(block, &known, common))
        .unwrap_or_default();
    let (email, place) = email(view, pairs, &address, shop)?;
    let mut address = address;
    if address.name.is_none() && address.company.is_none() && address.postcode.is_none() {
        let mut full: Vec<&String> = known.iter().filter(|name| name.contains(' ')).collect();
        full.dedup();
        if let [one] = full.as_slice() {
            address.name = Some((*one).clone());
        }
    }
    Ok(Customer {
        email,
        place,
        address,
    })
}

fn email(
    view: &View<'_>,
    pairs: &Pairs,
    address: &Address,
    shop: &Shop<'_>,
) -> Result<(CustomerAddress, &'static str), String> {
    let customer = |text: &str| {
        let word = text
            .split([' ', '<', '>', ','])
            .find(|word| word.contains('@'))?;
        CustomerAddress::new(word.trim_start_matches("mailto:"))
            .ok()
            .filter(|a| shop.may_be_customer(a))
    };
    let mut printed: Vec<CustomerAddress> = pairs
        .of_kind(&LABELS.email)
        .into_iter()
        .filter_map(customer)
        .collect();
    printed.extend(address.email.as_deref().and_then(customer));
    printed.sort();
    printed.dedup();
    let in_header = |people| {
        shop.customer_in(people)
            .and_then(|person| person.address.clone())
    };
    let reply_to = in_header(&view.mail.reply_to);
    // A notice to the merchant goes to an address of his that nobody listed.
    let to = in_header(&view.mail.to).filter(|_| !what::is_to_merchant(view));
    match (printed.as_slice(), reply_to, to) {
        ([one], None, None) => Ok((one.clone(), "printed")),
        ([one], Some(other), _) | ([one], None, Some(other)) if *one == other => {
            Ok((one.clone(), "printed and in the head"))
        }
        ([_], ..) => Err("the mail prints one address of the customer, its head another".into()),
        ([], Some(reply_to), Some(to)) if reply_to != to => {
            Err("Reply-To and To name two customers".into())
        }
        ([], Some(one), _) => Ok((one, "Reply-To")),
        ([], None, Some(one)) => Ok((one, "To")),
        ([], None, None) => Err("no address of the customer was found, only the shop's own".into()),
        _ => Err("the mail prints several addresses".into()),
    }
}

/// The lines below the billing label, up to the next section.
fn billing(page: &Page) -> Option<String> {
    let is = |line: &str, labels: &[String]| labels.contains(&normal(line));
    for (r, row) in page.rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let Some(l) = cell.iter().position(|line| is(line, &LABELS.billing)) else {
                continue;
            };
            let mut lines: Vec<String> = cell[l + 1..].to_vec();
            if lines.iter().all(|line| line.trim().is_empty()) {
                lines = match row.len() {
                    1 => rows_below(page, r + 1),
                    // Two addresses side by side, their labels in a row of their own.
                    width => page
                        .rows
                        .get(r + 1)
                        .filter(|below| below.len() == width)?
                        .get(c)?
                        .clone(),
                };
            }
            let sections = |line: &String| {
                is(line, &LABELS.other_sections)
                    || is(line, &LABELS.billing)
                    || is(line, &LABELS.payment)
            };
            let end = lines.iter().position(sections).unwrap_or(lines.len());
            let block = lines[..end].join("\n");
            if !block.trim().is_empty() {
                return Some(block);
            }
        }
    }
    None
}

fn rows_below(page: &Page, from: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for row in page.rows.get(from..).unwrap_or_default() {
        if row.is_empty() && lines.is_empty() {
            continue;
        }
        if row.len() != 1 || lines.len() >= BLOCK {
            break; // a blank line, or a table
        }
        lines.extend(
            row.iter()
                .flatten()
                .filter(|line| !line.trim().is_empty())
                .cloned(),
        );
    }
    lines
}

/// Reads a block: with a known name by its place, else only where no choice is left.
fn read_block(block: &str, known: &[String], common: &Common) -> Address {
    let lines: Vec<&str> = block
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.ends_with(':'))
        .collect();
    let is_known = |line: &&str| {
        known
            .iter()
            .any(|name| name.to_lowercase() == address::person(line).to_lowercase())
    };
    let name_first = lines.first().is_some_and(is_known);
    let mut read = address::read(block, name_first, known, common);
    let second = lines.get(1).copied().unwrap_or_default();
    let first = lines.first().copied().unwrap_or_default();
    let joined = first.contains(" - ") || first.ends_with(" -");
    if joined && !name_first {
        // `Company - Person`: only a known person tells where the company ends.
        if read.name.as_ref().is_none_or(|name| !known.contains(name)) {
            (read.name, read.company) = (None, None);
        }
    } else if !name_first && !is_known(&second) {
        // Nobody else names him.
        let alone = read.company.is_none();
        (read.name, read.company) = match (has_form(first), has_form(second)) {
            (true, false) => (None, Some(first.to_owned())),
            (false, true) => (Some(address::person(first)), Some(second.to_owned())),
            (false, false) if alone => (read.name, None),
            _ => (None, None),
        };
    }
    if read.postcode.is_none() {
        (read.name, read.company) = (None, None);
    }
    read
}

fn has_form(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower
        .split([' ', ',', '&'])
        .any(|word| FORMS.contains(&word))
}
