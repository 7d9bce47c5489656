//! Who paid: behind the labels of the other side, else in the bank's sentence. What is missing stays missing.

use super::Unread;
use super::booking::Part;
use super::labels::Label;
use super::prose::Said;

/// Who paid.
#[derive(Default)]
pub struct Payer {
    /// As printed.
    pub name: Option<String>,
    /// The other side's, never ours.
    pub iban: Option<String>,
    /// Address.
    pub email: Option<String>,
}

/// The payer: of his label, else of the sentence.
///
/// # Errors
/// Two labels name two.
pub fn payer(part: &Part<'_>, said: Option<&Said>) -> Result<Payer, Unread> {
    let mut payer = Payer {
        iban: iban(part),
        email: part.one(Label::Email)?.filter(|e| is_email(e)),
        name: None,
    };
    let labelled = match part.one(Label::Payer)? {
        Some(name) => Some(name),
        None => part.one(Label::Other)?,
    };
    if let Some(text) = labelled {
        let (name, rest) = beside(&text);
        payer.iban = payer
            .iban
            .or_else(|| rest.filter(|r| is_iban(r)).map(|r| r.replace(' ', "")));
        payer.email = payer
            .email
            .or_else(|| rest.filter(|r| is_email(r)).map(str::to_owned));
        match is_email(name) {
            true => payer.email = payer.email.or_else(|| Some(name.to_owned())),
            false if !is_iban(name) => payer.name = Some(name.to_owned()),
            false => {}
        }
    } else if let Some(said) = said {
        payer.name = Some(said.name.clone());
        payer.email = payer.email.or_else(|| said.email.clone());
        if is_email(&said.name) {
            payer.email = payer.name.take();
        }
    }
    Ok(payer)
}

/// A name, and an address or number in brackets behind it.
fn beside(text: &str) -> (&str, Option<&str>) {
    let split = text
        .strip_suffix([')', '>'])
        .and_then(|bare| bare.rsplit_once(['(', '<']));
    match split {
        Some((name, rest)) if (is_email(rest) || is_iban(rest)) && !name.trim().is_empty() => {
            (name.trim(), Some(rest.trim()))
        }
        _ => (text, None),
    }
}

/// The other side's IBAN. A label that says no more than `IBAN` belongs to the party named last before it.
fn iban(part: &Part<'_>) -> Option<String> {
    let mut theirs = false;
    let mut found: Vec<String> = Vec::new();
    for pair in part.pairs {
        match pair.label {
            Label::Payer | Label::Other => theirs = true,
            Label::Recipient | Label::Account => theirs = false,
            Label::Iban if (theirs || pair.word != "iban") && is_iban(&pair.value) => {
                found.push(pair.value.replace(' ', ""));
            }
            _ => {}
        }
    }
    found.dedup();
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn is_iban(text: &str) -> bool {
    let bare: String = text.split_whitespace().collect();
    (15..=34).contains(&bare.len())
        && bare.chars().take(2).all(|c| c.is_ascii_uppercase())
        && bare.chars().skip(2).take(2).all(|c| c.is_ascii_digit())
        && bare.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
    })
}
