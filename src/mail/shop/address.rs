//! A printed billing address: company or person, postcode, country. Names are decided only where the layout and the
//! other places that name the customer (To, greeting, markup) allow it; a street is never taken for a name.

mod names;

use std::sync::LazyLock;

use regex::Regex;

pub use names::is_company;

use crate::mail::recipe::Common;

/// What an address block says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Person.
    pub name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Two letters.
    pub country: Option<String>,
    /// E-mail address printed in it.
    pub email: Option<String>,
}

/// Reads an address block. `name_first`: the person stands before the company. `known`: names of the customer from
/// elsewhere in the mail.
pub fn read(block: &str, name_first: bool, known: &[String], common: &Common) -> Address {
    let mut address = Address::default();
    let mut lines: Vec<String> = Vec::new();
    let mut label_before = false;
    for line in block
        .lines()
        .map(|line| line.trim().trim_end_matches("<br>").trim())
    {
        let value_of_label = std::mem::take(&mut label_before);
        if let Some(email) = email_in(line) {
            address.email.get_or_insert(email);
            continue;
        }
        if line.is_empty() || is_heading(line) {
            continue;
        }
        if is_contact_label(line) {
            label_before = line.ends_with(':');
            continue;
        }
        if value_of_label || is_phone(line) || is_tax_number(line) || is_drawn(line) {
            continue;
        }
        lines.push(line.to_owned());
    }
    if let Some(at) = lines
        .iter()
        .rposition(|line| country(line, common).is_some())
        .filter(|&at| at > 0)
    {
        address.country = country(&lines[at], common);
        lines.truncate(at);
    }
    let town = town(&lines);
    let before_town = match town {
        Some((at, code)) => {
            address.postcode = Some(code);
            at
        }
        // A country without a readable postcode: the town is the last line.
        None if address.country.is_some() && lines.len() > 2 => lines.len() - 1,
        None => return address,
    };
    names::split(&lines[..before_town], name_first, known, &mut address);
    address
}

/// A person's name without the salutation.
pub fn person(line: &str) -> String {
    let mut name = line.trim();
    for salutation in [
        "Herr ", "Herrn ", "Frau ", "Mr. ", "Mr ", "Mrs. ", "Mrs ", "Ms. ", "Ms ", "Miss ",
        "Divers ",
    ] {
        if let Some(rest) = name.strip_prefix(salutation) {
            name = rest.trim();
            break;
        }
    }
    name.trim_end_matches(',').to_owned()
}

/// The country that a whole line names, as two letters.
pub fn country(line: &str, common: &Common) -> Option<String> {
    let line = line.trim().trim_end_matches(['.', ',']);
    let hit = common.countries.iter().find(|(code, names)| {
        names
            .iter()
            .any(|name| name.to_lowercase() == line.to_lowercase())
            || (line.len() == 2 && code.as_str() == line)
    });
    hit.map(|(code, _)| code.clone())
}

/// The line of the town and its postcode, searched from below.
fn town(lines: &[String]) -> Option<(usize, String)> {
    let plain = lines
        .iter()
        .enumerate()
        .rev()
        .find_map(|(i, line)| Some((i, postcode(line)?)));
    plain.or_else(|| {
        // `town postcode` or the postcode alone stands lowest, or above a region.
        let lowest = lines.iter().enumerate().skip(1).rev().take(2);
        lowest
            .filter_map(|(i, line)| trailing(line).map(|code| (i, code)))
            .map(|(i, (code, alone))| (if alone && i > 2 { i - 1 } else { i }, code))
            .next()
    })
}

/// The postcode at the end of a line, and whether nothing else stands in it.
fn trailing(line: &str) -> Option<(String, bool)> {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(\p{L}[\p{L} .'()/-]*[, ]+)?(\d{5}|\d{4} ?[A-Z]{2}|\d{4}|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|[A-Z]\d[\dW] ?[A-Z\d]{4})$",
        )
        .ok()
    });
    let found = FORM.as_ref()?.captures(line)?;
    Some((found.get(2)?.as_str().to_owned(), found.get(1).is_none()))
}

/// A VAT number alone in its line.
fn is_tax_number(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let upper = line
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    (7..=12).contains(&digits)
        && upper
        && line.len() <= 14
        && line.starts_with(|c: char| c.is_ascii_uppercase())
}

/// A line that is only drawn.
fn is_drawn(line: &str) -> bool {
    line.chars().all(|c| "-_=*~ ".contains(c))
}

fn email_in(line: &str) -> Option<String> {
    let word = line
        .split([' ', '<', '>', ':', '\t'])
        .find(|word| word.contains('@'))?;
    crate::ledger::CustomerAddress::new(word.trim_matches(','))
        .ok()
        .map(|a| a.as_str().to_owned())
}

fn is_heading(line: &str) -> bool {
    matches!(
        line.trim_end_matches(':').to_lowercase().as_str(),
        "anschrift" | "address" | "adresse"
    )
}

