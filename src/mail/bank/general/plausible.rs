//! Whether a mail may be read without a recipe when it is tried without a configuration: then nobody listed its sender.
//!
//! Refused is what bears a known provider's name but not its domain, what comes from a person, and what belongs to a
//! shop. The running daemon asks none of this: there the merchant listed the exact address.

use super::labels;
use super::prose::sentences;
use super::words;
use crate::mail::parts::Mail;
use crate::mail::recipe::Recipe;
use crate::mail::recipe::view::View;
use crate::mail::trust::Verdict;

/// Names of banks that thousands of domains bear rightly.
const COMMON: [&str; 6] = [
    "sparkasse",
    "raiffeisen",
    "raiffeisenbank",
    "bank",
    "chase",
    "george",
];
/// Words by which an institution's own addresses and names are known.
const OFFICE: [&str; 46] = [
    "noreply",
    "no-reply",
    "no.reply",
    "donotreply",
    "notif",
    "notify",
    "alert",
    "aviso",
    "avis",
    "info",
    "service",
    "servicio",
    "servizio",
    "benachrichtigung",
    "mitteilung",
    "meldung",
    "umsatz",
    "konto",
    "bank",
    "banca",
    "banco",
    "banque",
    "sparkasse",
    "kasse",
    "caixa",
    "caisse",
    "credit",
    "crédit",
    "raiffeisen",
    "pay",
    "money",
    "zahlung",
    "automat",
    "robot",
    "bote",
    "mailer",
    "system",
    "kundenservice",
    "billing",
    "transfer",
    "finan",
    "statement",
    "message",
    "mail@",
    "support",
    "hello@",
];
/// Domains of private mailboxes.
const PRIVATE: [&str; 18] = [
    "gmail.com",
    "googlemail.com",
    "gmx.de",
    "gmx.net",
    "gmx.at",
    "gmx.ch",
    "web.de",
    "t-online.de",
    "freenet.de",
    "outlook.com",
    "outlook.de",
    "hotmail.com",
    "hotmail.de",
    "yahoo.com",
    "yahoo.de",
    "icloud.com",
    "aol.com",
    "bluewin.ch",
];

/// Why a mail is not to be read so, in words.
pub fn doubt(
    mail: &Mail,
    view: &View<'_>,
    verdict: &Verdict,
    recipes: &[Recipe],
) -> Option<String> {
    let domain = verdict.domain.as_str();
    let home = recipes.iter().any(|recipe| is_of(recipe, domain));
    if !home {
        if let Some(brand) = borrowed(mail, view, domain, recipes) {
            return Some(format!(
                "it bears the name `{brand}`, but {domain} is none of its domains"
            ));
        }
        let local = format!(
            "{}@",
            verdict.from.as_str().split('@').next().unwrap_or_default()
        );
        let all = format!("{} {} {}", local, mail.from_name, domain).to_lowercase();
        if PRIVATE.contains(&domain) || !OFFICE.iter().any(|word| all.contains(word)) {
            return Some(format!(
                "{} does not write like a bank or provider",
                verdict.from
            ));
        }
    }
    // Only the bank's own lines: a payer may write what he likes.
    let sides = view.pages.iter().flat_map(|page| labels::sort(page).prose);
    let lines: Vec<String> = sides.map(|(_, line)| line).collect();
    if lines.iter().any(|line| words::is_shop(line)) {
        return Some("it is a mail about an order".into());
    }
    if lines
        .iter()
        .flat_map(|line| sentences(line))
        .any(words::is_personal)
    {
        return Some("somebody writes about what he did himself".into());
    }
    None
}

/// The domain is one of the recipe's, or below one.
pub fn is_of(recipe: &Recipe, domain: &str) -> bool {
    recipe.from.iter().any(|own| {
        domain == own
            || domain
                .strip_suffix(own.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// A provider's name in the sender's domain or display name that is not his.
fn borrowed(mail: &Mail, view: &View<'_>, domain: &str, recipes: &[Recipe]) -> Option<String> {
    let name = mail.from_name.to_lowercase();
    if name
        .split_once('@')
        .is_some_and(|(_, at)| !at.starts_with(domain))
    {
        return Some(mail.from_name.clone());
    }
    let first_lines: String = view
        .pages
        .iter()
        .flat_map(|page| page.joined.lines().take(3))
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let tokens = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .map(str::to_owned)
            .collect()
    };
    let (in_domain, in_name) = (tokens(domain), tokens(&name));
    let (in_subject, in_text) = (tokens(&view.subject), tokens(&first_lines));
    recipes.iter().flat_map(brands).find(|brand| {
        let token = |all: &[String]| all.iter().any(|t| t == brand);
        token(&in_domain)
            || token(&in_name)
            || (brand.len() >= 5
                && (domain.contains(brand.as_str()) || token(&in_subject) || token(&in_text)))
    })
}

/// `paypal` of `paypal.de`, `interac` of `payments.interac.ca`.
fn brands(recipe: &Recipe) -> impl Iterator<Item = String> + '_ {
    recipe
        .from
        .iter()
        .filter_map(|domain| {
            let labels: Vec<&str> = domain.split('.').collect();
            let at = labels.len().checked_sub(2)?;
            let two = ["co", "com", "bank"].contains(&labels[at]) && at > 0;
            labels
                .get(if two { at - 1 } else { at })
                .map(|label| (*label).to_owned())
        })
        .filter(|brand| brand.len() >= 3 && !COMMON.contains(&brand.as_str()))
}