fn is_contact_label(line: &str) -> bool {
    const LABELS: [&str; 24] = [
        "t:",
        "f:",
        "vat number",
        "steuernummer",
        "p.iva",
        "telephone",
        "tel:",
        "tel.:",
        "telefon",
        "phone",
        "mobil",
        "mobile",
        "fax",
        "e-mail",
        "email",
        "mail:",
        "ust-id",
        "ust-idnr",
        "ust.-id",
        "vat id",
        "vat:",
        "ihre umsatzsteuer",
        "tax id",
        "your vat",
    ];
    let line = line.to_lowercase();
    LABELS.iter().any(|label| line.starts_with(label))
}

fn is_phone(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    digits >= 6
        && line
            .chars()
            .all(|c| c.is_ascii_digit() || " +-/()*.".contains(c))
}

fn has_digit(line: &str) -> bool {
    line.chars().any(|c| c.is_ascii_digit())
}

/// The postcode of a line `postcode town` or (Britain, United States) `town postcode`.
fn postcode(line: &str) -> Option<String> {
    static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            r"^(?:[A-Z]{1,3}[- ])?(\d{5}|\d{4} ?[A-Z]{2}|\d{4}|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3})\s+\p{L}",
            r"^([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\s+\p{L}",
            r"^([A-Z]\d[\dW] ?[A-Z\d]{4})\s+\p{L}",
            r"\p{L}[\p{L} .'-]*,? ([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$",
            r"\p{L}[\p{L} .'-]*,? [A-Z]{2} (\d{5})(?:-\d{4})?$",
            // Magento: town, region (may be empty), postcode.
            r"^\p{L}[^,\d]*,(?:[^,\d]*,)? ?([A-Z]{0,2}\d[A-Z\d -]{2,8})$",
        ]
        .iter()
        .filter_map(|form| Regex::new(form).ok())
        .collect()
    });
    FORMS
        .iter()
        .find_map(|form| Some(form.captures(line)?.get(1)?.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_de(
        block: &str,
        name_first: bool,
        known: &[&str],
    ) -> (Option<String>, Option<String>, Option<String>) {
        let mut common = Common::default();
        common
            .countries
            .insert("DE".into(), vec!["Deutschland".into()]);
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        let address = read(block, name_first, &known, &common);
        (address.name, address.company, address.postcode)
    }

    fn some(
        name: &str,
        company: &str,
        postcode: &str,
    ) -> (Option<String>, Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (some(name), some(company), some(postcode))
    }

    #[test]
    fn company_and_person_by_layout_and_by_what_else_names_him() {
        let private = "Ida Blum\nAm Tor 3\n04109 Leipzig\nDeutschland";
        assert_eq!(read_de(private, false, &[]), some("Ida Blum", "", "04109"));
        let company = "Blum GmbH\nIda Blum\nAm Tor 3\n04109 Leipzig";
        assert_eq!(
            read_de(company, false, &["Ida Blum"]),
            some("Ida Blum", "Blum GmbH", "04109")
        );
        assert_eq!(
            read_de(company, false, &[]),
            some("Ida Blum", "Blum GmbH", "04109")
        );
        let shopify = "Ida Blum\nBlum GmbH\nAm Tor 3\nD-04109 Leipzig";
        assert_eq!(
            read_de(shopify, true, &["Ida Blum"]),
            some("Ida Blum", "Blum GmbH", "04109")
        );
        let three = "Blum GmbH\nEinkauf\nIda Blum\nAm Tor 3\n04109 Leipzig";
        assert_eq!(read_de(three, false, &[]), some("", "Blum GmbH", "04109"));
        let alone = "Blum GmbH\nDE123456789\nAm Tor 3\n04109 Leipzig";
        assert_eq!(read_de(alone, false, &[]), some("", "Blum GmbH", "04109"));
        let lines = "Ida Blum\nAm Tor 3\nLeipzig\n04109\nDeutschland";
        assert_eq!(read_de(lines, false, &[]), some("Ida Blum", "", "04109"));
        let magento = "Blum AG\nIda Blum\nAm Tor 3\nLeipzig, , 04109\nDeutschland\nT: 0341 1";
        assert_eq!(
            read_de(magento, false, &[]),
            some("Ida Blum", "Blum AG", "04109")
        );
        let care_of = "Ida Blum\nAm Tor 3\nHinterhaus\n04109 Leipzig";
        assert_eq!(read_de(care_of, false, &[]), some("Ida Blum", "", "04109"));
        let jtl = "Blum & Rau mbB - Ida Blum\nAm Tor 3\n04109 Leipzig\nTel.: 09** **66\nE-Mail: i@blum.example";
        assert_eq!(
            read_de(jtl, false, &["Ida Blum"]),
            some("Ida Blum", "Blum & Rau mbB", "04109")
        );
    }

    #[test]
    fn postcodes_of_other_countries() {
        for (line, code) in [
            ("RG7 4PH Reading", Some("RG7 4PH")),
            ("Reading RG7 4PH", Some("RG7 4PH")),
            ("1016 HG Amsterdam", Some("1016 HG")),
            ("8001 Zürich", Some("8001")),
            ("T12 AB34 Cork", Some("T12 AB34")),
            ("A-1120 Wien", Some("1120")),
            ("Unit 7, Canal Works", None),
            ("12 rue des Forgerons", None),
        ] {
            assert_eq!(postcode(line).as_deref(), code, "{line}");
        }
    }
}
